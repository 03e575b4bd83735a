//! From the first byte to the running app: what is fetched and kept before the buyer acts, and that nothing a buyer
//! does meanwhile is lost.

use anyhow::{Context, Result, ensure};
use e2e::{Browser, View, journey};
use serde_json::{Value, json};
use thirtyfour::prelude::{By, Key};

use crate::buying::{LIFETIME, PRO_MONTHLY};

/// Runs before every script of a page: writes down each attempt to keep something in the browser.
const WATCH_STORAGE: &str = "
    window.kept = [];
    for (const name of ['setItem', 'removeItem', 'clear']) {
        const original = Storage.prototype[name];
        Storage.prototype[name] = function (...given) { kept.push(name); return original.apply(this, given); };
    }
    for (const [owner, name] of [[IDBFactory.prototype, 'open'], [CacheStorage.prototype, 'open']]) {
        const original = owner[name];
        owner[name] = function (...given) { kept.push(name); return original.apply(this, given); };
    }
    const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
    Object.defineProperty(document, 'cookie', {
        get() { return get.call(this); }, set(text) { kept.push('cookie'); set.call(this, text); },
    });";

/// What was fetched, from where, and what was kept.
const SEEN: &str = "return {
    origins: [...new Set(performance.getEntriesByType('resource').map((entry) => new URL(entry.name).origin))],
    kept, cookies: document.cookie, session: sessionStorage.length, local: localStorage.length }";

#[tokio::test(flavor = "multi_thread")]
async fn before_the_first_act_there_is_one_origin_and_nothing_is_kept() -> Result<()> {
    journey("nothing_before", View::WIDE, async |browser, shop| {
        browser.driver().cdp().page().add_script_to_evaluate_on_new_document(WATCH_STORAGE).await?;
        let origin = shop.app.origin().ascii_serialization();
        let nothing = json!({ "origins": [origin], "kept": [], "cookies": "", "session": 0, "local": 0 });
        // With a code in the link the page asks for its price by itself, which is no act of the buyer's.
        for query in ["", "?product=prod_SandboxLifetime0000001&discount_code=SAVE25&email=ada%40example.com&locale=de"]
        {
            browser.go(format!("{}{query}", shop.app)).await?;
            browser.taken_over().await?;
            if !query.is_empty() {
                browser.see("[data-outcome=applied]").await?;
            }
            let seen = browser.driver().execute(SEEN, Vec::new()).await?;
            ensure!(*seen.json() == nothing, "{}", seen.json());
            ensure!(browser.driver().get_all_cookies().await?.is_empty(), "no cookie at all");
        }
        // The watch would have seen it: after an act the draft is kept, for this window only.
        browser.type_into("[name=email]", "grace@example.com").await?;
        let kept = async || {
            let seen = browser.driver().execute(SEEN, Vec::new()).await?.json().clone();
            Ok(seen["kept"].as_array().is_some_and(|kept| kept.contains(&json!("setItem"))).then_some(seen))
        };
        let seen = browser.until("the draft is kept once the typing rests", kept).await?;
        ensure!(seen["local"] == 0 && seen["cookies"] == "", "{seen}");
        Ok(())
    })
    .await
}

/// Where the controls, the headings and the price stand. Layout shifts do not tell: the app's elements are new ones.
const PLACES: &str = "
    const marks = 'h1, legend, label, input[id], #pay, .checkout__summary, .checkout__assurance, .status :is(dt, dd, a), footer';
    return [...document.querySelectorAll(marks)].filter((one) => one.checkVisibility()).map((one) => {
        const { x, y, width, height } = one.getBoundingClientRect();
        return [one.id || one.className, ...[x, y, width, height].map(Math.round)].join(' ');
    });";

async fn places(browser: &Browser) -> Result<Vec<String>> {
    Ok(browser.driver().execute(PLACES, Vec::new()).await?.convert()?)
}

