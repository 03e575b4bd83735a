//! The shop as others start it: `cargo xtask start`, `trunk serve`, a web server with the built page.

use anyhow::{Result, ensure};
use e2e::payment_page::{pay_at_once, pay_with};
use e2e::{Browser, Host, Shop, View, journey, journey_with};
use proxy::Settings;
use serde_json::json;
use url::Url;

use crate::buying::{GOOD_CARD, LIFETIME, PRO_MONTHLY, go_to_the_card};

/// Buys a plan with a code on the page of a host, whose calls reach the proxy, and comes back to a paid page.
async fn buy_at(host: &Url, browser: &Browser, shop: &Shop) -> Result<()> {
    browser.go(host).await?;
    browser.taken_over().await?;
    browser.choose(PRO_MONTHLY).await?;
    browser.type_into("[name=discount_code]", "SAVE25").await?;
    browser.read("[data-line=total] dd", "11.25").await?;
    browser.type_into("[name=email]", "ada@example.com").await?;
    browser.press("#pay").await?;
    pay_at_once(browser, shop).await?;
    browser.read("main", "11.25").await.map(drop)
}

/// Most people are not root, and have no browser that a program may drive.
#[tokio::test(flavor = "multi_thread")]
async fn start_needs_neither_root_nor_browsers_to_sell() -> Result<()> {
    journey("started", View::PHONE, async |browser, _| {
        let host = Host::started_by_somebody().await?;
        browser.go(&host.url).await?;
        browser.taken_over().await?;
        browser.choose(LIFETIME).await?;
        browser.type_into("[name=discount_code]", "SAVE25").await?;
        browser.read("#discount_code-outcome", "25").await?;
        browser.type_into("[name=email]", "ada@example.com").await?;
        go_to_the_card(browser).await?;
        pay_with(browser, GOOD_CARD).await?;
        browser.see("main[data-payment-status=paid]").await?;
        ensure!(browser.address().await?.origin() == host.url.origin(), "buyers return to the page they came from");
        Ok(())
    })
    .await
}

/// The form was there, and every press was answered with 403: Trunk passed nothing on, and its origin was a stranger's.
#[tokio::test(flavor = "multi_thread")]
async fn trunk_serve_beside_the_sandbox_sells() -> Result<()> {
    journey("trunk_serve", View::WIDE, async |browser, shop| {
        let host = Host::trunk_serve(shop).await?;
        buy_at(&host.url, browser, shop).await?;
        ensure!(browser.address().await?.origin() == shop.app.origin(), "buyers return to the proxy's page");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_static_host_that_passes_the_api_on_sells() -> Result<()> {
    let address = Host::address()?;
    let asked = Settings { public_url: Some(address.to_string()), ..Settings::default() };
    journey_with(asked, "nginx", View::PHONE, async |browser, shop| {
        let host = Host::nginx(address, shop).await?;
        buy_at(&host.url, browser, shop).await?;
        ensure!(browser.address().await?.origin() == host.url.origin(), "buyers return to the host's page");
        // The page learns of a payment by itself there too.
        let session = shop.open_session(json!({ "product_id": PRO_MONTHLY })).await?;
        browser.go(shop.status_of(&session).replace(shop.app.as_str(), host.url.as_str())).await?;
        browser.see("main[data-payment-status=pending]").await?;
        shop.pay(&session.checkout_id).await?;
        browser.see("main[data-payment-status=paid]").await.map(drop)
    })
    .await
}

/// A link to the bare path lost its query, and behind a load balancer that writes ports all buyers were one client.
#[tokio::test(flavor = "multi_thread")]
async fn below_a_path_of_a_web_server_that_writes_ports_it_sells() -> Result<()> {
    let address = Host::address()?;
    let asked = Settings { public_url: Some(address.join("pay")?.to_string()), ..Settings::default() };
    journey_with(asked, "nginx_in_front", View::PHONE, async |browser, shop| {
        let host = Host::nginx_in_front(address, shop).await?;
        buy_at(&host.url.join("pay?locale=en&request_id=order_1001")?, browser, shop).await?;
        let returned = browser.address().await?;
        ensure!(returned.origin() == host.url.origin() && returned.path() == "/pay/status", "{returned}");
        browser.read("main", "order_1001").await?;
        // The page learns of a payment by itself there too.
        let session = shop.open_session(json!({ "product_id": PRO_MONTHLY })).await?;
        let status = shop.status_of(&session).replace(shop.app.as_str(), host.url.join("pay/")?.as_str());
        browser.go(status).await?;
        browser.see("main[data-payment-status=pending]").await?;
        shop.pay(&session.checkout_id).await?;
        browser.see("main[data-payment-status=paid]").await.map(drop)
    })
    .await
}

/// The page was shown under every name that leads to the machine, and every press refused under all but one.
#[tokio::test(flavor = "multi_thread")]
async fn opened_under_another_name_than_it_was_told_it_sells() -> Result<()> {
    let asked = Settings { listen: "0.0.0.0:0".to_owned(), ..Settings::default() };
    journey_with(asked, "another_name", View::PHONE, async |browser, shop| {
        let mut other = shop.app.clone();
        other.set_host(Some("127.0.0.2"))?;
        buy_at(&other, browser, shop).await?;
        ensure!(browser.address().await?.origin() == shop.app.origin(), "buyers return to the public address");
        Ok(())
    })
    .await
}
