//! The checkout inside somebody else's site.

use anyhow::{Context, Result, ensure};
use e2e::payment_page::{give_details, pay_and_return, pay_at_once, pay_with};
use e2e::{Browser, Element, Engine, Scripts, Site, View, journey, journey_in};
use serde_json::{Value, json};

use crate::buying::{GOOD_CARD, LIFETIME, PRO_MONTHLY};

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
        one.see("main[data-payment-status=paid]").await?;
        one.read("main", "order_1001").await?;
        let address = browser.address().await?;
        ensure!(address.origin() == thanks.origin() && address.query().unwrap_or_default().contains("signature="));
        until_heard(browser, "paid").await?;
        browser.driver().refresh().await?;
        one.see("main[data-payment-status=paid]").await?;
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

/// The strictest policy, with exactly what the guide says the form needs, Trusted Types and isolation on top.
#[tokio::test(flavor = "multi_thread")]
async fn the_guides_directives_are_enough_under_the_strictest_policy() -> Result<()> {
    journey("embedded_policy", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let ours = shop.app.as_str().trim_end_matches('/');
        let policy = format!(
            "default-src 'none'; script-src {ours} 'wasm-unsafe-eval' 'sha256-{}'; connect-src {ours}; form-action {ours}; \
             img-src data:; require-trusted-types-for 'script'; trusted-types creem-checkout",
            inline_hash()
        );
        let headers = vec![
            ("content-security-policy", policy),
            ("cross-origin-embedder-policy", "require-corp".to_owned()),
            ("cross-origin-opener-policy", "same-origin".to_owned()),
        ];
        let page = Site::with_script(shop, &element(shop, "loading=eager locale=en"));
        browser.go(site.put_with("strict", &page, headers)?).await?;
        let one = Element::of(browser, "one");
        one.taken_over().await?;
        ensure!(asked(browser, "return self.crossOriginIsolated").await? == true, "isolated");
        one.type_into("[name=email]", "ada@example.com").await?;
        one.press("#code summary").await?;
        one.type_into("[name=discount_code]", "SAVE25").await?;
        one.read("[data-line=total] dd", "14.99").await?;
        ensure!(asked(browser, "return window.violations").await? == json!([]), "no violation");
        one.press("#pay").await?;
        pay_at_once(browser, shop).await
    })
    .await
}