async fn app_is_there(browser: &Browser) -> Result<bool> {
    Ok(!browser.driver().find_all(By::Css("form[novalidate]")).await?.is_empty())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_can_be_used_before_the_app_has_come_and_keeps_everything() -> Result<()> {
    journey("typing_meanwhile", View::PHONE, async |browser, shop| {
        shop.hold_the_app_back();
        browser.go(&shop.app).await?;
        browser.choose(PRO_MONTHLY).await?;
        browser.type_into("#discount_code", "SAVE25").await?;
        browser.see("#email").await?.send_keys("aa@example.com").await?;
        for _ in 0.."a@example.com".len() {
            browser.keys(Key::Left).await?;
        }
        shop.let_the_app_come();
        browser.taken_over().await?;
        ensure!(browser.focused().await? == "email", "the focus stays");
        browser.keys("d").await?;
        ensure!(browser.value("#email").await? == "ada@example.com", "the caret stays");
        ensure!(browser.value("#discount_code").await? == "SAVE25", "the code stays");
        ensure!(browser.see(&format!("#product-{PRO_MONTHLY}")).await?.is_selected().await?, "the choice stays");
        browser.read("[data-line=total] dd", "11.25").await?;
        browser.press("#pay").await?;
        browser.arrive("/checkout/prod_").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_stands_where_it_stood_when_the_app_has_come() -> Result<()> {
    for width in [320, 390, 768, 1280] {
        let view = View { width, ..View::PHONE };
        journey(&format!("in_place_{width}"), view, async |browser, shop| {
            browser.keep_no_files().await?;
            let form = (shop.app.to_string(), "form[novalidate]");
            let payment = (shop.pay_without_browser(LIFETIME).await?, "main:has(.status__copy:not([inert]))");
            for (address, taken_over) in [form, payment] {
                shop.hold_the_app_back();
                browser.go(&address).await?;
                let before = places(browser).await?;
                shop.let_the_app_come();
                browser.see(taken_over).await?;
                stand(&before, &places(browser).await?).with_context(|| format!("{taken_over}, {width} px wide"))?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// Whether all of it stands where it stood.
fn stand(before: &[String], after: &[String]) -> Result<()> {
    let moved: Vec<_> = before.iter().zip(after).filter(|(before, after)| before != after).collect();
    ensure!(before.len() == after.len() && moved.is_empty(), "{moved:#?}");
    Ok(())
}

/// Whether the app's code is here and has had time to start.
const APP_HAS_COME: &str = "const done = arguments[arguments.length - 1];
    const wasm = performance.getEntriesByType('resource').find((entry) => entry.name.endsWith('.wasm'));
    if (!wasm?.responseEnd) return done(false);
    requestIdleCallback(() => requestIdleCallback(() => done(true)));";

async fn app_has_come(browser: &Browser) -> Result<()> {
    browser
        .until("the app to have come", async || {
            let come = browser.driver().execute_async(APP_HAS_COME, Vec::new()).await?;
            Ok((*come.json() == Value::Bool(true)).then_some(()))
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn words_being_composed_are_not_interrupted() -> Result<()> {
    journey("composition", View::PHONE, async |browser, shop| {
        shop.hold_the_app_back();
        browser.go(&shop.app).await?;
        browser.unfold("#discount_code").await?;
        browser.press("#discount_code").await?;
        let cdp = browser.driver().cdp();
        let composed = json!({ "text": "にほん", "selectionStart": 3, "selectionEnd": 3 });
        cdp.send_raw("Input.imeSetComposition", composed).await?;
        shop.let_the_app_come();
        app_has_come(browser).await?;
        ensure!(!app_is_there(browser).await?, "the app waits for the words");
        cdp.send_raw("Input.insertText", json!({ "text": "日本" })).await?;
        browser.taken_over().await?;
        ensure!(browser.value("#discount_code").await? == "日本", "the words are there, once");
        ensure!(browser.focused().await? == "discount_code", "the focus stays");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_that_the_app_comes_into_the_middle_of_counts() -> Result<()> {
    journey("pressed_meanwhile", View::PHONE, async |browser, shop| {
        shop.hold_the_app_back();
        browser.go(&shop.app).await?;
        browser.choose(LIFETIME).await?;
        browser.type_into("[name=email]", "ada@example.com").await?;
        let button = browser.see("#pay").await?;
        button.scroll_into_view().await?;
        browser.driver().action_chain().move_to_element_center(&button).click_and_hold().perform().await?;
        shop.let_the_app_come();
        app_has_come(browser).await?;
        browser.driver().action_chain().release().perform().await?;
        browser.arrive("/checkout/prod_").await
    })
    .await
}
