//! The page itself: what it loads and moves, what it keeps, what it offers, and what it says when things go wrong.

use anyhow::{Result, ensure};
use e2e::{Browser, View, journey};

use crate::buying::{LIFETIME, PRO_MONTHLY};

const PRO_YEARLY: &str = "prod_SandboxProYearly000001";
const TEAM: &str = "prod_SandboxTeamSeats000001";

/// How far the page has moved under the buyer's eyes since it was opened: the sum of its layout shifts.
const SHIFTS: &str = "const done = arguments[0];
    new PerformanceObserver((list) => done(list.getEntries().map((e) => [e.value, e.sources.map((s) => s.node && (s.node.id || s.node.className || s.node.nodeName))])))
        .observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => done([]), 300);";

async fn stands_still(browser: &Browser) -> Result<()> {
    let shifts = browser.driver().execute_async(SHIFTS, Vec::new()).await?;
    let shifts = shifts.json();
    ensure!(shifts.as_array().is_some_and(Vec::is_empty), "the page moved: {shifts}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_when_the_app_takes_over() -> Result<()> {
    for (name, width) in [("still_narrow", 320), ("still_wide", 1280)] {
        journey(name, View { width, ..View::WIDE }, async |browser, shop| {
            for query in ["", "?units=3", "?email=ada%40example.com"] {
                browser.go(format!("{}{query}", shop.app)).await?;
                browser.taken_over().await?;
                stands_still(browser).await?;
            }
            browser.go(shop.pay_without_browser(LIFETIME).await?).await?;
            browser.see("main[data-payment-status=paid][data-gave-up]").await?;
            stands_still(browser).await?;
            // The measure would have seen it.
            browser.driver().execute("document.body.style.paddingTop = '90px'", Vec::new()).await?;
            ensure!(stands_still(browser).await.is_err(), "a page that moves is noticed");
            Ok(())
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
        browser.read(".price-summary__note", "per year until you cancel").await?;
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