/// The hash of the script in [`LISTEN`], as a policy names it.
fn inline_hash() -> String {
    use base64::Engine as _;
    use sha2::{Digest as _, Sha256};
    let script = LISTEN.trim_start_matches("<script>").trim_end_matches("</script>");
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(script))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_opens_a_dialog_that_keeps_the_focus_and_gives_it_back() -> Result<()> {
    journey("embedded_button", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let page = Site::with_script(shop, &element(shop, "mode=button label='Get it' locale=en"));
        browser.go(site.put("button", &page)?).await?;
        let one = Element::of(browser, "one");
        one.read("button[part=button]", "Get it").await?;
        let keys = |keys: &'static str| async move { browser.driver().action_chain().send_keys(keys).perform().await };
        keys("\u{e004}").await?;
        let focused = "return document.activeElement.shadowRoot?.activeElement?.getAttribute('part')";
        ensure!(asked(browser, focused).await? == "button", "the button is reached by Tab");
        keys("\u{e007}").await?;
        one.see("dialog[open] [name=email]").await?;
        for _ in 0..20 {
            keys("\u{e004}").await?;
            let inside = "const { activeElement } = document;
                return activeElement === document.body || !!activeElement.shadowRoot?.activeElement?.closest('dialog')";
            ensure!(asked(browser, inside).await? == true, "the focus stays inside");
        }
        ensure!(asked(browser, "return document.documentElement.style.overflow").await? == "hidden");
        keys("\u{e00c}").await?;
        browser
            .until("the dialog's end", async || {
                Ok((asked(browser, "return !document.getElementById('one').shadowRoot.querySelector('dialog')")
                    .await?
                    == true)
                    .then_some(()))
            })
            .await?;
        ensure!(asked(browser, focused).await? == "button", "the focus is given back");
        ensure!(asked(browser, "return document.documentElement.style.overflow").await? == "");
        one.press("button[part=button]").await?;
        one.type_into("dialog [name=email]", "ada@example.com").await?;
        one.taken_over().await?;
        one.press("dialog #pay").await?;
        pay_at_once(browser, shop).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_in_a_frame_has_its_height_and_pays_in_the_whole_window() -> Result<()> {
    journey("embedded_frame", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let page = Site::with_script(shop, &element(shop, "mode=frame locale=en"));
        browser.go(site.put("frame", &page)?).await?;
        let frame = Element::of(browser, "one").see("iframe").await?;
        browser
            .until("the frame's own height", async || {
                Ok(frame.attr("style").await?.is_some_and(|style| style.contains("block-size")).then_some(()))
            })
            .await?;
        frame.enter_frame().await?;
        browser.taken_over().await?;
        browser.type_into("[name=email]", "ada@example.com").await?;
        browser.press("#pay").await?;
        browser.driver().enter_default_frame().await?;
        pay_at_once(browser, shop).await
    })
    .await
}

/// Creem's page over the merchant's, and in place of the form: the page stays, and shows in the end what was paid.
#[tokio::test(flavor = "multi_thread")]
async fn the_payment_page_is_shown_over_the_page_and_in_it() -> Result<()> {
    journey("embedded_payment", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        for payment in ["overlay", "inline"] {
            let attributes = format!("payment={payment} locale=en email=ada@example.com loading=eager");
            let page = site.put(payment, &Site::with_script(shop, &element(shop, &attributes)))?;
            browser.go(&page).await?;
            let one = Element::of(browser, "one");
            one.taken_over().await?;
            one.press("#pay").await?;
            one.see("iframe[part=payment]").await?.enter_frame().await?;
            give_details(browser, "PT").await?;
            pay_with(browser, GOOD_CARD).await?;
            browser.driver().enter_default_frame().await?;
            one.see("main[data-payment-status=paid]").await?;
            until_heard(browser, "paid").await?;
            ensure!(browser.address().await? == page, "the page stays");
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_payment_page_opens_in_a_tab_and_the_page_learns_of_it() -> Result<()> {
    journey("embedded_tab", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let attributes = "payment=new-tab locale=en email=ada@example.com loading=eager";
        browser.go(site.put("tab", &Site::with_script(shop, &element(shop, attributes)))?).await?;
        let one = Element::of(browser, "one");
        one.taken_over().await?;
        let here = browser.driver().window().await?;
        one.press("#pay").await?;
        let tab = browser.until("the tab", async || {
            Ok(browser.driver().windows().await?.into_iter().find(|window| *window != here))
        });
        browser.driver().switch_to_window(tab.await?).await?;
        pay_at_once(browser, shop).await?;
        browser.driver().close_window().await?;
        browser.driver().switch_to_window(here).await?;
        one.see("main[data-payment-status=paid]").await?;
        until_heard(browser, "paid").await
    })
    .await
}

/// Whatever the site's rules do to everything, the form is as it is, in the site's own colours of the day.
#[tokio::test(flavor = "multi_thread")]
async fn rules_for_everything_on_the_page_do_not_reach_the_form() -> Result<()> {
    journey("embedded_hostile", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let size = "const { width, height } = document.getElementById('one').shadowRoot.querySelector('#pay')
            .getBoundingClientRect(); return [width, height]";
        let mut sizes = Vec::new();
        for (name, rules) in [
            ("calm", "body { margin: 0 }"),
            (
                "hostile",
                "* { all: unset !important; display: none !important } html, body { display: block !important }
                 html { font-size: 62.5% !important; text-transform: uppercase; letter-spacing: 2px; line-height: 3 }",
            ),
        ] {
            let body = format!("<style>{rules}</style>{}", element(shop, "locale=en loading=eager"));
            browser.go(site.put(name, &Site::with_script(shop, &body))?).await?;
            let one = Element::of(browser, "one");
            one.taken_over().await?;
            one.read("#pay", "Continue to payment").await?;
            sizes.push(asked(browser, size).await?);
        }
        ensure!(sizes[0] == sizes[1], "{sizes:?}");
        let dark = "<style>body { background: #111; color: #eee }</style>";
        let body = format!("{dark}{}", element(shop, "locale=en"));
        browser.go(site.put("dark", &Site::with_script(shop, &body))?).await?;
        Element::of(browser, "one").see("[data-theme=dark] [name=email]").await?;
        let body = format!("{dark}{}", element(shop, "locale=en theme=light"));
        browser.go(site.put("light", &Site::with_script(shop, &body))?).await?;
        Element::of(browser, "one").see("[data-theme=light] [name=email]").await?;
        Ok(())
    })
    .await
}

/// A page whose policy lets no call through keeps its link, and one sentence in the console says what to change.
#[tokio::test(flavor = "multi_thread")]
async fn where_the_call_is_blocked_the_link_stays_and_the_console_says_why() -> Result<()> {
    journey("embedded_blocked", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let headers = vec![("content-security-policy", "connect-src 'none'".to_owned())];
        let page = Site::with_script(shop, &element(shop, "loading=eager"));
        browser.go(site.put_with("blocked", &page, headers)?).await?;
        let link =
            "const link = document.getElementById('link'); return link.checkVisibility() && link.offsetHeight > 0";
        browser.until("the link", async || Ok((asked(browser, link).await? == true).then_some(()))).await?;
        let said = browser
            .until("a sentence in the console", async || {
                let said = browser.driver().get_log("browser").await?;
                Ok(said.into_iter().map(|entry| entry.message).find(|said| said.contains("CHECKOUT_ALLOWED_ORIGINS")))
            })
            .await?;
        ensure!(said.contains(site.url.as_str().trim_end_matches('/')), "{said}");
        browser.hear_complaints().await.map(drop)
    })
    .await
}

/// Ten on one page, two languages, moved, removed and added again.
#[tokio::test(flavor = "multi_thread")]
async fn many_elements_live_on_one_page_and_leave_nothing() -> Result<()> {
    journey("embedded_many", View::WIDE, async |browser, shop| {
        let site = Site::open().await?;
        let elements: String = (0..10)
            .map(|n| {
                let (locale, product) = if n % 2 == 0 { ("en", LIFETIME) } else { ("de", PRO_MONTHLY) };
                format!(r#"<creem-checkout id="e{n}" product="{product}" locale="{locale}" loading="eager"></creem-checkout>"#)
            })
            .collect();
        browser.go(site.put("many", &Site::with_script(shop, &elements))?).await?;
        let (english, german) = (Element::of(browser, "e0"), Element::of(browser, "e1"));
        english.taken_over().await?;
        german.taken_over().await?;
        english.read("label[for=email]", "Email").await?;
        german.read("label[for=email]", "E-Mail").await?;
        english.type_into("[name=email]", "ada@example.com").await?;
        browser.driver().execute("document.body.append(document.getElementById('e0'))", Vec::new()).await?;
        ensure!(english.see("[name=email]").await?.value().await?.as_deref() == Some("ada@example.com"), "moved");
        browser
            .driver()
            .execute("const it = document.getElementById('e1'); it.remove(); setTimeout(() => document.body.prepend(it), 50)", Vec::new())
            .await?;
        german.taken_over().await?;
        let before = left(browser).await?;
        for _ in 0..10 {
            browser.driver().execute_async(TWENTY, Vec::new()).await?;
        }
        let after = left(browser).await?;
        ensure!(after.nodes <= before.nodes + 50.0 && after.listeners <= before.listeners + 10.0, "{before:?} {after:?}");
        ensure!(after.heap_bytes < before.heap_bytes + 2_000_000.0, "{before:?} {after:?}");
        Ok(())
    })
    .await
}

/// Mounts twenty elements one after another, each taken over by the app, and removes them.
const TWENTY: &str = "const [done] = arguments; (async () => {
    const product = document.getElementById('e0').getAttribute('product');
    for (let n = 0; n < 20; n += 1) {
        const made = document.createElement('creem-checkout');
        made.setAttribute('product', product);
        made.setAttribute('loading', 'eager');
        const live = new Promise((resolve) => made.addEventListener('creem-checkout:quote', resolve));
        document.body.prepend(made);
        await live;
        made.remove();
    }
    done();
})()";

/// What a page holds.
#[derive(Debug)]
struct Held {
    nodes: f64,
    listeners: f64,
    heap_bytes: f64,
}

/// What the page holds once its garbage is collected.
async fn left(browser: &Browser) -> Result<Held> {
    let cdp = browser.driver().cdp();
    cdp.send_raw("HeapProfiler.enable", json!({})).await?;
    cdp.send_raw("HeapProfiler.collectGarbage", json!({})).await?;
    let counted = cdp.send_raw("Memory.getDOMCounters", json!({})).await?;
    let heap = cdp.send_raw("Runtime.getHeapUsage", json!({})).await?;
    let number = |value: &Value| value.as_f64().context("a number");
    Ok(Held {
        nodes: number(&counted["nodes"])?,
        listeners: number(&counted["jsEventListeners"])?,
        heap_bytes: number(&heap["usedSize"])?,
    })
}
