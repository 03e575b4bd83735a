//! Every way Creem can fail, as the buyer meets it: what is said, what is kept, and how it goes on.

use anyhow::{Context, Result, ensure};
use e2e::{Browser, Shop, View, journey, journey_with};
use proxy::Settings;
use serde_json::{Value, json};

use crate::buying::LIFETIME;

const PRO_YEARLY: &str = "prod_SandboxProYearly000001";

const CANNOT_START: &str = "We couldn’t start your payment. You haven’t been charged. Please tell the shop.";
const NO_ANSWER: &str = "The payment service isn’t responding. You haven’t been charged. Try again in a minute.";
const NOT_FOR_SALE: &str = "This product is no longer for sale. Choose another one.";
const TOO_MANY: &str = "Too many attempts. Wait a moment and try again.";

/// Where the notice of a failed order stands, and its way on.
const NOTICE: &str = "form-error";
const WAY_ON: &str = "form-error-action";

/// Whether what has the focus can be seen.
const IN_VIEW: &str = "const { top, bottom } = document.activeElement.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight";

/// A filled form, ready to be sent; everything in it differs from what the page starts with.
async fn fill(browser: &Browser, shop: &Shop, email: &str) -> Result<()> {
    browser.go(format!("{}?units=2", shop.app)).await?;
    browser.taken_over().await?;
    browser.choose(PRO_YEARLY).await?;
    browser.type_into("#units", "3").await?;
    browser.type_into("[name=discount_code]", "SAVE25").await?;
    browser.see("[data-outcome=applied]").await?;
    browser.type_into("[name=email]", email).await
}

async fn is_kept(browser: &Browser, email: &str) -> Result<()> {
    ensure!(browser.see(&format!("#product-{PRO_YEARLY}")).await?.is_selected().await?, "the plan is kept");
    for (field, expected) in [("#units", "3"), ("#discount_code", "SAVE25"), ("#email", email)] {
        let kept = browser.value(field).await?;
        ensure!(kept == expected, "{field} holds {kept:?} instead of {expected:?}");
    }
    Ok(())
}

/// The failed order is said once, where the focus is, with the form kept; the next press opens one session.
async fn fails_and_goes_on(browser: &Browser, shop: &Shop, email: &str, sentence: &str, focus: &str) -> Result<()> {
    let before = shop.opened().await?.len();
    browser.listen().await?;
    browser.press("#pay").await?;
    browser.focus_reaches(focus).await?;
    browser.read("#form-error .notice__text", sentence).await?;
    ensure!(*browser.driver().execute(IN_VIEW, Vec::new()).await?.json() == true, "{sentence:?} is out of sight");
    let aloud = browser.times_spoken(sentence).await?;
    let with_focus = browser.described().await?.matches(sentence).count();
    ensure!(aloud + with_focus == 1, "{sentence:?} is spoken {aloud} times, and {with_focus} times with the focus");
    is_kept(browser, email).await?;
    // The answers of 4xx and 5xx stand in the console.
    browser.hear_complaints().await?;

    shop.mend().await?;
    browser.press(if focus == WAY_ON { "#form-error-action" } else { "#pay" }).await?;
    browser.arrive("/checkout/prod_").await?;
    let opened = shop.opened().await?;
    ensure!(opened.len() == before + 1, "{} sessions instead of one", opened.len() - before);
    let asked = opened.last().context("a session")?;
    ensure!(asked["product_id"] == PRO_YEARLY && asked["units"] == 3, "{asked}");
    ensure!(asked["discount_code"] == "SAVE25" && asked["customer"]["email"] == email, "{asked}");
    Ok(())
}

