//! Programs at the sandbox's payment page: those that pay at Creem's own find what they look for, and a merchant's page
//! shows it within itself.

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use e2e::{Browser, Shop, View, journey};
use serde_json::{Value, json};
use thirtyfour::prelude::*;
use tokio::net::TcpListener;

use crate::buying::LIFETIME;

/// Opens a session and gives the address of its payment page, and the one the buyer returns to.
async fn open(shop: &Shop, customer: Value) -> Result<(String, String)> {
    let back = shop.app.join("?from=paying")?.to_string();
    let body = json!({ "product_id": LIFETIME, "success_url": back, "customer": customer });
    let session = shop.ask_sandbox("v1/checkouts", body).await?;
    Ok((session["checkout_url"].as_str().context("an address")?.to_owned(), back))
}

/// Presses the last button whose words have these in them.
async fn press_words(browser: &Browser, words: &str) -> Result<()> {
    let buttons =
        browser.driver().find_all(By::XPath(format!("//button[not(@hidden)][contains(., '{words}')]"))).await?;
    Ok(buttons.last().with_context(|| format!("a button that says {words}"))?.click().await?)
}

/// Chooses of the page's selects, counted from 0, the option of this number.
async fn choose(browser: &Browser, select: usize, option: usize) -> Result<()> {
    let selects = browser.driver().find_all(By::Css("select")).await?;
    let options = selects.get(select).context("a select")?.find_all(By::Css("option")).await?;
    Ok(options.get(option).context("an option")?.click().await?)
}

/// As a client of one provider's page does: the names of its fields, and which select comes first.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_goes_by_names_pays_step_by_step() -> Result<()> {
    journey("program_steps", View::WIDE, async |browser, shop| {
        let (address, _) = open(shop, json!({})).await?;
        browser.go(address).await?;
        browser.type_into("#email", "program@example.com").await?;
        browser.type_into("#name", "A Program").await?;
        browser.press("select option[value=US]").await?;
        press_words(browser, "Continue to payment").await?;
        for (name, answer) in [("addressLine1", "1 Main St"), ("city", "Springfield"), ("postalCode", "12345")] {
            browser.type_into(&format!("input[name='{name}']"), answer).await?;
        }
        choose(browser, 1, 1).await?;
        press_words(browser, "Continue to payment").await?;
        browser.type_into("input[name='cardHolderName']", "A Program").await?;
        browser.see("iframe").await?.enter_frame().await?;
        for (name, answer) in [("number", "4111111111111111"), ("expirationDate", "1230"), ("cvv", "123")] {
            browser.type_into(&format!("input[name='{name}']"), answer).await?;
        }
        browser.driver().enter_default_frame().await?;
        press_words(browser, "Pay").await?;
        browser.arrive("from=paying&checkout_id=").await
    })
    .await
}

/// As clients of the other provider's page do: its frame's title and address, the ids in it, and labels.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_goes_by_ids_and_labels_pays_at_once() -> Result<()> {
    journey("program_single", View::WIDE, async |browser, shop| {
        shop.ask_sandbox("_sandbox/switches", json!({ "payment_page": "single" })).await?;
        let (address, _) = open(shop, json!({})).await?;
        browser.go(address).await?;
        for (label, answer) in [("Email", "program@example.com"), ("Full name", "A Program")] {
            let labelled = By::XPath(format!("//input[@id = //label[contains(., '{label}')]/@for]"));
            browser.driver().find(labelled).await?.send_keys(answer).await?;
        }
        let frame = "iframe[title='Secure payment input frame'][src*='elements-inner-accessory-target']";
        browser.see(frame).await?.enter_frame().await?;
        for (id, answer) in [("number", "4242424242424242"), ("expiry", "1230"), ("cvc", "123")] {
            browser.type_into(&format!("input#payment-{id}Input"), answer).await?;
        }
        browser.driver().enter_default_frame().await?;
        press_words(browser, "Pay").await?;
        browser.arrive("from=paying&checkout_id=").await
    })
    .await
}

/// A merchant's page with the script that shows checkouts, and a record of what the payment page says; gives its address.
async fn merchants_page(shop: &Shop, body: &str) -> Result<String> {
    let script = shop.sandbox.join("embed.js")?;
    let record = "window.told = []; addEventListener('message', ({ data }) => told.push(data.type));";
    let page = format!(
        "<!doctype html><html lang=en><title>A shop</title><link rel=icon href='data:,'><script>{record}</script>\
         <script src='{script}'></script>{body}"
    );
    let app = Router::new().route("/", get(async move || Html(page.clone())));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(address)
}

/// What a variable of the merchant's page holds.
async fn held(browser: &Browser, variable: &str) -> Result<Value> {
    Ok(browser.driver().execute(format!("return window.{variable}"), Vec::new()).await?.json().clone())
}

/// The payment page said that it is ready at each of its steps.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_shows_the_checkout_over_the_merchants_page_and_leads_back() -> Result<()> {
    journey("embedded", View::WIDE, async |browser, shop| {
        let (address, _) = open(shop, json!({ "email": "ada@example.com" })).await?;
        let link = format!("<a href='{address}' data-creem-checkout data-creem-theme=dark>Buy</a>");
        browser.go(merchants_page(shop, &link).await?).await?;
        browser.press("a").await?;
        browser.see("dialog[open] iframe").await?.enter_frame().await?;
        browser.see("html[data-theme=dark]").await?;
        browser.press("button[value=fill]").await?;
        browser.see("#name[value='Ada Buyer']").await?;
        browser.press("button[value=continue]").await?;
        browser.see("#city[value='Reno']").await?;
        browser.press("button[value=continue]").await?;
        browser.see("#cardHolderName").await?;
        browser.press("button[value=pay]").await?;
        browser.driver().enter_default_frame().await?;
        let completed = async || Ok((held(browser, "told").await? == json!(["ready", "completed"])).then_some(()));
        browser.until("ready once, and completed", completed).await?;
        browser.arrive("from=paying&checkout_id=").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_is_mounted_in_an_element_and_closed_again() -> Result<()> {
    journey("mounted", View::WIDE, async |browser, shop| {
        let (address, _) = open(shop, json!({})).await?;
        browser.go(merchants_page(shop, "<div id=here style='height: 600px'></div>").await?).await?;
        let mount = format!(
            "window.seen = []; Creem.mount({{ checkoutUrl: '{address}', container: '#here', locale: 'de', \
             onReady: () => seen.push('ready'), onClose: () => seen.push('closed') }})"
        );
        browser.driver().execute(mount, Vec::new()).await?;
        browser.see("#here iframe[src*='locale=de']").await?;
        let ready = async || Ok((held(browser, "seen").await? == json!(["ready"])).then_some(()));
        browser.until("the page to be ready", ready).await?;
        browser.driver().execute("Creem.close()", Vec::new()).await?;
        let seen = held(browser, "seen").await?;
        ensure!(seen == json!(["ready", "closed"]), "{seen}");
        ensure!(browser.driver().find_all(By::Css("iframe")).await?.is_empty(), "the checkout is gone");
        Ok(())
    })
    .await
}
