//! axe-core on every state of both screens: light and dark, narrow and wide, and from right to left.

use anyhow::{Context, Result, ensure};
use e2e::{Browser, Shop, View, journey};
use serde_json::{Value, json};

const LIFETIME: &str = "prod_SandboxLifetime0000001";

/// Runs axe-core with the rules of WCAG 2.0 to 2.2, A and AA, and its best practices.
const JUDGE: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'],
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then((found) => done(found.violations.map((v) => [v.id, v.nodes.map((n) => n.html + ' ' + n.failureSummary)])))
      .catch((error) => done([['axe', [String(error)]]]));";

async fn is_accessible(browser: &Browser, state: &str) -> Result<()> {
    let axe = concat!(env!("CARGO_MANIFEST_DIR"), "/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(axe).context("axe-core is not installed; `cargo xtask test` installs it")?;
    browser.driver().execute(&axe, Vec::new()).await?;
    let violations = browser.driver().execute_async(JUDGE, Vec::new()).await?;
    let violations = violations.json();
    browser.keep_screenshot("states", state).await?;
    ensure!(violations.as_array().is_some_and(Vec::is_empty), "{state}: {violations:#}");
    Ok(())
}

/// Every state that can be brought about by an address alone or by what a buyer does.
async fn all_states(name: &str, browser: &Browser, shop: &Shop, locale: &str) -> Result<()> {
    let state = |state: &str| format!("{state}-{name}");
    browser.go(format!("{}?locale={locale}&units=2", shop.app)).await?;
    browser.taken_over().await?;
    is_accessible(browser, &state("form")).await?;

    browser.type_into("[name=discount_code]", "SAVE25").await?;
    browser.see("[data-outcome=applied]").await?;
    browser.type_into("[name=email]", "ada@gmial.com\t").await?;
    browser.see("#email-accept").await?;
    is_accessible(browser, &state("discount-and-hint")).await?;

    browser.type_into("[name=discount_code]", "EXPIRED").await?;
    browser.see("[data-outcome=refused]").await?;
    browser.type_into("[name=email]", "ada@").await?;
    browser.type_into("#units", "0").await?;
    browser.press("#pay").await?;
    browser.see("#units-error").await?;
    is_accessible(browser, &state("problems")).await?;

    let faults = shop.sandbox.join("_sandbox/faults")?;
    let fault = json!({ "method": "POST", "path": "/v1/checkouts", "times": 50, "status": 500 });
    reqwest::Client::new().post(faults.clone()).json(&fault).send().await?.error_for_status()?;
    browser.type_into("#units", "1").await?;
    browser.type_into("[name=email]", "ada@example.com").await?;
    browser.press("#pay").await?;
    browser.see("#form-error").await?;
    is_accessible(browser, &state("failed")).await?;
    reqwest::Client::new().delete(faults).send().await?.error_for_status()?;

    let paid = shop.pay_without_browser(LIFETIME).await?;
    browser.go(paid.replace("request_id=req_", "request_id=req_0")).await?;
    browser.see("main[data-payment-status=not_genuine]").await?;
    is_accessible(browser, &state("not-genuine")).await?;
    browser.go(format!("{paid}&locale={locale}")).await?;
    browser.see("main[data-payment-status=paid]").await?;
    is_accessible(browser, &state("paid")).await?;
    for status in ["pending", "processing", "expired", "refunded", "disputed", "unreachable", "verifying"] {
        let show = "document.querySelector('main').dataset.paymentStatus = arguments[0]";
        browser.driver().execute(show, vec![Value::from(status)]).await?;
        is_accessible(browser, &state(status)).await?;
    }
    // The refusals above are answers of 4xx and 5xx, and the console says so.
    browser.hear_complaints().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_accessible_in_light_and_dark_narrow_and_wide() -> Result<()> {
    let narrow = View { width: 320, height: 800, ..View::WIDE };
    for (name, view) in [
        ("narrow-light", narrow),
        ("narrow-dark", narrow.dark()),
        ("wide-light", View::WIDE),
        ("wide-dark", View::WIDE.dark()),
    ] {
        journey(&format!("axe-{name}"), view, async |browser, shop| all_states(name, browser, shop, "en").await)
            .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_accessible_from_right_to_left() -> Result<()> {
    journey("axe-rtl", View::PHONE, async |browser, shop| all_states("rtl", browser, shop, "ar").await).await
}
