//! The examples of `docs/examples/`: each is what its reader has, and sells.

use anyhow::{Context, Result, ensure};
use e2e::payment_page::{give_details, pay_and_return, pay_at_once, pay_with};
use e2e::{Browser, Element, Engine, Example, Shop, Site, View, WordPress, journey, journey_in};

use crate::buying::{GOOD_CARD, LIFETIME};

/// From the form of the only element to the payment page.
async fn goes_to_pay(browser: &Browser) -> Result<()> {
    let offer = Element::only(browser);
    offer.type_into("[name=email]", "ada@example.com").await?;
    offer.taken_over().await?;
    offer.press("#pay").await
}

/// Pays in Creem's page within the site's own, which thanks by the number of the order.
async fn pays_within(browser: &Browser, shop: &Shop) -> Result<()> {
    goes_to_pay(browser).await?;
    Element::only(browser).see("iframe[part=payment]").await?.enter_frame().await?;
    give_details(browser, "PT").await?;
    pay_with(browser, GOOD_CARD).await?;
    browser.driver().enter_default_frame().await?;
    is_thanked(browser, shop).await
}

async fn is_thanked(browser: &Browser, shop: &Shop) -> Result<()> {
    let said = browser.read("[role=status]", "Your order is ").await?.text().await?;
    let order = shop.latest("checkout.completed").await?["order"]["id"].take();
    let order = order.as_str().context("an order")?;
    ensure!(said.contains(order), "{said}, and not {order}");
    Ok(())
}

async fn a_page_without_a_build_sells(engine: Engine) -> Result<()> {
    journey_in(engine, "example_plain", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let page = Example::text("plain.html", shop, &site, LIFETIME)?;
        browser.go(site.put("plain.html", &page)?).await?;
        goes_to_pay(browser).await?;
        pay_and_return(browser, shop).await?;
        is_thanked(browser, shop).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_a_build_sells_in_chromium() -> Result<()> {
    a_page_without_a_build_sells(Engine::Chromium).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_a_build_sells_in_firefox() -> Result<()> {
    a_page_without_a_build_sells(Engine::Firefox).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_a_build_sells_in_webkit() -> Result<()> {
    a_page_without_a_build_sells(Engine::WebKit).await
}

/// Opens a site that is built from a folder of examples, with the package for npm.
async fn opens_built(browser: &Browser, shop: &Shop, name: &str, program: &str) -> Result<Site> {
    let site = Site::open().await?;
    let example = Example::copy(name, shop, &site, LIFETIME)?.with_package()?;
    site.put_folder(&example.built_by(program)?)?;
    browser.go(site.url.join("index.html")?).await?;
    Ok(site)
}

/// The component's properties reach the sale, and its handler hears of the payment, once although it is mounted twice.
#[tokio::test(flavor = "multi_thread")]
async fn the_package_for_npm_sells_in_a_page_of_vite_and_react() -> Result<()> {
    journey("example_react", View::WIDE, async |browser, shop| {
        let _site = opens_built(browser, shop, "react", "vite").await?;
        pays_within(browser, shop).await?;
        let order = shop.latest("checkout.completed").await?;
        ensure!(order["metadata"]["plan"] == "pro", "{order}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_vue_sells() -> Result<()> {
    journey("example_vue", View::WIDE, async |browser, shop| {
        let _site = opens_built(browser, shop, "vue", "vite").await?;
        pays_within(browser, shop).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_svelte_sells() -> Result<()> {
    journey("example_svelte", View::WIDE, async |browser, shop| {
        let _site = opens_built(browser, shop, "svelte", "vite").await?;
        pays_within(browser, shop).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_astro_sells() -> Result<()> {
    journey("example_astro", View::WIDE, async |browser, shop| {
        let _site = opens_built(browser, shop, "astro", "astro").await?;
        Element::only(browser).press("button[part=button]").await?;
        goes_to_pay(browser).await?;
        pay_at_once(browser, shop).await
    })
    .await
}

/// In a real WordPress: its owner activates the plugin, says where the checkout is, and reads two posts, one with the
/// plugin's shortcode and one with the block.
#[tokio::test(flavor = "multi_thread")]
async fn the_plugin_and_the_block_for_wordpress_sell_in_it() -> Result<()> {
    journey("example_wordpress", View::WIDE, async |browser, shop| {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sites/wordpress.php");
        let shortcode =
            format!(r#"[creem_checkout product="{LIFETIME}" locale="en" onclick="alert(1)"]Get "it"[/creem_checkout]"#);
        let site = Site::open().await?;
        let block = Example::text("wordpress/block.html", shop, &site, LIFETIME)?;
        let blog = WordPress::open(program.as_ref(), [&shortcode, &block]).await?;
        browser.go(blog.url.join("wp-login.php")?).await?;
        browser.type_into("#user_login", "grace").await?;
        browser.type_into("#user_pass", "correct horse").await?;
        browser.press("#wp-submit").await?;
        browser.arrive("wp-admin").await?;
        browser.go(blog.url.join("wp-admin/plugins.php")?).await?;
        browser.press("tr[data-plugin='creem-checkout.php'] .activate a").await?;
        browser.see("tr[data-plugin='creem-checkout.php'].active").await?;
        browser.go(blog.url.join("wp-admin/options-general.php")?).await?;
        browser.type_into("[name=creem_checkout_server]", shop.app.as_str().trim_end_matches('/')).await?;
        browser.press("#submit").await?;
        browser.see("#setting-error-settings_updated").await?;

        let offer = Element::only(browser);
        for post in &blog.posts {
            browser.go(post).await?;
            let known = offer.see("[name=email]").await?.value().await?;
            let source = browser.driver().source().await?;
            ensure!(!source.contains("onclick=\"alert") && !source.contains("<b>Warning</b>"), "{source}");
            offer.press("[name=email]").await?;
            offer.taken_over().await?;
            match known.unwrap_or_default().as_str() {
                // The block knows nobody.
                "" => offer.type_into("[name=email]", "ada@example.com").await?,
                known => ensure!(known == "grace@example.com", "{known}"),
            }
            offer.press("#pay").await?;
            pay_at_once(browser, shop).await?;
        }
        Ok(())
    })
    .await
}

/// What is pasted where a page is not written by hand: the two pieces for Webflow and Framer, of which the second comes
/// into the page when everything else is there.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_pasted_into_other_tools_sells() -> Result<()> {
    journey("example_pasted", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let text = |name: &str| Example::text(name, shop, &site, LIFETIME);
        let around = |head: &str, body: &str| format!("<!doctype html><title>A page</title>{head}<main>{body}</main>");
        browser.go(site.put("built", &around(&text("site-builder/head.html")?, ""))?).await?;
        let embed = "document.querySelector('main').innerHTML = arguments[0]";
        browser.driver().execute(embed, vec![text("site-builder/embed.html")?.into()]).await?;
        goes_to_pay(browser).await?;
        pay_at_once(browser, shop).await
    })
    .await
}
