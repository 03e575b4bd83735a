//! An element in the hands of its site, its buyers and their machines: attributes that change, keys instead of a mouse,
//! other looks, and a page that does not move.

use anyhow::{Result, ensure};
use e2e::payment_page::pay_at_once;
use e2e::{Browser, Element, Look, Scheme, Site, View, journey};
use serde_json::{Value, json};
use thirtyfour::Key;

use super::embedding::{asked, element};
use crate::appearance::accessibility::is_accessible;
use crate::buying::{LIFETIME, PRO_MONTHLY};

const SET: &str = "for (const [name, value] of Object.entries(arguments[0]))
    document.getElementById('one').setAttribute(name, value)";

async fn set(browser: &Browser, attributes: Value) -> Result<()> {
    browser.driver().execute(SET, vec![attributes]).await.map(drop).map_err(Into::into)
}

/// How often the proxy was asked for what stands in the element.
async fn drawn(browser: &Browser) -> Result<Value> {
    let count = "return performance.getEntriesByType('resource').filter(({ name }) => name.includes('/embed?')).length";
    asked(browser, count).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_site_changes_arrives_before_the_takeover_and_after_it() -> Result<()> {
    journey("element_attributes", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        browser.go(site.put("shop", &Site::with_script(shop, &element(shop, "locale=en")))?).await?;
        let one = Element::of(browser, "one");
        one.read("[data-line=total] dd", "19.99").await?;
        ensure!(drawn(browser).await? == 1);
        set(browser, json!({ "product": PRO_MONTHLY, "email": "ada@example.com", "discount-code": "SAVE25" })).await?;
        one.read("[data-line=total] dd", "15.00").await?;
        ensure!(one.see("[name=email]").await?.value().await?.as_deref() == Some("ada@example.com"));
        ensure!(drawn(browser).await? == 2, "once for all that changed together");

        one.type_into("[name=email]", "\u{e010}.org").await?;
        one.taken_over().await?;
        one.read("[data-line=total] dd", "11.25").await?;
        set(browser, json!({ "email": "grace@example.com", "product": LIFETIME })).await?;
        one.read("[data-line=total] dd", "14.99").await?;
        let email = one.see("[name=email]").await?.value().await?;
        ensure!(email.as_deref() == Some("ada@example.com.org"), "what the buyer typed stays: {email:?}");
        ensure!(drawn(browser).await? == 2, "the live form asks for nothing to be drawn");

        set(browser, json!({ "locale": "de" })).await?;
        one.read("label[for=email]", "E-Mail").await?;
        one.see("form:not([novalidate])").await?;
        one.type_into("[name=email]", "\u{e009}a\u{e000}ada@example.com").await?;
        one.press("#pay").await?;
        pay_at_once(browser, shop).await
    })
    .await
}

