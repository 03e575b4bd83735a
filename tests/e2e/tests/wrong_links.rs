//! Links that are wrong: said at load, and never another sale than the link meant.

use anyhow::{Result, ensure};
use e2e::{Scripts, View, journey};
use thirtyfour::By;

use crate::buying::LIFETIME;

const MISTAKE: &str = "This checkout link isn’t set up correctly";
const GONE: &str = "This product is no longer for sale. Choose another one.";

fn views() -> [View; 2] {
    [View::PHONE, View::PHONE.without_scripts()]
}

fn named(name: &str, view: View) -> String {
    if view.scripts == Scripts::On { name.to_owned() } else { format!("{name}_without_scripts") }
}

/// The page of such a link looked as if all was well. With scripts the press was refused at the very end, without them
/// the order was sold under another reference.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_link_is_said_at_load_with_scripts_and_without() -> Result<()> {
    for view in views() {
        journey(&named("wrong_link", view), view, async |browser, shop| {
            for (query, why) in [
                ("request_id=INV%2F2024%2F001", "request_id may contain only A-Z, a-z, 0-9, _ and -"),
                ("success_url=https%3A%2F%2Fevil.example%2F", "CHECKOUT_RETURN_ORIGINS"),
            ] {
                browser.go(format!("{}?product={LIFETIME}&{query}", shop.app)).await?;
                if view.scripts == Scripts::On {
                    browser.taken_over().await?;
                }
                browser.read("#form-error", MISTAKE).await?;
                browser.read("#form-error", why).await?;
                browser.type_into("#email", "ada@example.com").await?;
                browser.press("button[type=submit]").await?;
                browser.read("#form-error", MISTAKE).await?;
                browser.read("#form-error", why).await?;
            }
            ensure!(shop.creations().await?.is_empty(), "nothing is sold");
            browser.hear_complaints().await.map(drop)
        })
        .await?;
    }
    Ok(())
}

/// The first product was chosen instead, and bought.
#[tokio::test(flavor = "multi_thread")]
async fn a_gone_product_sells_nothing_else_until_the_buyer_chooses() -> Result<()> {
    for view in views() {
        journey(&named("gone_product", view), view, async |browser, shop| {
            browser.go(format!("{}?product=prod_gone2024&email=ada%40example.com", shop.app)).await?;
            if view.scripts == Scripts::On {
                browser.taken_over().await?;
            }
            browser.read("#products-error", GONE).await?;
            ensure!(browser.driver().find_all(By::Css("input:checked")).await?.is_empty(), "nothing is chosen");
            browser.press("button[type=submit]").await?;
            browser.read("#products-error", GONE).await?;
            ensure!(shop.creations().await?.is_empty(), "nothing is sold");
            browser.choose(LIFETIME).await?;
            browser.press("button[type=submit]").await?;
            browser.arrive("/checkout/prod_").await?;
            let asked = shop.opened().await?;
            ensure!(asked.len() == 1 && asked[0]["product_id"] == LIFETIME, "what was chosen is sold: {asked:?}");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// A form that is pressed before the app comes returns under the API's address, where the link is no longer: the app
/// sold without the shop's reference.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_came_back_keeps_what_its_link_said_when_the_app_takes_over() -> Result<()> {
    journey("came_back", View::PHONE, async |browser, shop| {
        shop.hold_the_app_back();
        let link = "request_id=order_1001&metadata%5Bplan%5D=pro&locale=en-GB";
        browser.go(format!("{}?product={LIFETIME}&discount_code=EXPIRED&{link}", shop.app)).await?;
        browser.type_into("#email", "ada@example.com").await?;
        browser.press("button[type=submit]").await?;
        browser.read("#discount_code-outcome", "expired").await?;
        shop.let_the_app_come();
        browser.taken_over().await?;
        browser.type_into("#discount_code", "SAVE25").await?;
        browser.see("[data-outcome=applied]").await?;
        browser.press("button[type=submit]").await?;
        browser.arrive("/checkout/prod_").await?;
        let asked = shop.opened().await?.pop().unwrap_or_default();
        ensure!(asked["request_id"] == "order_1001" && asked["metadata"]["plan"] == "pro", "{asked}");
        browser.hear_complaints().await.map(drop)
    })
    .await
}
