//! axe-core on every state of both screens, each brought about for real: light and dark, narrow and wide, from left to
//! right and from right to left.

use anyhow::{Context, Result, ensure};
use checkout_app::language::FILES;
use e2e::{
    Browser, Connection, INTENT_SECRET, Known, Look, Scheme, Shop, View, at_work, intent, journey, journey_with,
};
use proxy::Settings;
use serde_json::json;

use crate::buying::LIFETIME;

const PRO_YEARLY: &str = "prod_SandboxProYearly000001";

/// How each state is looked at.
const LOOKS: [(&str, Look); 4] = [
    ("narrow-light", Look::NARROW),
    ("narrow-dark", Look { scheme: Scheme::Dark, ..Look::NARROW }),
    ("wide-light", Look::WIDE),
    ("wide-dark", Look { scheme: Scheme::Dark, ..Look::WIDE }),
];

/// A language written from left to right, and one from right to left.
const LOCALES: [&str; 2] = ["en", "ar"];

/// Runs axe-core with the rules of WCAG 2.0 to 2.2, A and AA, and its best practices.
const JUDGE: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'],
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then((found) => done(found.violations.map((v) => [v.id, v.nodes.map((n) => n.html + ' ' + n.failureSummary)])))
      .catch((error) => done([['axe', [String(error)]]]));";

