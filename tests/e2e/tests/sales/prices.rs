//! What our page says is due, held against the payment page it leads to.

use anyhow::{Context, Result, ensure};
use e2e::{Browser, Shop, View, journey};
use serde_json::{Value, json};

use crate::buying::{LIFETIME, PRO_MONTHLY};

/// Makes a product and answers its id.
pub(crate) async fn product(shop: &Shop, more: Value) -> Result<String> {
    let mut product = json!({ "name": "Made", "description": "d", "currency": "USD", "tax_mode": "exclusive" });
    let entries = product.as_object_mut().zip(more.as_object()).context("objects")?;
    entries.0.extend(entries.1.clone());
    let made = shop.ask_sandbox("v1/products", product).await?;
    Ok(made["id"].as_str().context("an id")?.to_owned())
}

pub(crate) async fn discount(
    shop: &Shop,
    code: &str,
    percentage: u32,
    duration: &str,
    months: Option<u32>,
) -> Result<()> {
    let mut discount = json!({
        "name": code, "code": code, "type": "percentage", "percentage": percentage, "duration": duration,
        "applies_to_products": []
    });
    if let Some(months) = months {
        discount["duration_in_months"] = json!(months);
    }
    shop.ask_sandbox("v1/discounts", discount).await.map(drop)
}

/// Opens our page for an order, goes to the payment page, and compares what both say is due today.
async fn says_the_same(browser: &Browser, shop: &Shop, order: &str, today: &str, button: &str) -> Result<()> {
    browser.go(format!("{}?email=ada%40example.com&locale=en-US&{order}", shop.app)).await?;
    browser.taken_over().await?;
    if order.contains("discount_code") {
        browser.see("#discount_code-outcome[data-outcome=applied]").await.context(order.to_owned())?;
    }
    browser.read("[data-line=total] dd", today).await.context(order.to_owned())?;
    browser.read("#pay", button).await.context(order.to_owned())?;
    let due = browser.see("[data-line=total] dd").await?.text().await?;
    browser.press("#pay").await?;
    browser.arrive("/checkout/prod_").await?;
    let there = browser.see(".sum dd").await?.text().await?;
    let free = due == "Free" && there == "$0.00";
    ensure!(due == there || free, "{order}: {due} here and {there} on the payment page");
    Ok(())
}

/// The button moved away from under a finger when the answer about a code came.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_judged_moves_nothing() -> Result<()> {
    for width in [360, 1280] {
        journey(&format!("judged_{width}"), View { width, ..View::WIDE }, async |browser, shop| {
            discount(shop, "THREE", 50, "repeating", Some(3)).await?;
            // How far the button stands below what the buyer types into.
            let height = "return Math.round(document.querySelector('#pay').getBoundingClientRect().top
                - document.querySelector('#discount_code').getBoundingClientRect().top)";
            for product in [LIFETIME, PRO_MONTHLY] {
                browser.go(format!("{}?product={product}&locale=en-US", shop.app)).await?;
                browser.taken_over().await?;
                browser.press("#code > summary").await?;
                let before: i64 = browser.driver().execute(height, Vec::new()).await?.convert()?;
                for code in ["SAVE25", "THREE"] {
                    browser.type_into("[name=discount_code]", code).await?;
                    browser.read("#discount_code-outcome[data-outcome=applied]", code).await?;
                    let after: i64 = browser.driver().execute(height, Vec::new()).await?.convert()?;
                    // What is said of the code, and of later, may take one more line each.
                    ensure!(
                        (0..=40).contains(&(after - before)),
                        "{product} with {code} at {width}: {before}, then {after}"
                    );
                }
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// A free trial was "$49.00" here and $0.00 on the payment page, a paid one "$99.00" and $1.00.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_today_is_what_the_payment_page_asks() -> Result<()> {
    journey("due_today", View::WIDE, async |browser, shop| {
        let monthly = json!({ "billing_type": "recurring", "billing_period": "every-month" });
        let with = |more: Value| {
            let entries = monthly.as_object().into_iter().chain(more.as_object()).flatten();
            Value::Object(entries.map(|(name, value)| (name.clone(), value.clone())).collect())
        };
        let free_trial = product(shop, with(json!({ "price": 4900, "trial_period_days": 14 }))).await?;
        let trial = json!({ "price": 9900, "trial_period_days": 30, "trial_price": 100 });
        let paid_trial = product(shop, with(trial)).await?;
        let free = product(shop, json!({ "price": 0, "billing_type": "onetime", "billing_period": "once" })).await?;
        let fortnight = json!({
            "price": 1200, "billing_type": "recurring", "billing_period": "custom", "recurring_interval": "week",
            "recurring_interval_count": 2
        });
        let fortnightly = product(shop, fortnight).await?;
        discount(shop, "THREE", 50, "repeating", Some(3)).await?;
        discount(shop, "ALWAYS", 50, "forever", None).await?;
        discount(shop, "WHOLE", 100, "once", None).await?;
        for (order, today, button) in [
            (format!("product={LIFETIME}"), "$19.99", "Continue to payment"),
            (format!("product={LIFETIME}&units=3&discount_code=SAVE25"), "$44.98", "Continue to payment"),
            (format!("product={LIFETIME}&discount_code=WHOLE"), "Free", "Get it free"),
            (format!("product={PRO_MONTHLY}&discount_code=THREE"), "$7.50", "Continue to payment"),
            (format!("product={PRO_MONTHLY}&discount_code=WHOLE"), "$0.00", "Continue"),
            (format!("product={free_trial}"), "$0.00", "Start free trial"),
            (format!("product={free_trial}&units=2&discount_code=ALWAYS"), "$0.00", "Start free trial"),
            // Creem refuses several units of a trial that is paid.
            (format!("product={paid_trial}"), "$1.00", "Continue to payment"),
            (format!("product={paid_trial}&discount_code=THREE"), "$1.00", "Continue to payment"),
            (format!("product={free}"), "Free", "Get it free"),
            (format!("product={fortnightly}"), "$12.00", "Continue to payment"),
        ] {
            says_the_same(browser, shop, &order, today, button).await?;
        }
        Ok(())
    })
    .await
}
