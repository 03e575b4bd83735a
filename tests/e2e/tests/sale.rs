//! A sale: choosing, paying at the sandbox, coming back, and what the proxy then knows.

use anyhow::{Context, Result, ensure};
use e2e::payment_page::{give_details, pay_with};
use e2e::{Browser, Scripts, Shop, View, journey};
use serde_json::Value;
use url::Url;

const LIFETIME: &str = "prod_SandboxLifetime0000001";
const PRO_MONTHLY: &str = "prod_SandboxProMonthly00001";
const GOOD_CARD: &str = "4111111111111111";
const DECLINED_CARD: &str = "4507990000000028";

/// From the filled form to the card step of the sandbox's page.
async fn go_to_the_card(browser: &Browser) -> Result<()> {
    browser.press("button[type=submit]").await?;
    browser.arrive("/checkout/prod_").await?;
    let email = browser.see("#email").await?;
    ensure!(email.value().await?.as_deref() == Some("ada@example.com"), "the e-mail is prefilled");
    ensure!(email.attr("readonly").await?.is_some(), "the e-mail is locked");
    give_details(browser, "DE").await
}

/// Back at the status page: shown as paid, and known as paid by the proxy, which answers this.
async fn see_paid(browser: &Browser, shop: &Shop) -> Result<Value> {
    let link = browser.see("#return-link").await?.attr("href").await?.context("where the link leads")?;
    let link = Url::parse(&link)?;
    let value = |name| link.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let (request_id, checkout_id) = value("request_id").zip(value("checkout_id")).context("both references")?;
    browser.press("#return-link").await?;
    browser.see("main[data-payment-status=paid]").await?;
    browser.read(".status__reference", &request_id).await?;
    let known = shop.payment(&request_id, &checkout_id).await?;
    ensure!(known["status"] == "paid", "the proxy knows {known}");
    Ok(known)
}

