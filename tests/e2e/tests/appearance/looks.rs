//! The page as eyes, hands and printers differ: the system's own colours, no motion, four times as large, wider text,
//! fingers, and paper.

use anyhow::{Context, Result, ensure};
use e2e::{Browser, Look, Scheme, Shop, View, journey};
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::buying::LIFETIME;

const PRO_YEARLY: &str = "prod_SandboxProYearly000001";

/// Everything that sticks out of the page or cuts off its own words.
const CLIPPED: &str = "
    const width = document.documentElement.clientWidth;
    const shown = [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility());
    const out = shown.filter((one) => {
        const { left, right } = one.getBoundingClientRect();
        return left < -1 || right > width + 1;
    });
    // An input scrolls its own text, as every input does.
    const seen = ({ clipPath }) => clipPath === 'none';
    const cut = shown.filter((one) => one.matches(':not(input)') && seen(getComputedStyle(one)) && getComputedStyle(one).overflow !== 'visible'
        && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1));
    const scrolls = document.documentElement.scrollWidth > width ? ['the page'] : [];
    return [...out, ...cut].map((one) => one.outerHTML.slice(0, 100)).concat(scrolls);";

/// Controls that are smaller than a fingertip, unless they stand in a sentence.
const SMALL: &str = "
    const target = (control) => control.closest('label') ?? control;
    const controls = [...document.querySelectorAll('a, button, input, select')].filter((one) => one.checkVisibility());
    const small = controls.filter((one) => getComputedStyle(one).display !== 'inline').map(target).filter((one) => {
        const { width, height } = one.getBoundingClientRect();
        return Math.min(width, height) < 24;
    });
    return small.map((one) => one.outerHTML.slice(0, 100));";

/// What moves, or would when touched.
const MOVING: &str = "
    const slow = [...document.querySelectorAll('*')].filter((one) => {
        const { transitionDuration, animationName } = getComputedStyle(one);
        return animationName !== 'none' || transitionDuration.split(', ').some((time) => parseFloat(time) > 0);
    });
    return slow.map((one) => one.outerHTML.slice(0, 100));";

/// Whether nothing covers the middle of the focused element, and it is in sight.
const IN_SIGHT: &str = "
    const { x, y, width, height } = document.activeElement.getBoundingClientRect();
    return document.activeElement.contains(document.elementFromPoint(x + width / 2, y + height / 2));";

/// The distances that WCAG 1.4.12 lets a reader choose.
const WIDER_TEXT: &str = "
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];";

/// Once the page has come to rest, the script finds nothing.
async fn finds_nothing(browser: &Browser, what: &str, script: &str) -> Result<()> {
    let mut found = Value::Null;
    let outcome = browser
        .until(&format!("nothing to be {what}"), async || {
            found = browser.driver().execute(script, Vec::new()).await?.json().clone();
            Ok(found.as_array().is_some_and(Vec::is_empty).then_some(()))
        })
        .await;
    outcome.with_context(|| format!("{found:#}"))
}

async fn style(browser: &Browser, selector: &str, name: &str) -> Result<String> {
    let ask = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]";
    Ok(browser.driver().execute(ask, vec![json!(selector), json!(name)]).await?.convert()?)
}

/// The form with everything that can stand in it: units, a code that applies, problems.
async fn full_form(browser: &Browser, shop: &Shop, locale: &str) -> Result<()> {
    browser.go(format!("{}?units=2&product={PRO_YEARLY}&locale={locale}", shop.app)).await?;
    browser.taken_over().await?;
    browser.type_into("[name=discount_code]", "SAVE25").await?;
    browser.see("[data-outcome=applied]").await?;
    browser.type_into("[name=email]", "ada@").await?;
    browser.press("#pay").await?;
    browser.see("#email-error").await.map(drop)
}

