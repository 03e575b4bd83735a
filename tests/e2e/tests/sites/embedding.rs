//! The checkout inside somebody else's site.

mod blocked;
mod many;
mod modes;
mod policy;
mod surroundings;

use anyhow::{Result, ensure};
use e2e::payment_page::{pay_and_return, pay_at_once};
use e2e::{Browser, Element, Engine, Scripts, Site, View, journey, journey_in};
use serde_json::Value;

use crate::buying::LIFETIME;

/// Notes the events of all elements in `window.heard`, and what breaks a policy in `window.violations`.
const LISTEN: &str = "<script>
    window.heard = [];
    window.violations = [];
    for (const name of ['ready', 'quote', 'submit', 'created', 'error', 'paid'])
        addEventListener(`creem-checkout:${name}`, ({ target, detail }) => heard.push([name, target.id, detail]));
    addEventListener('securitypolicyviolation', ({ violatedDirective }) => violations.push(violatedDirective));
</script>";

/// An element that sells one thing, with the link that it is without scripts.
pub(crate) fn element(shop: &e2e::Shop, attributes: &str) -> String {
    format!(
        r#"{LISTEN}<creem-checkout id="one" product="{LIFETIME}" {attributes}>
           <a id="link" href="{}?product={LIFETIME}">Buy</a></creem-checkout>"#,
        shop.app
    )
}

/// What the page's script answers.
pub(crate) async fn asked(browser: &Browser, script: &str) -> Result<Value> {
    Ok(browser.driver().execute(script, Vec::new()).await?.json().clone())
}

/// The names of the events that were heard.
async fn heard(browser: &Browser) -> Result<Vec<String>> {
    let names = asked(browser, "return window.heard.map(([name]) => name)").await?;
    Ok(serde_json::from_value(names)?)
}

async fn until_heard(browser: &Browser, name: &str) -> Result<()> {
    let what = format!("creem-checkout:{name}");
    browser.until(&what, async || Ok(heard(browser).await?.iter().any(|heard| heard == name).then_some(()))).await
}

/// Everything that a buyer does, in a form that stands in another site's page.
async fn buys(engine: Engine) -> Result<()> {
    journey_in(engine, "embedded", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let thanks = site.put("thanks", &Site::with_script(shop, &element(shop, "")))?;
        let attributes =
            format!(r#"request-id="order_1001" metadata='{{"plan":"pro"}}' success-url="{thanks}" locale="en""#);
        browser.go(site.put("shop", &Site::with_script(shop, &element(shop, &attributes)))?).await?;
        let one = Element::of(browser, "one");
        one.type_into("[name=email]", "ada@example.com").await?;
        one.taken_over().await?;
        ensure!(one.see("[name=email]").await?.value().await?.as_deref() == Some("ada@example.com"));
        one.read("[data-line=total] dd", "19.99").await?;
        one.press("#pay").await?;
        pay_and_return(browser, shop).await?;
        // The merchant's own page shows the status, and its address stays as it is.
        one.see("section[data-payment-status=paid]").await?;
        one.read("section[part=status]", "order_1001").await?;
        let address = browser.address().await?;
        ensure!(address.origin() == thanks.origin() && address.query().unwrap_or_default().contains("signature="));
        until_heard(browser, "paid").await?;
        browser.driver().refresh().await?;
        one.see("section[data-payment-status=paid]").await?;
        ensure!(!heard(browser).await?.contains(&"paid".to_owned()), "told once, across loads");
        let order = shop.latest("checkout.completed").await?;
        ensure!(order["metadata"]["plan"] == "pro" && order["request_id"] == "order_1001", "{order}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_element_sells_and_shows_the_payment_in_the_merchants_page() -> Result<()> {
    buys(Engine::Chromium).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_element_sells_in_firefox() -> Result<()> {
    buys(Engine::Firefox).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_element_sells_in_webkit() -> Result<()> {
    buys(Engine::WebKit).await
}

/// The form works before any WebAssembly, and none is fetched before somebody touches it.
#[tokio::test(flavor = "multi_thread")]
async fn an_element_sells_without_the_app_and_fetches_it_at_the_first_touch() -> Result<()> {
    journey("embedded_untouched", View::WIDE, async |browser, shop| {
        shop.hold_the_app_back();
        let site = Site::open().await?;
        let far = format!("<div style='height:4000px'></div>{}", element(shop, ""));
        browser.go(site.put("far", &Site::with_script(shop, &far))?).await?;
        let fetched = "return performance.getEntriesByType('resource').map(({ name }) => name).join(' ')";
        ensure!(!asked(browser, fetched).await?.to_string().contains("/embed?"), "nothing is near");
        browser.driver().execute("document.getElementById('one').scrollIntoView()", Vec::new()).await?;
        let one = Element::of(browser, "one");
        one.see("[name=email]").await?;
        ensure!(!asked(browser, fetched).await?.to_string().contains("app-"), "nothing was touched");
        one.type_into("[name=email]", "ada@example.com").await?;
        one.press("#pay").await?;
        pay_at_once(browser, shop).await?;
        browser.see("main[data-payment-status=paid]").await?;
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_inside_sells_where_no_script_runs() -> Result<()> {
    let view = View { scripts: Scripts::Off, ..View::PHONE };
    journey("embedded_link", view, async |browser, shop| {
        let site = Site::open().await?;
        browser.go(site.put("shop", &Site::with_script(shop, &element(shop, "")))?).await?;
        browser.press("#link").await?;
        browser.see("[name=email]").await.map(drop)
    })
    .await
}
