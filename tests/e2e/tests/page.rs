//! The page itself: what it loads and moves, what it keeps, what it offers, and what it says when things go wrong.

use anyhow::{Result, ensure};
use e2e::{Browser, View, journey};
use thirtyfour::By;

use crate::buying::{LIFETIME, PRO_MONTHLY};

const PRO_YEARLY: &str = "prod_SandboxProYearly000001";
const TEAM: &str = "prod_SandboxTeamSeats000001";

async fn stands_still(browser: &Browser) -> Result<()> {
    let moved = browser.moved().await?;
    ensure!(moved.is_empty(), "the page moved: {moved:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_when_the_app_takes_over() -> Result<()> {
    for (name, width) in [("still_narrow", 320), ("still_wide", 1280)] {
        journey(name, View { width, ..View::WIDE }, async |browser, shop| {
            browser.keep_no_files().await?;
            let form = |query: &str| (format!("{}{query}", shop.app), "form[novalidate]");
            let paid = (shop.pay_without_browser(LIFETIME).await?, "main[data-payment-status=paid][data-gave-up]");
            let links = ["", "?units=3", "?email=ada%40example.com", "?request_id=a%2Fb", "?product=gone", "?units=0"];
            for (address, taken_over) in links.map(form).into_iter().chain([paid]) {
                shop.hold_the_app_back();
                browser.go(&address).await?;
                browser.watch_moves().await?;
                let come = browser.driver().find_all(By::Css(taken_over)).await?;
                ensure!(come.is_empty(), "the app is there already at {address}");
                shop.let_the_app_come();
                browser.see(taken_over).await?;
                stands_still(browser).await?;
            }
            // The measure would have seen it.
            browser.driver().execute("document.body.style.paddingTop = '90px'", Vec::new()).await?;
            ensure!(stands_still(browser).await.is_err(), "a page that moves is noticed");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// How far the form may move while it arrives: the second plan of a product takes its room from the first. People
/// notice it from 0.1 on.
const ARRIVING_FORM: f64 = 0.01;

/// A page that the network or a busy browser brings in pieces is painted in pieces. The words of the status page stood
/// in the middle of what had come so far, so that each further piece moved them.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_while_the_page_arrives() -> Result<()> {
    for width in [320, 1280] {
        journey(&format!("arrives_{width}"), View { width, ..View::WIDE }, async |browser, shop| {
            let paid = shop.pay_without_browser(LIFETIME).await?;
            shop.hold_the_app_back();
            browser.watch_arrivals().await?;
            shop.send_in_pieces();
            browser.go(paid).await?;
            stands_still(browser).await?;
            ensure!(shop.pieces_painted() > 20, "it came in {} pieces", shop.pieces_painted());
            browser.go(&shop.app).await?;
            let far = browser.moved_by().await?;
            ensure!(far < ARRIVING_FORM, "the form moved by {far}");
            shop.let_the_app_come();
            browser.taken_over().await
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_of_one_product_switch_in_place_with_the_saving_said() -> Result<()> {
    journey("plans", View::PHONE, async |browser, shop| {
        browser.go(&shop.app).await?;
        browser.taken_over().await?;
        browser.read(&format!("label:has(#product-{PRO_YEARLY})"), "Save 16%").await?;
        browser.press(&format!("label:has(#product-{PRO_MONTHLY})")).await?;
        browser.read("[data-line=total] dd", "15.00").await?;
        browser.press(&format!("label:has(#product-{PRO_YEARLY})")).await?;
        browser.read("[data-line=total] dd", "150.00").await?;
        browser.read(".price-summary__later", "Then $150.00 per year from ").await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn units_are_stepped_and_typed_where_the_link_names_them() -> Result<()> {
    journey("units", View::PHONE, async |browser, shop| {
        browser.go(format!("{}?product={TEAM}&units=3", shop.app)).await?;
        browser.taken_over().await?;
        browser.read("[data-line=total] dd", "27.00").await?;
        browser.press("button[aria-label='One more']").await?;
        browser.read("[data-line=total] dd", "36.00").await?;
        browser.type_into("#units", "0").await?;
        browser.read("#units-error", "whole number").await?;
        browser.type_into("#units", "12").await?;
        browser.read("[data-line=total] dd", "108.00").await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_domain_is_mended_by_one_press() -> Result<()> {
    journey("typo", View::PHONE, async |browser, shop| {
        browser.go(&shop.app).await?;
        browser.taken_over().await?;
        browser.type_into("[name=email]", "ada@gmial.com\t").await?;
        browser.read("#email-accept", "ada@gmail.com").await?;
        browser.press("#email-accept").await?;
        ensure!(browser.value("[name=email]").await? == "ada@gmail.com", "the offer is taken");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_speaks_the_language_it_is_asked_for() -> Result<()> {
    journey("languages", View::PHONE, async |browser, shop| {
        for (locale, direction, pay, month) in [
            ("de", "ltr", "Weiter zur Zahlung", "pro Monat"),
            ("ar", "rtl", "المتابعة إلى الدفع", "في الشهر"),
            ("pt-PT", "ltr", "Continuar para o pagamento", "por mês"),
            ("it", "", "Continue to payment", "per month"),
        ] {
            browser.go(format!("{}?locale={locale}", shop.app)).await?;
            browser.taken_over().await?;
            browser.read("#pay", pay).await?;
            browser.read(".product-card__period", month).await?;
            let page = browser.see("html").await?;
            ensure!(page.attr("dir").await?.unwrap_or_default() == direction, "{locale} is written {direction}");
        }
        browser.go(format!("{}?locale=de&email=ada%40example.com", shop.app)).await?;
        browser.taken_over().await?;
        browser.press("#pay").await?;
        browser.arrive("locale=de").await
    })
    .await
}