pub(crate) async fn is_accessible(browser: &Browser, state: &str) -> Result<()> {
    let is_there = browser.driver().execute("return 'axe' in window", Vec::new()).await?;
    if *is_there.json() == false {
        let axe = concat!(env!("CARGO_MANIFEST_DIR"), "/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(axe).context("axe-core is not installed; `cargo xtask test` installs it")?;
        browser.driver().execute(&axe, Vec::new()).await?;
    }
    let violations = browser.driver().execute_async(JUDGE, Vec::new()).await?;
    let violations = violations.json();
    browser.draw("states", state).await?;
    ensure!(violations.as_array().is_some_and(Vec::is_empty), "{state}: {violations:#}");
    Ok(())
}

/// Judges what is shown in every look; `shown` must be there before and after, or another state was judged.
async fn judge(browser: &Browser, state: &str, locale: &str, shown: &str) -> Result<()> {
    browser.see(shown).await?;
    for (name, look) in LOOKS {
        browser.look(look).await?;
        is_accessible(browser, &format!("{state}-{name}-{locale}")).await?;
    }
    let still_there = browser.driver().find_all(thirtyfour::By::Css(shown)).await?;
    ensure!(!still_there.is_empty(), "{state} did not last");
    // Some states are refusals of 4xx and 5xx, or calls that were cut off, and the console says so.
    browser.hear_complaints().await.map(drop)
}

async fn open_form(browser: &Browser, shop: &Shop, locale: &str, query: &str) -> Result<()> {
    browser.go(format!("{}?locale={locale}{query}", shop.app)).await?;
    browser.taken_over().await
}

/// Typing, choosing and mistakes.
async fn judge_the_form(browser: &Browser, shop: &Shop, locale: &str) -> Result<()> {
    open_form(browser, shop, locale, "&units=2").await?;
    judge(browser, "form", locale, "#pay").await?;
    browser.press("#pay").await?;
    judge(browser, "nothing-chosen", locale, "#products-error").await?;
    browser.choose(LIFETIME).await?;

    browser.type_into("[name=discount_code]", "SAVE25").await?;
    browser.see("[data-outcome=applied]").await?;
    browser.type_into("[name=email]", "ada@gmial.com\t").await?;
    judge(browser, "discount-and-hint", locale, "#email-accept").await?;

    shop.fail("GET", "/v1/discounts", json!({ "status": 500 })).await?;
    browser.type_into("[name=discount_code]", "TENOFF").await?;
    judge(browser, "code-unchecked", locale, "[data-outcome=unchecked]").await?;
    shop.mend().await?;

    browser.type_into("[name=discount_code]", "EXPIRED").await?;
    browser.see("[data-outcome=refused]").await?;
    browser.press("#pay").await?;
    browser.focus_reaches("discount_code").await?;
    judge(browser, "code-holds", locale, "[data-outcome=refused]").await?;
    browser.type_into("[name=email]", "ada@").await?;
    browser.type_into("#units", "0").await?;
    browser.press("#pay").await?;
    judge(browser, "problems", locale, "#units-error").await
}

/// What a press can lead to.
async fn judge_the_order(browser: &Browser, shop: &Shop, locale: &str) -> Result<()> {
    for (state, fault, shown) in [
        ("failed", json!({ "status": 500 }), "#form-error-action"),
        ("failed-for-good", json!({ "status": 401 }), "#form-error code"),
        ("not-for-sale", json!({ "status": 404 }), "#form-error"),
    ] {
        open_form(browser, shop, locale, "&email=ada%40example.com").await?;
        browser.choose(LIFETIME).await?;
        shop.fail("POST", "/v1/checkouts", fault).await?;
        browser.press("#pay").await?;
        judge(browser, state, locale, shown).await?;
        shop.mend().await?;
    }
    open_form(browser, shop, locale, "&email=ada%40example.com").await?;
    browser.choose(LIFETIME).await?;
    browser.connect(Connection::None).await?;
    browser.press("#pay").await?;
    judge(browser, "offline", locale, "#form-error-action").await?;
    browser.connect(Connection::Fine).await?;

    open_form(browser, shop, locale, "&email=ada%40example.com").await?;
    browser.choose(LIFETIME).await?;
    browser.connect(Connection::Silent).await?;
    browser.press("#pay").await?;
    judge(browser, "sending", locale, "#pay[aria-disabled=true]").await?;
    browser.connect(Connection::Fine).await
}

async fn form_in_every_state(locale: &str) -> Result<()> {
    journey(&format!("axe-form-{locale}"), View::WIDE, async |browser, shop| {
        judge_the_form(browser, shop, locale).await?;
        judge_the_order(browser, shop, locale).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_accessible_in_every_state_from_left_to_right() -> Result<()> {
    form_in_every_state(LOCALES[0]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_accessible_in_every_state_from_right_to_left() -> Result<()> {
    form_in_every_state(LOCALES[1]).await
}

/// Every language has lengths, letters and a direction of its own.
#[tokio::test(flavor = "multi_thread")]
async fn the_form_and_the_order_page_are_accessible_in_every_language() -> Result<()> {
    journey("axe-languages", View { width: 360, ..View::WIDE }, async |browser, shop| {
        let paid = shop.pay_without_browser(PRO_YEARLY).await?;
        for (locale, _) in FILES {
            open_form(browser, shop, locale, "&units=2&discount_code=SAVE25").await?;
            browser.choose(PRO_YEARLY).await?;
            is_accessible(browser, &format!("language-form-{locale}")).await?;
            browser.go(format!("{paid}&locale={locale}")).await?;
            browser.see("[data-payment-status=paid]").await?;
            is_accessible(browser, &format!("language-order-{locale}")).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_link_is_accessible() -> Result<()> {
    let shop_url = Some("https://shop.example/".into());
    let asked = Settings { intent_secret: Some(INTENT_SECRET.into()), shop_url, ..Settings::default() };
    journey_with(asked, "axe-intent", View::WIDE, async |browser, shop| {
        let fixed = json!({ "product_id": PRO_YEARLY, "units": 2, "customer": { "email": "ada@example.com" } });
        let token = intent(fixed)?;
        for locale in LOCALES {
            open_form(browser, shop, locale, &format!("&intent={token}")).await?;
            judge(browser, "locked", locale, "#email[readonly]").await?;
            open_form(browser, shop, locale, &format!("&intent={token}0")).await?;
            judge(browser, "link-not-valid", locale, "#form-error a").await?;
        }
        Ok(())
    })
    .await
}

/// From a host of plain files the page fetches what it sells.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_accessible_while_it_has_no_products() -> Result<()> {
    for locale in LOCALES {
        journey(&format!("axe-products-{locale}"), View::WIDE, async |browser, shop| {
            browser.block(&["*/api/products".to_owned()]).await?;
            browser.go(format!("{}?locale={locale}", shop.plain)).await?;
            judge(browser, "products-failed", locale, ".product-choice__others > .button").await?;
            browser.block(&[]).await?;
            browser.connect(Connection::Silent).await?;
            browser.press(".product-choice__others > .button").await?;
            judge(browser, "products-loading", locale, ".product-choice__wait").await
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_with_one_product_or_none_is_accessible() -> Result<()> {
    for (state, products, shown) in [
        ("one-product", LIFETIME, ".product-card[data-single=true]"),
        ("no-product", "prod_NothingIsSoldHere00001", ".product-choice__wait"),
    ] {
        let asked = Settings { products: products.into(), ..Settings::default() };
        journey_with(asked, &format!("axe-{state}"), View::WIDE, async |browser, shop| {
            for locale in LOCALES {
                open_form(browser, shop, locale, "").await?;
                judge(browser, state, locale, shown).await?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// What those get whose scripts do not come; a script of the driver's own may still look at it.
#[tokio::test(flavor = "multi_thread")]
async fn the_served_page_is_accessible() -> Result<()> {
    journey("axe-served", View::WIDE, async |browser, shop| {
        browser.block(&["*.js".to_owned()]).await?;
        browser.go(format!("{}?units=2&email=ada%40example.com", shop.app)).await?;
        judge(browser, "served-form", "en", "#pay").await?;
        browser.choose(LIFETIME).await?;
        browser.type_into("[name=discount_code]", "NOPE").await?;
        browser.press("#pay").await?;
        judge(browser, "served-problem", "en", "[name=discount_code][aria-invalid=true]").await?;
        let session = shop.open_session(json!({ "product_id": LIFETIME })).await?;
        browser.go(shop.status_of(&session)).await?;
        judge(browser, "served-pending", "en", "main[data-payment-status=pending]").await?;
        browser.go(shop.pay(&session.checkout_id).await?).await?;
        judge(browser, "served-paid", "en", "main[data-payment-status=paid]").await
    })
    .await
}

async fn judge_status(browser: &Browser, address: &str, locale: &str, state: &str) -> Result<()> {
    browser.go(format!("{address}&locale={locale}")).await?;
    judge(browser, state, locale, &format!("main[data-payment-status={state}]")).await
}

/// The states in which nobody knows yet, or cannot say.
async fn judge_the_unknown(browser: &Browser, shop: &Shop, locale: &str) -> Result<()> {
    shop.hold_webhooks(true).await?;
    let session = shop.open_session(json!({ "product_id": LIFETIME })).await?;
    let returned = shop.pay(&session.checkout_id).await?;
    shop.fail("GET", "/v1/checkouts", json!({ "status": 500 })).await?;
    judge_status(browser, &returned, locale, "unreachable").await?;
    shop.mend().await?;

    // Without the proxy's answer in the page the app asks for it, and Creem takes its time.
    shop.fail("GET", "/v1/checkouts", json!({ "delay_ms": 60_000 })).await?;
    let (_, query) = returned.split_once('?').context("a query")?;
    for (name, look) in LOOKS {
        browser.look(look).await?;
        browser.go(format!("{}?{query}&locale={locale}", shop.plain)).await?;
        browser.see("main[data-payment-status=verifying]").await?;
        is_accessible(browser, &format!("verifying-{name}-{locale}")).await?;
    }
    shop.mend().await?;
    shop.hold_webhooks(false).await
}

async fn status_in_every_state(locale: &str) -> Result<()> {
    journey(&format!("axe-status-{locale}"), View::WIDE, async |browser, shop| {
        let known = Known::bring_about(browser, shop, LIFETIME).await?;
        judge_status(browser, &known.returned, locale, "paid").await?;
        let changed = known.returned.replace("request_id=req_", "request_id=req_0");
        judge_status(browser, &changed, locale, "not_genuine").await?;
        judge_status(browser, &shop.status_of(&known.refunded), locale, "refunded").await?;
        judge_status(browser, &shop.status_of(&known.disputed), locale, "disputed").await?;
        judge_the_unknown(browser, shop, locale).await?;
        judge_status(browser, &shop.status_of(&known.expired), locale, "expired").await?;
        shop.fail("GET", "/v1/checkouts", at_work(&known.processing, LIFETIME)).await?;
        judge_status(browser, &shop.status_of(&known.processing), locale, "processing").await?;
        shop.mend().await?;
        judge_status(browser, &shop.status_of(&known.pending), locale, "pending").await?;
        judge(browser, "given-up", locale, "main[data-gave-up=true]").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_is_accessible_in_every_state_from_left_to_right() -> Result<()> {
    status_in_every_state(LOCALES[0]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_is_accessible_in_every_state_from_right_to_left() -> Result<()> {
    status_in_every_state(LOCALES[1]).await
}
