//! Screens as pictures, in `target/gallery/`: to look at, and for the README.

use anyhow::Result;
use e2e::{View, journey};

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
            browser.keep_screenshot("gallery", &format!("checkout-{name}")).await?;
            browser.type_into("[name=discount_code]", "SAVE25").await?;
            browser.read("#discount_code-outcome", "25").await?;
            browser.type_into("[name=email]", "ada@").await?;
            browser.press("button[type=submit]").await?;
            browser.see("#email-error").await?;
            browser.keep_screenshot("gallery", &format!("problem-{name}")).await?;
            browser.go(shop.pay_without_browser("prod_SandboxLifetime0000001").await?).await?;
            browser.see("main[data-payment-status=paid]").await?;
            browser.keep_screenshot("gallery", &format!("paid-{name}")).await
        })
        .await?;
    }
    Ok(())
}
