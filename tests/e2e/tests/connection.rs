//! Connections that are slow, break, or are not there: nothing is ordered twice, and the buyer knows what happens.

use anyhow::{Result, ensure};
use e2e::{Browser, Connection, Shop, View, journey};
use serde_json::{Value, json};
use thirtyfour::prelude::{By, Key};

use crate::buying::LIFETIME;

const OFFLINE: &str = "You seem to be offline. You haven’t been charged, and your entries are kept.";
const TOO_LONG: &str = "That took too long. You haven’t been charged, and trying again won’t charge you twice.";

/// Notes, in `window.labels`, what the button says from a press on, and how many milliseconds after it.
const WATCH_BUTTON: &str = "
    const labels = window.labels = [];
    const button = document.getElementById('pay');
    addEventListener('submit', () => {
        const pressed = performance.now();
        new MutationObserver(() => labels.push([performance.now() - pressed, button.innerText]))
            .observe(button, { subtree: true, childList: true, characterData: true });
    }, { capture: true });";

/// Where everything on the page stands, and how large it is.
async fn places(browser: &Browser) -> Result<Value> {
    let boxes = "return [...document.querySelectorAll('body *')].map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return [element.id || element.className, x, y, width, height];
    })";
    Ok(browser.driver().execute(boxes, Vec::new()).await?.json().clone())
}

async fn fill(browser: &Browser, shop: &Shop) -> Result<()> {
    browser.go(&shop.app).await?;
    browser.taken_over().await?;
    browser.choose(LIFETIME).await?;
    browser.type_into("[name=email]", "ada@example.com").await
}

async fn is_kept(browser: &Browser) -> Result<()> {
    let email = browser.see("[name=email]").await?.value().await?;
    ensure!(email.as_deref() == Some("ada@example.com"), "the e-mail is kept");
    Ok(())
}

/// Waits until Creem was asked to open a session.
async fn creem_is_asked(browser: &Browser, shop: &Shop) -> Result<()> {
    let asked = async || Ok((!shop.creations().await?.is_empty()).then_some(()));
    browser.until("Creem to be asked", asked).await
}

