//! The steps of a sale, as several journeys take them.

use anyhow::{Context, Result, ensure};
pub(crate) use e2e::LIFETIME;
use e2e::payment_page::{give_details, pay_with};
use e2e::{Browser, Shop};
use serde_json::Value;
use url::Url;

/// A subscription, USD 15.00 per month.
pub(crate) const PRO_MONTHLY: &str = "prod_SandboxProMonthly00001";

/// Is always accepted.
pub(crate) const GOOD_CARD: &str = "4111111111111111";

/// From the filled form to the card step of the sandbox's page.
pub(crate) async fn go_to_the_card(browser: &Browser) -> Result<()> {
    browser.press("button[type=submit]").await?;
    browser.arrive("/checkout/prod_").await?;
    let email = browser.see("#email").await?;
    ensure!(email.value().await?.as_deref() == Some("ada@example.com"), "the e-mail is prefilled");
    ensure!(email.attr("readonly").await?.is_some(), "the e-mail is locked");
    give_details(browser, "DE").await
}

/// Back at the status page: shown as paid, and known as paid by the proxy, which answers this.
pub(crate) async fn see_paid(browser: &Browser, shop: &Shop) -> Result<Value> {
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

/// The whole way from the form to the paid status.
pub(crate) async fn buy(browser: &Browser, shop: &Shop, product: &str, code: Option<&str>) -> Result<Value> {
    browser.go(&shop.app).await?;
    browser.choose(product).await?;
    if let Some(code) = code {
        browser.type_into("[name=discount_code]", code).await?;
    }
    browser.type_into("[name=email]", "ada@example.com").await?;
    go_to_the_card(browser).await?;
    pay_with(browser, GOOD_CARD).await?;
    see_paid(browser, shop).await
}
