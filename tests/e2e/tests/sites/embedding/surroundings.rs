//! What surrounds an element: the page's fonts, languages and landmarks, the width of its column, and the buyer's own colours.

use anyhow::{Result, ensure};
use e2e::payment_page::pay_at_once;
use e2e::{Browser, Element, Look, Shop, Site, View, journey, journey_with};
use serde_json::{Value, json};

use super::{asked, element};
use crate::appearance::accessibility::is_accessible;
use crate::appearance::identity::bars;
use crate::buying::LIFETIME;

/// The page's own policy for the font, or none.
fn fonts_from(sources: &str) -> Vec<(&'static str, String)> {
    vec![("content-security-policy", ["font-src ", sources].concat())]
}

/// How wide letters of the page and of the form in it are, in heights of their font, and how many fonts the page knows.
const LETTERS: &str = "const root = document.getElementById('one').shadowRoot;
    const widths = [document.querySelector('h1'), root.querySelector('h1')].map((heading) => {
        const words = document.createRange();
        words.selectNodeContents(heading);
        return words.getBoundingClientRect().width / heading.textContent.length / parseFloat(getComputedStyle(heading).fontSize);
    });
    const family = getComputedStyle(root.querySelector('h1')).fontFamily.split(',')[0];
    return [...widths, document.fonts.size, document.fonts.check(`16px ${family}`)]";

/// Browsers heed no font of a sheet in a shadow root, so that elements had the one behind it.
#[tokio::test(flavor = "multi_thread")]
async fn the_shops_own_font_is_that_of_its_elements_and_not_of_the_page_around() -> Result<()> {
    let letters = async |browser: &Browser| -> Result<(f64, f64, u64, bool)> {
        Element::of(browser, "one").see("[name=email]").await?;
        browser.painted().await?;
        Ok(serde_json::from_value(asked(browser, LETTERS).await?)?)
    };
    let page = |shop: &Shop| {
        let second = format!(r#"<creem-checkout product="{LIFETIME}" locale="en"></creem-checkout>"#);
        Site::with_script(shop, &["<h1>Lifetime access</h1>", &element(shop, "locale=en"), &second].concat())
    };
    journey_with(bars(), "element_font", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let ours = shop.app.as_str().trim_end_matches('/');
        let allowed = site.put_with("allowed", &page(shop), fonts_from(ours))?;
        // How soon it comes is the machine's affair; a visitor who comes again has it.
        let shown = async || {
            browser.go(&allowed).await?;
            let (_, form, fonts, is_loaded) = letters(browser).await?;
            ensure!(fonts == 1, "{fonts} fonts for two elements");
            Ok((form > 0.8 && is_loaded).then_some(()))
        };
        browser.until("the font to be there in time", shown).await?;
        let (around, ..) = letters(browser).await?;
        ensure!(around < 0.8, "the page has its own font: {around}");

        browser.go(site.put_with("forbidden", &page(shop), fonts_from("'none'"))?).await?;
        let (_, form, ..) = letters(browser).await?;
        ensure!(form < 0.8, "{form}");
        let heard = browser.hear_complaints().await?;
        ensure!(heard.iter().all(|line| line.contains("font-src")), "{heard:?}");
        Element::of(browser, "one").type_into("[name=email]", "ada@example.com").await
    })
    .await?;
    journey("element_without_font", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        browser.go(site.put("plain", &page(shop))?).await?;
        let (around, form, fonts, _) = letters(browser).await?;
        ensure!(fonts == 0 && (around - form).abs() < 0.2, "{around} {form} {fonts}");
        let sheets = asked(browser, "return document.adoptedStyleSheets.length").await?;
        ensure!(sheets == 0, "the page has {sheets} sheets of ours");
        Ok(())
    })
    .await
}

/// As the guide has it: what the page fetches ahead is what the element asks for.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_fetched_ahead_is_not_fetched_again() -> Result<()> {
    journey("element_ahead", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let ahead = format!("{}embed?product={LIFETIME}&locale=en&theme=light", shop.app);
        let line = format!(r#"<link rel="preload" as="fetch" href="{ahead}" crossorigin>"#);
        let page = Site::with_script(shop, &element(shop, "locale=en theme=light"));
        browser.go(site.put("ahead", &page.replacen("<script", &[line.as_str(), "<script"].concat(), 1))?).await?;
        let one = Element::of(browser, "one");
        one.see("[name=email]").await?;
        let fetched = "return performance.getEntriesByType('resource').filter(({ name }) => name.includes('/embed?'))
            .map(({ name, initiatorType }) => [initiatorType, name])";
        let fetched = asked(browser, fetched).await?;
        ensure!(fetched == json!([["link", ahead]]), "{fetched}");
        one.type_into("[name=email]", "ada@example.com").await?;
        one.taken_over().await?;
        one.press("#pay").await?;
        pay_at_once(browser, shop).await
    })
    .await
}