/// Where the browser arrived, with one session and no more behind it.
async fn leaves_with_one_session(browser: &Browser, shop: &Shop) -> Result<()> {
    browser.arrive("/checkout/prod_").await?;
    let opened = shop.opened().await?;
    ensure!(opened.len() == 1, "{} sessions instead of one", opened.len());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_without_a_connection_orders_nothing_and_the_next_one_works() -> Result<()> {
    journey("offline_before", View::PHONE, async |browser, shop| {
        fill(browser, shop).await?;
        browser.listen().await?;
        browser.connect(Connection::None).await?;
        browser.read(".checkout__assurance", OFFLINE).await?;
        ensure!(browser.times_spoken(OFFLINE).await? == 1, "the loss is said once, before any press");
        browser.press("#pay").await?;
        browser.focus_reaches("form-error-action").await?;
        browser.read("#form-error .notice__text", OFFLINE).await?;
        is_kept(browser).await?;
        ensure!(shop.creations().await?.is_empty(), "Creem was not asked");

        browser.connect(Connection::Fine).await?;
        browser.read(".checkout__assurance", "You won’t be charged yet").await?;
        let gone =
            async || Ok((!browser.driver().find(By::Id("form-error")).await?.is_displayed().await?).then_some(()));
        browser.until("the notice to go", gone).await?;
        browser.press("#pay").await?;
        leaves_with_one_session(browser, shop).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_during_the_order_cannot_order_twice() -> Result<()> {
    journey("offline_during", View::PHONE, async |browser, shop| {
        fill(browser, shop).await?;
        shop.fail("POST", "/v1/checkouts", json!({ "delay_ms": 2000 })).await?;
        browser.press("#pay").await?;
        creem_is_asked(browser, shop).await?;
        browser.listen().await?;
        browser.connect(Connection::None).await?;
        // Chromium lets the calls under way come to their end; this breaks them, as a lost line does.
        browser.driver().execute("window.stop()", Vec::new()).await?;
        browser.read("#form-error .notice__text", OFFLINE).await?;
        browser.focus_reaches("form-error-action").await?;
        is_kept(browser).await?;
        browser.hear_complaints().await?;

        browser.connect(Connection::Fine).await?;
        browser.press("#pay").await?;
        leaves_with_one_session(browser, shop).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_never_comes_is_given_up_and_asked_for_again_without_a_second_order() -> Result<()> {
    journey("lost_answer", View::PHONE, async |browser, shop| {
        fill(browser, shop).await?;
        browser.listen().await?;
        browser.connect(Connection::Silent).await?;
        browser.press("#pay").await?;
        creem_is_asked(browser, shop).await?;
        // The page waits as long as any question here may, so the wait is two questions.
        browser.until("most of the wait", async || Ok(waited_ms(browser).await?.filter(|ms| *ms > 15_000))).await?;
        browser.read("#pay", "One moment…").await?;
        browser.read("#form-error .notice__text", TOO_LONG).await?;
        browser.focus_reaches("form-error-action").await?;
        ensure!(browser.times_spoken(TOO_LONG).await? == 1, "said once");
        is_kept(browser).await?;

        browser.connect(Connection::Fine).await?;
        browser.press("#form-error-action").await?;
        leaves_with_one_session(browser, shop).await
    })
    .await
}

/// What an extension does that blocks one call of scripts.
const BLOCK_THE_ORDER: &str = "
    const fetched = window.fetch;
    window.fetch = (asked, ...rest) => String(asked.url ?? asked).endsWith('/api/checkouts')
        ? Promise.reject(new TypeError('blocked')) : fetched(asked, ...rest);";

/// The page said "You seem to be offline", at each try, although its own form would have passed.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_blocked_for_scripts_goes_through_as_a_form() -> Result<()> {
    journey("blocked", View::PHONE, async |browser, shop| {
        browser.go(format!("{}?request_id=order_1001&metadata%5Bplan%5D=pro&locale=de", shop.app)).await?;
        browser.taken_over().await?;
        browser.driver().execute(BLOCK_THE_ORDER, Vec::new()).await?;
        browser.choose(LIFETIME).await?;
        browser.type_into("[name=email]", "ada@example.com").await?;
        browser.type_into("[name=discount_code]", "SAVE25").await?;
        browser.press("#pay").await?;
        leaves_with_one_session(browser, shop).await?;
        browser.arrive("locale=de").await?;
        let asked = shop.opened().await?.pop().unwrap_or_default();
        ensure!(asked["request_id"] == "order_1001" && asked["metadata"]["plan"] == "pro", "{asked}");
        ensure!(asked["discount_code"] == "SAVE25" && asked["customer"]["email"] == "ada@example.com", "{asked}");
        Ok(())
    })
    .await
}

/// For how long the page has been waiting for its order, in milliseconds.
async fn waited_ms(browser: &Browser) -> Result<Option<u64>> {
    let since = "window.since ??= performance.now(); return Math.round(performance.now() - window.since)";
    Ok(browser.driver().execute(since, Vec::new()).await?.json().as_u64())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_order_shows_progress_after_300_ms_and_nothing_moves() -> Result<()> {
    journey("slow_order", View::PHONE, async |browser, shop| {
        fill(browser, shop).await?;
        browser.driver().execute(WATCH_BUTTON, Vec::new()).await?;
        browser.connect(Connection::Slow(3000)).await?;
        browser.listen().await?;
        let before = places(browser).await?;
        browser.keys(Key::Enter).await?;
        browser.read("#pay[aria-disabled=true]", "One moment…").await?;
        let labels = browser.driver().execute("return window.labels", Vec::new()).await?;
        let labels = labels.json();
        ensure!(places(browser).await? == before, "something moved");
        let after_ms = labels[0][0].as_f64().unwrap_or_default();
        // Not with the answer; a busy machine is late with everything.
        ensure!((290.0..2500.0).contains(&after_ms), "progress shows {after_ms} ms after the press: {labels}");
        ensure!(labels.as_array().map(Vec::len) == Some(1), "one change: {labels}");
        ensure!(browser.spoken().await? == ["One moment…"], "it is said: {:?}", browser.spoken().await?);
        browser.connect(Connection::Fine).await?;
        leaves_with_one_session(browser, shop).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quick_order_shows_no_progress_that_flickers() -> Result<()> {
    journey("quick_order", View::PHONE, async |browser, shop| {
        fill(browser, shop).await?;
        browser.driver().execute(WATCH_BUTTON, Vec::new()).await?;
        // Refused at once, so that the page stays and can be asked.
        shop.fail("POST", "/v1/checkouts", json!({ "status": 500 })).await?;
        browser.press("#pay").await?;
        browser.see("#form-error").await?;
        let labels = browser.driver().execute("return window.labels", Vec::new()).await?;
        let moment = |label: &Value| label[0].as_f64().is_some_and(|ms| ms < 290.0);
        ensure!(!labels.json().as_array().is_some_and(|labels| labels.iter().any(moment)), "{}", labels.json());
        browser.hear_complaints().await.map(drop)
    })
    .await
}
