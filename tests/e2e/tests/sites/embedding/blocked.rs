//! Elements where something is in their way: the link inside shows and sells, and one sentence in the console says what to
//! change.

use anyhow::{Context, Result, ensure};
use e2e::{Browser, Element, Shop, Site, View, journey};

use super::element;
use crate::buying::LIFETIME;

/// Header of a page whose policy is this.
fn policy(text: &str) -> Vec<(&'static str, String)> {
    vec![("content-security-policy", text.to_owned())]
}

/// As each sentence begins; ChromeDriver writes `<` in its own way.
const OURS: &str = "creem-checkout>: ";

/// What the console holds of the element's from now on, once it holds something.
async fn said(browser: &Browser) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    let console = async || {
        lines.extend(browser.driver().get_log("browser").await?.into_iter().map(|entry| entry.message));
        Ok(lines.iter().any(|line| line.contains(OURS)).then_some(()))
    };
    let heard = browser.until("a sentence in the console", console).await;
    heard.with_context(|| format!("{lines:?}"))?;
    browser.painted().await?;
    lines.extend(browser.driver().get_log("browser").await?.into_iter().map(|entry| entry.message));
    Ok(lines.into_iter().filter(|line| line.contains(OURS)).collect())
}

async fn says_once(browser: &Browser, cure: &str) -> Result<()> {
    let said = said(browser).await?;
    ensure!(said.len() == 1 && said[0].contains(cure), "{said:?}, and not {cure}");
    Ok(())
}

/// The link inside shows, and leads to the form on the proxy's own page.
async fn the_link_sells(browser: &Browser, shop: &Shop) -> Result<()> {
    browser.press("#link").await?;
    browser.see("[name=email]").await?;
    ensure!(browser.address().await?.origin() == shop.app.origin(), "the form is the proxy's");
    // What was blocked is in the console, where it belongs.
    browser.hear_complaints().await.map(drop)
}

/// Two elements, so that what is said is said once for both.
fn two(shop: &Shop, attributes: &str) -> String {
    let second = format!(r#"<creem-checkout id="two" product="{LIFETIME}" {attributes}></creem-checkout>"#);
    Site::with_script(shop, &[element(shop, attributes), second].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_sells_where_the_form_cannot_be_fetched() -> Result<()> {
    journey("blocked_form", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let here = site.url.as_str().trim_end_matches('/');
        let ours = shop.app.as_str().trim_end_matches('/');
        let cure = |directive: &str| {
            format!("check that {ours} is up, {here} in CHECKOUT_ALLOWED_ORIGINS, and {ours} in {directive}.")
        };
        let page = two(shop, "loading=eager");
        browser.go(site.put_with("policy", &page, policy("connect-src 'none'"))?).await?;
        says_once(browser, &cure("connect-src")).await?;
        the_link_sells(browser, shop).await?;

        // A page without an origin is one of nobody's sites.
        browser.go(site.put_with("unknown", &page, policy("sandbox allow-scripts"))?).await?;
        says_once(browser, &cure("connect-src")).await?;
        the_link_sells(browser, shop).await?;

        browser.block(&["*/embed?*".to_owned()]).await?;
        browser.go(site.put("down", &page)?).await?;
        says_once(browser, &cure("connect-src")).await?;
        browser.block(&[]).await?;
        the_link_sells(browser, shop).await?;

        browser.go(site.put_with("frame", &two(shop, "mode=frame"), policy("frame-src 'none'"))?).await?;
        says_once(browser, &cure("frame-src")).await?;
        the_link_sells(browser, shop).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_sells_where_trusted_types_are_required_and_ours_is_not_among_them() -> Result<()> {
    journey("blocked_types", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let types = policy("require-trusted-types-for 'script'; trusted-types theirs");
        browser.go(site.put_with("types", &two(shop, "loading=eager"), types)?).await?;
        says_once(browser, "add creem-checkout to trusted-types.").await?;
        the_link_sells(browser, shop).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_sells_in_a_browser_that_is_too_old_and_with_a_script_that_is_not_the_one_named() -> Result<()> {
    journey("blocked_script", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let page = two(shop, "loading=eager");
        let old =
            page.replace("<script type", "<script>delete Document.prototype.adoptedStyleSheets</script><script type");
        browser.go(site.put("old", &old)?).await?;
        says_once(browser, "this browser is too old.").await?;
        the_link_sells(browser, shop).await?;

        let other = format!(r#"crossorigin integrity="sha384-{}""#, "A".repeat(64));
        browser.go(site.put("integrity", &page.replace("crossorigin", &other))?).await?;
        let heard = browser.until("the browser's word", async || {
            let heard = browser.hear_complaints().await?;
            Ok((!heard.is_empty()).then_some(heard))
        });
        let heard = heard.await?;
        ensure!(heard.len() == 1 && heard[0].contains("integrity"), "{heard:?}");
        the_link_sells(browser, shop).await
    })
    .await
}

/// A proxy of another version, which has its own words around the form: here the site's own answers for it.
#[tokio::test(flavor = "multi_thread")]
async fn the_link_sells_where_the_script_is_not_of_the_proxys_version() -> Result<()> {
    journey("blocked_version", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let loader = reqwest::get(shop.app.join("embed.js")?).await?.text().await?;
        site.put_script("embed.js", &loader)?;
        site.put("embed", "<style></style><div data-protocol=\"of another day\"></div>")?;
        let page = two(shop, "loading=eager").replace(&format!("{}embed.js", shop.app), "embed.js");
        browser.go(site.put("version", &page)?).await?;
        says_once(browser, &format!("load {}embed.js anew.", site.url)).await?;
        the_link_sells(browser, shop).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_sells_where_no_webassembly_may_run_and_the_link_where_no_form_may_be_sent() -> Result<()> {
    journey("blocked_app", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let ours = shop.app.as_str().trim_end_matches('/');
        let cure = format!("add {ours} and 'wasm-unsafe-eval' to script-src.");
        let page = two(shop, "locale=en");
        let scripts = format!("script-src {ours} 'unsafe-inline'");
        let one = Element::of(browser, "one");
        browser.go(site.put_with("wasm", &page, policy(&scripts))?).await?;
        one.type_into("[name=email]", "ada@example.com").await?;
        says_once(browser, &cure).await?;
        one.press("#pay").await?;
        browser.arrive("/checkout/").await?;
        browser.hear_complaints().await?;

        browser.go(site.put_with("forms", &page, policy(&[&*scripts, "; form-action 'self'"].concat()))?).await?;
        one.type_into("[name=email]", "ada@example.com").await?;
        says_once(browser, &cure).await?;
        one.press("#pay").await?;
        says_once(browser, &format!("add {ours} to form-action.")).await?;
        the_link_sells(browser, shop).await
    })
    .await
}
