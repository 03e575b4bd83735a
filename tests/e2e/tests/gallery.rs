//! Screens as pictures, in `target/gallery/`: to look at, and for the README.

use anyhow::{Context, Result};
use e2e::payment_page::{give_details, pay_with};
use e2e::{Engine, View, journey, journey_in};
use serde_json::json;

/// Answers once what the page shows now has been painted.
const PAINTED: &str = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))";

#[tokio::test(flavor = "multi_thread")]
async fn the_checkout_and_the_status_are_drawn() -> Result<()> {
    let views = [
        ("phone-light", View::PHONE),
        ("phone-dark", View::PHONE.dark()),
        ("wide-light", View::WIDE),
        ("wide-dark", View::WIDE.dark()),
    ];
    for (name, view) in views {
        journey(name, view, async |browser, shop| {
            browser.go(&shop.app).await?;
            browser.taken_over().await?;
            browser.draw("gallery", &format!("checkout-{name}")).await?;
            browser.type_into("[name=discount_code]", "SAVE25").await?;
            browser.read("#discount_code-outcome", "25").await?;
            browser.type_into("[name=email]", "ada@").await?;
            browser.press("button[type=submit]").await?;
            browser.see("#email-error").await?;
            browser.draw("gallery", &format!("problem-{name}")).await?;
            browser.go(shop.pay_without_browser("prod_SandboxLifetime0000001").await?).await?;
            browser.see("main[data-payment-status=paid]").await?;
            browser.draw("gallery", &format!("paid-{name}")).await
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_checkout_and_the_status_are_drawn_by_the_other_engines() -> Result<()> {
    for engine in [Engine::Firefox, Engine::WebKit] {
        for (look, view) in [("phone-light", View::PHONE), ("wide-dark", View::WIDE.dark())] {
            let name = |screen: &str| format!("{screen}-{look}-{}", engine.name());
            journey_in(engine, &name("journey"), view, async |browser, shop| {
                browser.go(format!("{}?units=2&discount_code=SAVE25", shop.app)).await?;
                browser.read("#discount_code-outcome", "25").await?;
                // WebKitGTK's picture is of what it painted last.
                browser.driver().execute_async(PAINTED, Vec::new()).await?;
                browser.draw("gallery", &name("checkout")).await?;
                browser.go(shop.pay_without_browser("prod_SandboxLifetime0000001").await?).await?;
                browser.see("main[data-payment-status=paid]").await?;
                browser.draw("gallery", &name("paid")).await
            })
            .await?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandboxs_pages_are_drawn() -> Result<()> {
    for (name, view) in [("phone", View::PHONE), ("wide", View::WIDE)] {
        journey(&format!("sandbox-{name}"), view, async |browser, shop| {
            shop.pay_without_browser("prod_SandboxProMonthly00001").await?;
            browser.go(shop.portal_of_latest_buyer().await?).await?;
            browser.see(".plan").await?;
            browser.draw("gallery", &format!("sandbox-portal-{name}")).await?;
            let wanted = json!({ "product_id": "prod_SandboxTeamSeats000001", "units": 3, "discount_code": "SAVE25" });
            let session = shop.ask_sandbox("v1/checkouts", wanted).await?;
            browser.go(session["checkout_url"].as_str().context("an address")?).await?;
            browser.type_into("#email", "ada@example.com").await?;
            give_details(browser, "DE").await?;
            browser.read("#custom_company-note", "Fill in").await?;
            browser.hear_complaints().await?;
            browser.draw("gallery", &format!("sandbox-details-{name}")).await?;
            browser.type_into("#custom_company", "Analytical Engines").await?;
            browser.press("button[value=continue]").await?;
            pay_with(browser, "4507990000000028").await?;
            browser.read("[role=alert]", "declined").await?;
            browser.hear_complaints().await?;
            browser.draw("gallery", &format!("sandbox-card-{name}")).await?;
            browser.go(&shop.sandbox).await?;
            browser.see(".overview").await?;
            browser.draw("gallery", &format!("sandbox-overview-{name}")).await
        })
        .await?;
    }
    Ok(())
}