async fn paid(browser: &Browser, shop: &Shop, query: &str) -> Result<()> {
    browser.go(format!("{}{query}", shop.pay_without_browser(LIFETIME).await?)).await?;
    browser.see("main[data-payment-status=paid]").await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn in_forced_colours_the_choice_the_focus_the_button_and_the_state_can_be_seen() -> Result<()> {
    for scheme in [Scheme::Light, Scheme::Dark] {
        let name = if scheme == Scheme::Light { "forced-colours" } else { "forced-colours-dark" };
        journey(name, View::PHONE, async |browser, shop| {
            browser.look(Look { scheme, forced_colors: true, ..Look::NARROW }).await?;
            full_form(browser, shop, "en").await?;
            let chosen = format!("label:has(#product-{PRO_YEARLY})");
            let other = format!("label:has(#product-{LIFETIME})");
            for (selector, expected) in [(&chosen, "solid"), (&other, "none")] {
                let outline = style(browser, selector, "outlineStyle").await?;
                ensure!(outline == expected, "{selector} has the outline {outline}");
            }
            for selector in ["#pay", "#email", "#discount_code"] {
                ensure!(style(browser, selector, "borderTopStyle").await? == "solid", "{selector} has a border");
                let (border, page) =
                    (style(browser, selector, "borderTopColor"), style(browser, "body", "backgroundColor"));
                ensure!(border.await? != page.await?, "the border of {selector} can be seen");
            }
            ensure!(browser.focused().await? == "email", "the focus is on the problem");
            ensure!(style(browser, "#email", "outlineStyle").await? == "solid", "the focus can be seen");
            browser.draw("gallery", &format!("{name}-checkout")).await?;

            paid(browser, shop, "").await?;
            let (mark, page) = (style(browser, ".status__mark", "color"), style(browser, "body", "backgroundColor"));
            ensure!(mark.await? != page.await?, "the mark can be seen");
            browser.draw("gallery", &format!("{name}-paid")).await
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_less_motion_gets_none() -> Result<()> {
    journey("less-motion", View::PHONE, async |browser, shop| {
        let session = shop.open_session(json!({ "product_id": LIFETIME })).await?;
        let still = Look { less_motion: true, ..Look::NARROW };
        for (address, shown) in [
            (shop.status_of(&session), "main[data-payment-status=pending]"),
            (shop.app.to_string(), "form[novalidate]"),
        ] {
            browser.look(Look::NARROW).await?;
            browser.go(&address).await?;
            browser.see(shown).await?;
            let moving = browser.driver().execute(MOVING, Vec::new()).await?;
            ensure!(moving.json().as_array().is_some_and(|found| !found.is_empty()), "for others something moves");
            browser.look(still).await?;
            finds_nothing(browser, "moving", MOVING).await?;
        }
        Ok(())
    })
    .await
}

/// Everything that has to hold however large the page is drawn.
pub(crate) async fn fits(browser: &Browser, what: &str) -> Result<()> {
    finds_nothing(browser, &format!("clipped in {what}"), CLIPPED).await?;
    finds_nothing(browser, &format!("smaller than a fingertip in {what}"), SMALL).await
}

#[tokio::test(flavor = "multi_thread")]
async fn four_times_as_large_nothing_is_lost_and_the_keyboard_buys() -> Result<()> {
    for locale in ["en", "de", "ar"] {
        journey(&format!("zoom-{locale}"), View::PHONE, async |browser, shop| {
            browser.look(Look::MAGNIFIED).await?;
            full_form(browser, shop, locale).await?;
            fits(browser, "the form with problems").await?;
            browser.draw("gallery", &format!("zoom-problems-{locale}")).await?;
            paid(browser, shop, &format!("&locale={locale}")).await?;
            fits(browser, "the paid page").await?;
            browser.draw("gallery", &format!("zoom-paid-{locale}")).await?;

            browser.go(format!("{}?locale={locale}", shop.app)).await?;
            browser.taken_over().await?;
            fits(browser, "the form").await?;
            browser.tab_to("[name=product_id]").await?;
            for _ in 0..2 {
                browser.keys(Key::Down).await?;
            }
            let chosen = browser.see(&format!("#product-{PRO_YEARLY}")).await?.is_selected().await?;
            ensure!(chosen, "two steps down is the yearly plan");
            browser.tab_to("#email").await?;
            browser.keys("ada@example.com").await?;
            browser.tab_to("#pay").await?;
            let in_sight: bool = browser.driver().execute(IN_SIGHT, Vec::new()).await?.convert()?;
            ensure!(in_sight, "the button is in sight when it has the focus");
            browser.draw("gallery", &format!("zoom-button-{locale}")).await?;
            browser.keys(Key::Enter).await?;
            browser.arrive("/checkout/prod_").await
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn wider_text_fits_and_every_control_is_large_enough_for_a_finger() -> Result<()> {
    journey("text-spacing", View::PHONE, async |browser, shop| {
        for look in [Look::NARROW, Look::WIDE] {
            browser.look(look).await?;
            full_form(browser, shop, "en").await?;
            fits(browser, "the form").await?;
            browser.driver().execute(WIDER_TEXT, Vec::new()).await?;
            fits(browser, "the form with wider text").await?;
            browser.draw("gallery", &format!("wider-text-{}", look.width)).await?;
            paid(browser, shop, "").await?;
            fits(browser, "the paid page").await?;
            browser.driver().execute(WIDER_TEXT, Vec::new()).await?;
            fits(browser, "the paid page with wider text").await?;
        }
        Ok(())
    })
    .await
}

/// Which of these are shown.
async fn shown(browser: &Browser, selectors: &[&str]) -> Result<Vec<Value>> {
    let ask = "return arguments[0].filter((one) => document.querySelector(one)?.checkVisibility())";
    let shown = browser.driver().execute(ask, vec![json!(selectors)]).await?;
    Ok(shown.json().as_array().cloned().unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn on_paper_the_status_is_a_receipt() -> Result<()> {
    for (name, query, scheme) in [
        ("paper", "", Scheme::Light),
        ("paper-dark", "&theme=dark", Scheme::Light),
        ("paper-dark-system", "", Scheme::Dark),
    ] {
        journey(name, View::WIDE, async |browser, shop| {
            paid(browser, shop, query).await?;
            let buttons = [".status__fact .status__copy", ".status__hint"];
            ensure!(shown(browser, &buttons).await?.len() == 2, "a screen has its buttons");
            browser.look(Look { width: 720, height: 1000, scheme, paper: true, ..Look::WIDE }).await?;
            let left = shown(browser, &buttons).await?;
            ensure!(left.is_empty(), "paper has no use for {left:?}");
            browser.read("h1", "Payment received").await?;
            for fact in [
                "Lifetime licence",
                "Paid",
                "ada@example.com",
                "req_",
                "$19.99",
                "ord_",
                "Creem, our merchant of record",
            ] {
                browser.read("body", fact).await?;
            }
            finds_nothing(browser, "clipped", CLIPPED).await?;
            // Printers leave backgrounds out, so light words would be lost.
            let ink = style(browser, "h1", "color").await?;
            let ink: Vec<u32> = ink.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
            ensure!(ink.iter().take(3).all(|part| *part < 100), "the ink is dark: {ink:?}");
            browser.draw("gallery", name).await
        })
        .await?;
    }
    Ok(())
}