/// The page had a second main part, and a way back that led to wherever it stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_a_named_part_of_the_page_around_and_leads_nowhere_that_nobody_knows() -> Result<()> {
    journey("element_status", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let page = ["<main><h1>Thank you</h1>", &element(shop, "locale=de"), "</main>"].concat();
        let thanks = site.put("shop/thanks", &Site::with_script(shop, &page))?;
        let session = shop.open_session(json!({ "product_id": LIFETIME, "request_id": "order_1" })).await?;
        shop.ask_sandbox("_sandbox/clock", json!({ "advance_seconds": 30 * 24 * 3600 })).await?;
        let back = format!("{thanks}?request_id=order_1&checkout_id={}", session.checkout_id);
        browser.go(back).await?;
        let one = Element::of(browser, "one");
        one.see("section[data-payment-status=expired]").await?;
        is_accessible(browser, "embedded-status").await?;
        let named = "const root = document.getElementById('one').shadowRoot;
            const section = root.querySelector('section');
            const title = root.getElementById(section.getAttribute('aria-labelledby')).textContent;
            const links = [...root.querySelectorAll('a')].filter((link) => link.checkVisibility()).map(({ href }) => href);
            return [title.length > 0, root.querySelectorAll('main').length, links]";
        let named = asked(browser, named).await?;
        ensure!(named == json!([true, 0, []]), "{named}");
        Ok(())
    })
    .await
}

/// What of the form sticks out of the element or cuts off its own words, and in which direction the form is written.
const FITS: &str = "
    const host = document.getElementById('one');
    const column = host.getBoundingClientRect();
    const form = host.shadowRoot.querySelector('form');
    const shown = [form, ...form.querySelectorAll('*')].filter((one) => one.checkVisibility());
    const out = shown.filter((one) => {
        const { left, right } = one.getBoundingClientRect();
        return left < column.left - 1 || right > column.right + 1;
    });
    const cut = shown.filter((one) => one.matches(':not(input, .unseen)') && one.scrollWidth > one.clientWidth + 1
        && getComputedStyle(one).overflow !== 'visible' && getComputedStyle(one).clipPath === 'none');
    return [getComputedStyle(form).direction, [...out, ...cut].map((one) => one.outerHTML.slice(0, 100))];";

/// Whatever the direction of the page around.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_fits_every_column_and_is_written_as_its_language_is() -> Result<()> {
    journey("element_columns", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        for (around, locale, direction) in [("dir=rtl lang=ar", "en", "ltr"), ("lang=en", "ar", "rtl")] {
            let attributes = format!("locale={locale} units=2 discount-code=SAVE25 loading=eager");
            let page = Site::with_script(shop, &element(shop, &attributes));
            let page = page.replace(r#"<html lang="en">"#, &format!("<html {around}>"));
            browser.go(site.put(locale, &page)?).await?;
            let one = Element::of(browser, "one");
            one.taken_over().await?;
            one.see("[data-outcome=applied]").await?;
            for width in [200, 260, 340, 520, 720, 1000] {
                let narrow = "document.getElementById('one').style.maxInlineSize = `${arguments[0]}px`";
                browser.driver().execute(narrow, vec![json!(width)]).await?;
                browser.painted().await?;
                let fits: Value = asked(browser, FITS).await?;
                ensure!(fits == json!([direction, []]), "{locale} in {width}px: {fits}");
            }
        }
        Ok(())
    })
    .await
}

/// The edge of the only offer stuck out of the element, and the dialog had none.
#[tokio::test(flavor = "multi_thread")]
async fn in_the_buyers_own_colours_a_dialog_has_an_edge_and_an_only_offer_needs_none() -> Result<()> {
    journey("element_forced_colours", View::WIDE, async |browser, shop| {
        browser.look(Look { forced_colors: true, ..Look::WIDE }).await?;
        let site = Site::open().await?;
        browser.go(site.put("button", &Site::with_script(shop, &element(shop, "mode=button locale=en")))?).await?;
        let one = Element::of(browser, "one");
        one.press("button[part=button]").await?;
        one.see("dialog [name=email]").await?;
        let edges = "const root = document.getElementById('one').shadowRoot;
            const style = (selector) => getComputedStyle(root.querySelector(selector));
            return [style('dialog').borderTopStyle, style('[part=product]').outlineStyle, style('#pay').borderTopStyle]";
        let edges = asked(browser, edges).await?;
        ensure!(edges == json!(["solid", "none", "solid"]), "{edges}");
        Ok(())
    })
    .await
}