/// With the buyer's own words on the page, as axe-core judges it in each state.
#[tokio::test(flavor = "multi_thread")]
async fn a_button_and_its_dialog_are_used_by_keys_and_accessible_throughout() -> Result<()> {
    journey("element_button", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let body = format!("<main><h1>A shop</h1>{}</main>", element(shop, "mode=button locale=de"));
        browser.go(site.put("button", &Site::with_script(shop, &body))?).await?;
        let one = Element::of(browser, "one");
        one.read("button[part=button]", "Buy").await?;
        is_accessible(browser, "embedded-button").await?;
        browser.keys(Key::Tab).await?;
        browser.keys(Key::Enter).await?;
        one.see("dialog [name=email]").await?;
        is_accessible(browser, "embedded-dialog").await?;
        browser.keys(Key::Tab).await?;
        let focused = "return document.activeElement.shadowRoot.activeElement.getAttribute('aria-label')";
        ensure!(asked(browser, focused).await? == "Schließen", "the cross comes first, in the buyer's language");
        one.taken_over().await?;
        is_accessible(browser, "embedded-dialog-live").await?;
        browser.keys(Key::Enter).await?;
        let closed = "return !document.getElementById('one').shadowRoot.querySelector('dialog')";
        browser.until("the dialog's end", async || Ok((asked(browser, closed).await? == true).then_some(()))).await?;
        browser.keys(Key::Enter).await?;
        one.see("dialog [name=email]").await?;
        let in_email = "return document.activeElement.shadowRoot.activeElement?.name === 'email'";
        while asked(browser, in_email).await? == false {
            browser.keys(Key::Tab).await?;
        }
        browser.keys("ada@example.com").await?;
        one.taken_over().await?;
        browser.keys(Key::Enter).await?;
        pay_at_once(browser, shop).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_whose_form_is_blocked_gives_way_to_the_link_and_one_without_words_to_the_form() -> Result<()> {
    journey("element_button_blocked", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let page = Site::with_script(shop, &element(shop, "mode=button"));
        let headers = vec![("content-security-policy", "connect-src 'none'".to_owned())];
        browser.go(site.put_with("blocked", &page, headers)?).await?;
        Element::of(browser, "one").press("button[part=button]").await?;
        browser.see("#link").await?.click().await?;
        browser.see("[name=email]").await?;
        browser.hear_complaints().await?;

        let bare = format!(r#"<creem-checkout id="one" product="{LIFETIME}" mode="button"></creem-checkout>"#);
        browser.go(site.put("bare", &Site::with_script(shop, &bare))?).await?;
        Element::of(browser, "one").see("[name=email]").await.map(drop)
    })
    .await
}

/// The buyer's system decided over colours that the site's page had decided already: dark words in a dark field.
#[tokio::test(flavor = "multi_thread")]
async fn an_element_is_as_light_as_the_page_around_it_whatever_the_system_is() -> Result<()> {
    journey("element_theme", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let page = |name: &str, ink: &str, mode: &str| {
            let ground = format!("<style>body {{ color: {ink} }}</style>");
            site.put(name, &Site::with_script(shop, &[&ground, &*element(shop, mode)].concat()))
        };
        let field =
            "const style = getComputedStyle(document.getElementById('one').shadowRoot.querySelector('[name=email]'));
            return [style.color, style.backgroundColor, style.colorScheme]";
        let dialog = "const root = document.getElementById('one').shadowRoot;
            return getComputedStyle(root.querySelector('dialog .embedded')).backgroundColor";
        let mut seen = Vec::new();
        for scheme in [Scheme::Light, Scheme::Dark] {
            browser.look(Look { scheme, ..Look::WIDE }).await?;
            let mut looks = Vec::new();
            for (name, ink) in [("light", "#111"), ("dark", "#eee")] {
                browser.go(page(name, ink, "")?).await?;
                let one = Element::of(browser, "one");
                one.see("[name=email]").await?;
                looks.push(asked(browser, field).await?);
                browser.go(page(name, ink, "mode=button")?).await?;
                one.press("button[part=button]").await?;
                one.see("dialog [name=email]").await?;
                looks.push(asked(browser, dialog).await?);
            }
            ensure!(looks[0] != looks[2] && looks[1] != looks[3], "{looks:?}");
            seen.push(looks);
        }
        ensure!(seen[0] == seen[1], "{seen:?}");
        Ok(())
    })
    .await
}

/// What the guide's table of parts promises, on the form as it is served and as it lives.
#[tokio::test(flavor = "multi_thread")]
async fn parts_of_the_form_are_styled_by_the_site() -> Result<()> {
    journey("element_parts", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let parts = ["checkout", "product", "field", "label", "input", "summary", "pay"];
        let rules: String = parts
            .iter()
            .enumerate()
            .map(|(number, part)| format!("creem-checkout::part({part}) {{ outline: {}px solid }}", number + 2))
            .collect();
        let body = format!("<style>{rules}</style>{}", element(shop, "locale=en"));
        browser.go(site.put("parts", &Site::with_script(shop, &body))?).await?;
        let widths = "const root = document.getElementById('one').shadowRoot;
            return arguments[0].map((part) => getComputedStyle(root.querySelector(`[part=${part}]`)).outlineWidth)";
        let expected = json!(["2px", "3px", "4px", "5px", "6px", "7px", "8px"]);
        let one = Element::of(browser, "one");
        one.see("[name=email]").await?;
        let styled = async || Ok(browser.driver().execute(widths, vec![json!(parts)]).await?.json().clone());
        let served: Result<Value> = styled().await;
        ensure!(served? == expected);
        one.press("[name=email]").await?;
        one.taken_over().await?;
        let live: Result<Value> = styled().await;
        ensure!(live? == expected);
        Ok(())
    })
    .await
}

/// From the moment at which the element has its size nothing of the page moves: also when the app takes the
/// form over.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_around_an_element_does_not_move() -> Result<()> {
    journey("element_stillness", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let body = format!("<h1>A shop</h1>{}<p id=below>Below it.</p>", element(shop, "locale=en"));
        browser.go(site.put("shop", &Site::with_script(shop, &body))?).await?;
        let one = Element::of(browser, "one");
        one.see("[name=email]").await?;
        browser.watch_moves().await?;
        one.type_into("[name=email]", "ada@example.com").await?;
        one.taken_over().await?;
        let moved = browser.moved().await?;
        ensure!(moved.is_empty(), "{moved:?}");
        Ok(())
    })
    .await
}