async fn buy(browser: &Browser, shop: &Shop, product: &str, code: Option<&str>) -> Result<Value> {
    browser.go(&shop.app).await?;
    browser.press(&format!("label:has(#product-{product})")).await?;
    if let Some(code) = code {
        browser.type_into("[name=discount_code]", code).await?;
    }
    browser.type_into("[name=email]", "ada@example.com").await?;
    go_to_the_card(browser).await?;
    pay_with(browser, GOOD_CARD).await?;
    see_paid(browser, shop).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_time_product_is_bought() -> Result<()> {
    journey("one_time", View::WIDE, async |browser, shop| {
        let payment = buy(browser, shop, LIFETIME, None).await?;
        ensure!(payment["amount"] == 1999 && payment["currency"] == "USD", "{payment}");
        ensure!(payment["subscription_id"].is_null(), "{payment}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_one_time_product_is_bought_with_a_discount() -> Result<()> {
    journey("one_time_discount", View::PHONE, async |browser, shop| {
        let payment = buy(browser, shop, LIFETIME, Some("SAVE25")).await?;
        ensure!(payment["amount"] == 1499, "{payment}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_is_bought() -> Result<()> {
    journey("subscription", View::PHONE.dark(), async |browser, shop| {
        let payment = buy(browser, shop, PRO_MONTHLY, None).await?;
        ensure!(payment["subscription_id"].as_str().is_some_and(|id| id.starts_with("sub_")), "{payment}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_is_bought_with_a_discount() -> Result<()> {
    journey("subscription_discount", View::WIDE.dark(), async |browser, shop| {
        let payment = buy(browser, shop, PRO_MONTHLY, Some("PROONLY")).await?;
        ensure!(payment["amount"] == 750, "{payment}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_is_followed_by_a_good_one() -> Result<()> {
    journey("declined", View::PHONE, async |browser, shop| {
        browser.go(&shop.app).await?;
        browser.type_into("[name=email]", "ada@example.com").await?;
        go_to_the_card(browser).await?;
        pay_with(browser, DECLINED_CARD).await?;
        browser.read("[role=alert]", "declined").await?;
        // The answer's status is 402, and the console says so.
        browser.hear_complaints().await?;
        pay_with(browser, GOOD_CARD).await?;
        see_paid(browser, shop).await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_the_plain_form_sells() -> Result<()> {
    journey("without_scripts", View::PHONE.without_scripts(), async |browser, shop| {
        let payment = buy(browser, shop, PRO_MONTHLY, Some("SAVE25")).await?;
        ensure!(payment["amount"] == 1125, "{payment}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_a_wrong_code_comes_back_marked_with_everything_kept() -> Result<()> {
    journey("without_scripts_wrong_code", View::WIDE.without_scripts(), async |browser, shop| {
        browser.go(&shop.app).await?;
        browser.press(&format!("label:has(#product-{PRO_MONTHLY})")).await?;
        browser.type_into("[name=discount_code]", "NOPE").await?;
        browser.type_into("[name=email]", "ada@example.com").await?;
        browser.press("button[type=submit]").await?;
        let code = browser.see("[name=discount_code][aria-invalid=true]").await?;
        ensure!(code.value().await?.as_deref() == Some("NOPE"), "the code is kept");
        let email = browser.see("[name=email]").await?;
        ensure!(email.value().await?.as_deref() == Some("ada@example.com"), "the e-mail is kept");
        ensure!(browser.see(&format!("#product-{PRO_MONTHLY}")).await?.is_selected().await?, "the choice is kept");
        ensure!(shop.sessions_created().await? == 0, "nothing was created");
        // The answer's status is 400, and the console says so.
        browser.hear_complaints().await?;
        browser.see("[name=discount_code]").await?.clear().await?;
        go_to_the_card(browser).await?;
        pay_with(browser, GOOD_CARD).await?;
        see_paid(browser, shop).await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_does_not_block_paying() -> Result<()> {
    journey("wrong_code", View::PHONE, async |browser, shop| {
        browser.go(&shop.app).await?;
        browser.taken_over().await?;
        browser.type_into("[name=discount_code]", "EXPIRED").await?;
        browser.read("#discount_code-outcome", "expired").await?;
        browser.type_into("[name=email]", "ada@example.com").await?;
        go_to_the_card(browser).await?;
        pay_with(browser, GOOD_CARD).await?;
        let payment = see_paid(browser, shop).await?;
        ensure!(payment["amount"] == 1999, "{payment}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_link_is_not_shown_as_paid() -> Result<()> {
    for view in [View::WIDE, View::WIDE.without_scripts()] {
        let name = if view.scripts == Scripts::On { "changed_link" } else { "changed_link_without_scripts" };
        journey(name, view, async |browser, shop| {
            let returned = shop.pay_without_browser(LIFETIME).await?;
            let changed = returned.as_str().replace("request_id=req_", "request_id=req_0");
            browser.go(&changed).await?;
            browser.see("main[data-payment-status=not_genuine]").await?;
            browser.hear_complaints().await?;
            browser.go(&returned).await?;
            browser.see("main[data-payment-status=paid]").await?;
            Ok(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tidied_status_page_survives_a_reload() -> Result<()> {
    journey("status_reload", View::PHONE, async |browser, shop| {
        browser.go(&shop.pay_without_browser(LIFETIME).await?).await?;
        browser.see("main[data-payment-status=paid]").await?;
        browser
            .until("the signature to leave the address", async || {
                Ok((!browser.address().await?.as_str().contains("signature=")).then_some(()))
            })
            .await?;
        browser.driver().refresh().await?;
        browser.see("main[data-payment-status=paid]").await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buyer_is_told_what_is_wrong_with_an_email() -> Result<()> {
    journey("email", View::PHONE, async |browser, shop| {
        browser.go(&shop.app).await?;
        browser.taken_over().await?;
        browser.type_into("[name=email]", "ada@").await?;
        browser.press("button[type=submit]").await?;
        let field = browser.see("[name=email][aria-invalid=true]").await?;
        browser.see("#email-error").await?;
        let focused = browser.driver().active_element().await?;
        ensure!(focused == field, "focus goes to the first problem");
        ensure!(shop.sessions_created().await? == 0, "nothing was created");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn back_from_paying_gives_a_live_form_with_its_values() -> Result<()> {
    journey("back", View::PHONE, async |browser, shop| {
        browser.go(&shop.app).await?;
        browser.taken_over().await?;
        browser.type_into("[name=email]", "ada@example.com").await?;
        browser.press("button[type=submit]").await?;
        browser.arrive("/checkout/prod_").await?;
        browser.driver().back().await?;
        let email = browser.see("[name=email]").await?;
        ensure!(email.value().await?.as_deref() == Some("ada@example.com"), "the e-mail is kept");
        go_to_the_card(browser).await?;
        Ok(())
    })
    .await
}
