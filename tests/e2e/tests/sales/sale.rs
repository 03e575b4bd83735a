//! A sale, beyond the short list of `engines`: choosing, paying at the sandbox, coming back, and what the proxy then knows.

use anyhow::{Result, ensure};
use e2e::payment_page::pay_with;
use e2e::{Scripts, View, journey};

use crate::buying::{GOOD_CARD, LIFETIME, PRO_MONTHLY, buy, go_to_the_card, see_paid};

const DECLINED_CARD: &str = "4507990000000028";

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
        browser.choose(LIFETIME).await?;
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
        browser.choose(PRO_MONTHLY).await?;
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
async fn the_buyer_is_told_what_is_wrong_with_an_email() -> Result<()> {
    journey("email", View::PHONE, async |browser, shop| {
        browser.go(&shop.app).await?;
        browser.taken_over().await?;
        browser.choose(LIFETIME).await?;
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