async fn every_order_fails(name: &str, faults: &[(Value, &str, &str)]) -> Result<()> {
    journey(name, View::PHONE, async |browser, shop| {
        for (number, (fault, sentence, focus)) in faults.iter().enumerate() {
            let email = format!("ada+{number}@example.com");
            fill(browser, shop, &email).await?;
            shop.fail("POST", "/v1/checkouts", fault.clone()).await?;
            fails_and_goes_on(browser, shop, &email, sentence, focus)
                .await
                .with_context(|| format!("after {fault}"))?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_creem_refuses_is_said_once_and_goes_through_afterwards() -> Result<()> {
    every_order_fails(
        "refused",
        &[
            (json!({ "status": 400 }), CANNOT_START, NOTICE),
            (json!({ "status": 401 }), CANNOT_START, NOTICE),
            (json!({ "status": 403 }), CANNOT_START, NOTICE),
            (json!({ "status": 404 }), NOT_FOR_SALE, NOTICE),
            (json!({ "status": 409 }), CANNOT_START, NOTICE),
            (json!({ "status": 422 }), CANNOT_START, NOTICE),
        ],
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_creem_cannot_take_is_said_once_and_goes_through_afterwards() -> Result<()> {
    every_order_fails(
        "outage",
        &[
            (json!({ "status": 429 }), NO_ANSWER, WAY_ON),
            (json!({ "status": 500 }), NO_ANSWER, WAY_ON),
            (json!({ "status": 502 }), NO_ANSWER, WAY_ON),
            (json!({ "status": 503 }), NO_ANSWER, WAY_ON),
            (json!({ "drop": true }), NO_ANSWER, WAY_ON),
            (json!({ "body": "<html>" }), NO_ANSWER, WAY_ON),
            (json!({ "body": "{\"id\":" }), NO_ANSWER, WAY_ON),
            // Longer than the proxy waits for Creem.
            (json!({ "delay_ms": 60_000 }), NO_ANSWER, WAY_ON),
        ],
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_orders_are_refused_politely() -> Result<()> {
    let asked = Settings { limit_create: Some("1".into()), ..Settings::default() };
    journey_with(asked, "too_many", View::PHONE, async |browser, shop| {
        shop.open_session(json!({ "product_id": LIFETIME })).await?;
        fill(browser, shop, "ada@example.com").await?;
        browser.listen().await?;
        browser.press("#pay").await?;
        browser.focus_reaches(WAY_ON).await?;
        browser.read("#form-error .notice__text", TOO_MANY).await?;
        ensure!(browser.times_spoken(TOO_MANY).await? == 1, "said once");
        is_kept(browser, "ada@example.com").await?;
        ensure!(shop.opened().await?.len() == 1, "nothing was opened");
        browser.hear_complaints().await.map(drop)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_could_not_be_checked_is_tried_with_the_order() -> Result<()> {
    journey("code_unchecked", View::PHONE, async |browser, shop| {
        browser.go(format!("{}?email=ada%40example.com", shop.app)).await?;
        browser.taken_over().await?;
        browser.choose(LIFETIME).await?;
        shop.fail("GET", "/v1/discounts", json!({ "status": 500 })).await?;
        browser.type_into("[name=discount_code]", "SAVE25").await?;
        browser.read("#discount_code-outcome", "We’ll try again when you continue.").await?;
        browser.hear_complaints().await?;
        shop.mend().await?;
        browser.press("#pay").await?;
        browser.arrive("/checkout/prod_").await?;
        let asked = shop.opened().await?.pop().context("a session")?;
        ensure!(asked["discount_code"] == "SAVE25", "{asked}");
        Ok(())
    })
    .await
}

/// A paid session whose webhook has not come, so that the status page depends on what Creem answers.
async fn paid_unheard(shop: &Shop) -> Result<(String, String)> {
    shop.hold_webhooks(true).await?;
    let session = shop.open_session(json!({ "product_id": LIFETIME })).await?;
    Ok((session.request_id, shop.pay(&session.checkout_id).await?))
}

#[tokio::test(flavor = "multi_thread")]
async fn while_creem_fails_nothing_looks_paid_and_the_page_gets_there_by_itself() -> Result<()> {
    let faults = [
        (json!({ "status": 400 }), "verifying"),
        (json!({ "status": 401 }), "verifying"),
        (json!({ "status": 403 }), "verifying"),
        (json!({ "status": 404 }), "pending"),
        (json!({ "status": 409 }), "verifying"),
        (json!({ "status": 422 }), "verifying"),
        (json!({ "status": 429 }), "verifying"),
        (json!({ "status": 500 }), "verifying"),
        (json!({ "status": 502 }), "verifying"),
        (json!({ "status": 503 }), "verifying"),
        (json!({ "drop": true }), "verifying"),
        (json!({ "body": "<html>" }), "verifying"),
        (json!({ "delay_ms": 60_000 }), "verifying"),
    ];
    journey("status_faults", View::PHONE, async |browser, shop| {
        for (fault, state) in faults {
            let (request_id, returned) = paid_unheard(shop).await?;
            shop.fail("GET", "/v1/checkouts", fault.clone()).await?;
            browser.go(&returned).await?;
            let arrives = async {
                browser.see(&format!("main[data-payment-status={state}]")).await?;
                browser.read(".status__reference", &request_id).await?;
                browser.read(".status__lead", "no need to pay again").await?;
                browser.listen().await?;
                shop.mend().await?;
                browser.see("main[data-payment-status=paid]").await?;
                ensure!(browser.times_spoken("Payment received").await? == 1, "said once");
                Ok(())
            };
            arrives.await.with_context(|| format!("after {fault}"))?;
            browser.hear_complaints().await?;
        }
        Ok(())
    })
    .await
}
