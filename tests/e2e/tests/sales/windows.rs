//! One buyer, several windows and impatient fingers: each window is its own, and one press is one order.

use anyhow::{Result, ensure};
use e2e::payment_page::pay_at_once;
use e2e::{Browser, Shop, View, journey};
use serde_json::json;
use thirtyfour::prelude::Key;

use crate::buying::{LIFETIME, PRO_MONTHLY};

async fn fill(browser: &Browser, shop: &Shop, product: &str, email: &str) -> Result<()> {
    browser.go(&shop.app).await?;
    browser.taken_over().await?;
    browser.choose(product).await?;
    browser.type_into("[name=email]", email).await
}

async fn holds(browser: &Browser, product: &str, email: &str) -> Result<()> {
    browser.taken_over().await?;
    ensure!(browser.see(&format!("#product-{product}")).await?.is_selected().await?, "{product} is chosen");
    let typed = browser.see("[name=email]").await?.value().await?;
    ensure!(typed.as_deref() == Some(email), "{typed:?} instead of {email}");
    Ok(())
}

/// Presses the button, pays, and comes back to a page that says paid.
async fn buy(browser: &Browser, shop: &Shop) -> Result<()> {
    browser.press("#pay").await?;
    pay_at_once(browser, shop).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_choose_and_buy_apart() -> Result<()> {
    journey("windows", View::WIDE, async |browser, shop| {
        let driver = browser.driver();
        let first = driver.window().await?;
        fill(browser, shop, PRO_MONTHLY, "ada@example.com").await?;
        let second = driver.new_tab().await?;
        driver.switch_to_window(second.clone()).await?;
        browser.go(&shop.app).await?;
        browser.taken_over().await?;
        let typed = browser.see("[name=email]").await?.value().await?;
        ensure!(typed.as_deref() == Some(""), "a new window starts empty, and not with {typed:?}");
        fill(browser, shop, LIFETIME, "grace@example.com").await?;

        driver.switch_to_window(first.clone()).await?;
        holds(browser, PRO_MONTHLY, "ada@example.com").await?;
        driver.refresh().await?;
        holds(browser, PRO_MONTHLY, "ada@example.com").await?;
        buy(browser, shop).await?;
        driver.switch_to_window(second).await?;
        driver.refresh().await?;
        holds(browser, LIFETIME, "grace@example.com").await?;
        buy(browser, shop).await?;

        let opened = shop.opened().await?;
        let sold: Vec<_> = opened.iter().map(|asked| (&asked["product_id"], &asked["customer"]["email"])).collect();
        let (monthly, lifetime) = (json!(PRO_MONTHLY), json!(LIFETIME));
        let expected = [(&monthly, &json!("ada@example.com")), (&lifetime, &json!("grace@example.com"))];
        ensure!(sold == expected, "{sold:?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_order_in_two_windows_is_two_orders() -> Result<()> {
    journey("windows_same", View::WIDE, async |browser, shop| {
        let driver = browser.driver();
        fill(browser, shop, LIFETIME, "ada@example.com").await?;
        buy(browser, shop).await?;
        let second = driver.new_tab().await?;
        driver.switch_to_window(second).await?;
        fill(browser, shop, LIFETIME, "ada@example.com").await?;
        buy(browser, shop).await?;
        ensure!(shop.opened().await?.len() == 2, "each window has a key of its own");
        Ok(())
    })
    .await
}

/// The tab remembered the key of its order for longer than the session lived, and led to the one that had ended or was
/// paid, for ever.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_order_in_the_same_tab_is_a_new_session_once_the_old_one_is_over() -> Result<()> {
    journey("over", View::PHONE, async |browser, shop| {
        // On a page of the merchant's own nothing of ours sees that it was paid, and the webhook is late.
        shop.hold_webhooks(true).await?;
        let link = format!("{}?product={LIFETIME}&email=ada%40example.com&success_url={}", shop.app, shop.plain);
        let mut sessions = Vec::new();
        let press = async || {
            browser.taken_over().await?;
            browser.press("#pay").await?;
            browser.arrive("/checkout/prod_").await?;
            let address = browser.address().await?;
            anyhow::Ok(address.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default().to_owned())
        };
        browser.go(&link).await?;
        sessions.push(press().await?);
        shop.pay(&sessions[0]).await?;
        browser.go(&link).await?;
        sessions.push(press().await?);
        shop.ask_sandbox("_sandbox/clock", json!({ "advance_seconds": 25 * 3600 })).await?;
        browser.driver().back().await?;
        sessions.push(press().await?);
        ensure!(sessions[0] != sessions[1] && sessions[1] != sessions[2], "{sessions:?}");
        ensure!(shop.session(&sessions[2]).await?["status"] == "pending", "the last one can be paid");
        Ok(())
    })
    .await
}

/// Lets the order take so long that every further press falls into it.
async fn impatient(name: &str, press: impl AsyncFnOnce(&Browser) -> Result<()>) -> Result<()> {
    journey(name, View::PHONE, async |browser, shop| {
        fill(browser, shop, LIFETIME, "ada@example.com").await?;
        shop.fail("POST", "/v1/checkouts", json!({ "delay_ms": 1000 })).await?;
        press(browser).await?;
        browser.arrive("/checkout/prod_").await?;
        let asked = shop.creations().await?.len();
        ensure!(asked == 1, "Creem was asked {asked} times");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_is_one_order() -> Result<()> {
    impatient("double_click", async |browser| {
        let button = browser.see("#pay").await?;
        button.scroll_into_view().await?;
        Ok(browser.driver().action_chain().double_click_element(&button).perform().await?)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn enter_and_a_click_are_one_order() -> Result<()> {
    impatient("enter_and_click", async |browser| {
        let button = browser.see("#pay").await?;
        button.scroll_into_view().await?;
        let hasty = browser.driver().action_chain().send_keys(Key::Enter).click_element(&button);
        Ok(hasty.send_keys(Key::Enter).perform().await?)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_page_that_does_not_come_opens_nothing_more() -> Result<()> {
    journey("payment_page_missing", View::PHONE, async |browser, shop| {
        fill(browser, shop, LIFETIME, "ada@example.com").await?;
        browser.block(&["*/checkout/prod_*".to_owned()]).await?;
        browser.press("#pay").await?;
        browser.arrive("/checkout/prod_").await?;
        browser.hear_complaints().await?;
        browser.driver().back().await?;
        browser.block(&[]).await?;
        browser.taken_over().await?;
        browser.press("#pay").await?;
        browser.arrive("/checkout/prod_").await?;
        ensure!(shop.opened().await?.len() == 1, "the open session is used");
        browser.hear_complaints().await.map(drop)
    })
    .await
}
