//! The status page as a payment moves: by itself, without a reload, and honest when nobody knows more.

use anyhow::{Result, ensure};
use e2e::{Browser, Session, Shop, View, journey};
use serde_json::{Value, json};
use thirtyfour::By;

use crate::buying::LIFETIME;

async fn open(browser: &Browser, shop: &Shop, asked: Value) -> Result<Session> {
    let session = shop.open_session(asked).await?;
    browser.go(shop.status_of(&session)).await?;
    browser.see("main[data-payment-status=pending]").await?;
    browser.read(".status__reference", &session.request_id).await?;
    // Gone after a reload.
    browser.driver().execute("window.stays = true", Vec::new()).await?;
    Ok(session)
}

async fn becomes(browser: &Browser, state: &str, title: &str) -> Result<()> {
    browser.see(&format!("main[data-payment-status={state}]")).await?;
    browser.read("h1", title).await?;
    let stays: bool = browser.driver().execute("return window.stays === true", Vec::new()).await?.convert()?;
    ensure!(stays, "the page was loaded again");
    ensure!(browser.driver().title().await? == title, "the title says it too");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_shows_while_the_page_is_open_by_events_alone() -> Result<()> {
    journey("live_events", View::PHONE, async |browser, shop| {
        let session = shop.open_session(json!({ "product_id": LIFETIME })).await?;
        // Asking now and then is cut off; only the stream of events comes through.
        browser.block(&[format!("*/api/payments/{}?*", session.request_id)]).await?;
        browser.go(shop.status_of(&session)).await?;
        browser.see("main[data-payment-status=pending]").await?;
        browser.driver().execute("window.stays = true", Vec::new()).await?;
        browser.listen().await?;
        shop.pay(&session.checkout_id).await?;
        becomes(browser, "paid", "Payment received").await?;
        browser.read("main", "$19.99").await?;
        ensure!(browser.times_spoken("Payment received").await? == 1, "said once");
        browser.hear_complaints().await.map(drop)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_shows_while_the_page_is_open_where_events_do_not_come_through() -> Result<()> {
    journey("live_asking", View::PHONE, async |browser, shop| {
        browser.block(&["*/events?*".to_owned()]).await?;
        let session = open(browser, shop, json!({ "product_id": LIFETIME })).await?;
        shop.pay(&session.checkout_id).await?;
        becomes(browser, "paid", "Payment received").await?;
        browser.hear_complaints().await.map(drop)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_went_back_shows_on_the_same_page() -> Result<()> {
    journey("went_back", View::PHONE, async |browser, shop| {
        for (how, state, title) in
            [("refund", "refunded", "Payment refunded"), ("dispute", "disputed", "Payment disputed")]
        {
            let session = open(browser, shop, json!({ "product_id": LIFETIME })).await?;
            shop.pay(&session.checkout_id).await?;
            becomes(browser, "paid", "Payment received").await?;
            shop.give_back(how).await?;
            browser
                .until("the proxy to know", async || {
                    let known = shop.payment(&session.request_id, &session.checkout_id).await?;
                    Ok((known["status"] == state).then_some(()))
                })
                .await?;
            browser.driver().refresh().await?;
            browser.see(&format!("main[data-payment-status={state}]")).await?;
            browser.read("h1", title).await?;
            browser.read(".status__reference", &session.request_id).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_left_too_long_shows_as_expired_with_a_way_to_start_again() -> Result<()> {
    journey("expires", View::PHONE, async |browser, shop| {
        let session = open(browser, shop, json!({ "product_id": LIFETIME })).await?;
        shop.ask_sandbox("_sandbox/clock", json!({ "advance_seconds": 25 * 3600 })).await?;
        becomes(browser, "expired", "This checkout has expired").await?;
        browser.read(".status__lead", "You haven’t been charged").await?;
        browser.read(".status__reference", &session.request_id).await?;
        browser.press(".status__actions a").await?;
        browser.see("form.checkout__form").await.map(drop)
    })
    .await
}

/// Anybody can open a session under any reference, so a page that told of another one would show strangers a payment.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_tells_of_its_own_session_and_of_no_other_of_its_reference() -> Result<()> {
    journey("one_reference", View::PHONE, async |browser, shop| {
        let order = json!({ "product_id": LIFETIME, "request_id": "order_1001" });
        let left = open(browser, shop, order.clone()).await?;
        let taken = shop.open_session(order).await?;
        ensure!(left.checkout_id != taken.checkout_id, "two sessions");
        shop.pay(&taken.checkout_id).await?;
        for (session, status) in [(&taken, "paid"), (&left, "pending")] {
            browser.go(shop.status_of(session)).await?;
            browser.see(&format!("main[data-payment-status={status}]")).await?;
            browser.read(".status__reference", "order_1001").await?;
        }
        Ok(())
    })
    .await
}

/// Notes, in `window.gaveUpMs`, for how many milliseconds the buyer has seen the page when it gives up.
const WATCH_GIVING_UP: &str = "
    const [painted] = performance.getEntriesByName('first-contentful-paint');
    const main = document.querySelector('main');
    new MutationObserver(() => {
        if (main.dataset.gaveUp === 'true') window.gaveUpMs ??= performance.now() - painted.startTime;
    }).observe(main, { attributes: true });";

/// Whether the mark turns.
const TURNS: &str = "return getComputedStyle(document.querySelector('.status__mark')).animationName !== 'none'";

/// Twenty seconds after it was opened, at the latest, the page stops turning and says what to do.
async fn gives_up_honestly(browser: &Browser, shop: &Shop, reference: &str, hint: &str) -> Result<()> {
    browser.read(".status__reference", reference).await?;
    browser.see("main[data-gave-up=false]").await?;
    browser.listen().await?;
    browser.driver().execute(WATCH_GIVING_UP, Vec::new()).await?;
    browser.see("main[data-gave-up=true]").await?;
    let has_way_back = !browser.driver().find_all(By::Css(".status a:not([hidden])")).await?.is_empty();
    ensure!(!has_way_back, "a form beside it asks to be paid twice");
    let turns: bool = browser.driver().execute(TURNS, Vec::new()).await?.convert()?;
    ensure!(!turns, "the mark stands still");
    browser.read(".status__hint", hint).await?;
    browser.read(".status__reference", reference).await?;
    ensure!(browser.times_spoken(hint).await? == 1, "said once");
    let seen_ms = browser.driver().execute("return window.gaveUpMs", Vec::new()).await?;
    // The app's own twenty seconds, and what its arrival takes on a busy machine.
    ensure!(seen_ms.json().as_f64().is_some_and(|ms| ms < 25_000.0), "after {} ms", seen_ms.json());

    browser.press(".status__actions button").await?;
    browser.see("main[data-gave-up=false]").await?;
    shop.mend().await?;
    browser.see("main[data-payment-status=paid]").await?;
    browser.hear_complaints().await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_creem_is_silent_a_return_is_not_waited_for_longer_than_20_seconds() -> Result<()> {
    journey("silent_return", View::PHONE, async |browser, shop| {
        shop.hold_webhooks(true).await?;
        let session = shop.open_session(json!({ "product_id": LIFETIME })).await?;
        let returned = shop.pay(&session.checkout_id).await?;
        shop.fail("GET", "/v1/checkouts", json!({ "delay_ms": 60_000 })).await?;
        browser.go(returned).await?;
        browser.see("main[data-payment-status=verifying]").await?;
        browser.read("h1", "Checking your payment").await?;
        gives_up_honestly(browser, shop, &session.request_id, "We’ve stopped checking for now.").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn while_creem_is_silent_an_open_order_is_not_waited_for_longer_than_20_seconds() -> Result<()> {
    journey("silent_pending", View::PHONE, async |browser, shop| {
        shop.hold_webhooks(true).await?;
        let session = shop.open_session(json!({ "product_id": LIFETIME })).await?;
        shop.fail("GET", "/v1/checkouts", json!({ "delay_ms": 60_000 })).await?;
        browser.go(shop.status_of(&session)).await?;
        browser.see("main[data-payment-status=pending]").await?;
        shop.pay(&session.checkout_id).await?;
        gives_up_honestly(browser, shop, &session.request_id, "This is taking longer than usual.").await
    })
    .await
}
