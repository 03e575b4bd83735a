//! The page itself: what it loads and moves, what it keeps, what it offers, and what it says when things go wrong.

use anyhow::{Result, ensure};
use checkout_app::language::FILES;
use e2e::{Browser, View, journey};
use serde_json::{Value, json};
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
            const PRO: &str = "?product=prod_SandboxProYearly000001&email=ada%40example.com";
            let paid = (
                shop.pay_without_browser(LIFETIME).await?,
                "main[data-payment-status=paid]:has(.status__copy:not([inert]))",
            );
            let links =
                ["", "?units=3", "?email=ada%40example.com", "?request_id=a%2Fb", "?product=gone", "?units=0", PRO];
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

/// A product in each currency whose digits or sign are a matter of their own, each paid in another way.
fn products_of_the_world() -> Value {
    let once = |currency: &str, price: i64| {
        json!({ "id": format!("prod_{currency}"), "name": format!("In {currency}"), "price": price, "currency": currency,
            "billing_type": "onetime", "billing_period": "once", "tax_mode": "exclusive" })
    };
    let again = |currency: &str, price: i64, period: &str, trial_days: u32, trial_price: Option<i64>| {
        let mut product = once(currency, price);
        let more = json!({ "billing_type": "recurring", "billing_period": period, "trial_period_days": trial_days,
            "trial_price": trial_price, "tax_mode": "inclusive" });
        if let Some((product, more)) = product.as_object_mut().zip(more.as_object()) {
            product.extend(more.clone());
        }
        product
    };
    json!({ "items": [
        once("USD", 123_456), again("EUR", 1999, "every-month", 14, None), again("JPY", 12_000, "every-year", 1, None),
        again("KWD", 1234, "every-three-months", 2, Some(5)), again("INR", 12_345_678, "every-month", 30, Some(100))
    ] })
}

/// The served page said amounts in nobody's notation ("USD 19.99") and the app in the buyer's, so that they flipped.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_served_is_what_the_app_says_in_every_language_and_currency() -> Result<()> {
    journey("served_and_live", View::WIDE, async |browser, shop| {
        let list = json!({ "path": "/v1/products/search", "times": 1000, "body": products_of_the_world() });
        shop.ask_sandbox("_sandbox/faults", list).await?;
        browser.keep_no_files().await?;
        let text = "return document.getElementById('app').innerText";
        let mut different = Vec::new();
        let countries = ["en-US", "en-GB", "en-IN", "de-AT", "es-MX", "fr-CA"];
        for locale in FILES.iter().map(|(language, _)| *language).chain(countries) {
            for currency in ["USD", "EUR", "JPY", "KWD", "INR"] {
                shop.hold_the_app_back();
                browser.go(format!("{}?locale={locale}&product=prod_{currency}", shop.app)).await?;
                browser.painted().await?;
                let (served, drawn) =
                    (browser.driver().execute(text, Vec::new()).await?, browser.driver().screenshot_as_png().await?);
                ensure!(browser.driver().find_all(By::Css("form[novalidate]")).await?.is_empty(), "the app is there");
                shop.let_the_app_come();
                browser.taken_over().await?;
                browser.painted().await?;
                let live = browser.driver().execute(text, Vec::new()).await?;
                let (served, live) = (served.json(), live.json());
                if served != live {
                    let lines = |text: &Value| text.as_str().unwrap_or_default().lines().map(str::to_owned).collect();
                    let (served, live): (Vec<String>, Vec<String>) = (lines(served), lines(live));
                    let other = served.iter().zip(&live).find(|(served, live)| served != live);
                    different.push(format!("{locale} {currency}: {other:?}"));
                    continue;
                }
                ensure!(served.as_str().is_some_and(|text| text.contains(currency)), "{currency} is in {served}");
                // What was painted a moment later than the screenshot is no difference.
                let same = async || Ok((drawn == browser.driver().screenshot_as_png().await?).then_some(()));
                if browser.until("the same picture", same).await.is_err() {
                    different.push(format!("{locale} {currency}: the page looks another when the app takes over"));
                }
            }
        }
        ensure!(different.is_empty(), "served, and live: {different:#?}");
        Ok(())
    })
    .await
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
        browser.choose(PRO_MONTHLY).await?;
        browser.read("[data-line=total] dd", "15.00").await?;
        browser.choose(PRO_YEARLY).await?;
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
        browser.press("button[aria-label='Increase quantity']").await?;
        browser.read("[data-line=total] dd", "36.00").await?;
        browser.type_into("#units", "0").await?;
        browser.read("#units-error", "Enter a quantity").await?;
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
            ("pt-PT", "ltr", "Continuar para pagamento", "por mês"),
            ("mt", "", "Continue to payment", "per month"),
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
        browser.choose(LIFETIME).await?;
        browser.press("#pay").await?;
        browser.arrive("locale=de").await
    })
    .await
}
