//! Links into the page: what they choose, what a merchant's signature fixes, and what a changed one cannot do.

use anyhow::{Context, Result, ensure};
use e2e::payment_page::pay_at_once;
use e2e::{Browser, INTENT_SECRET, Scripts, Shop, View, intent, journey, journey_with};
use proxy::Settings;
use serde_json::{Value, json};
use url::Url;

use crate::buying::LIFETIME;

const PRO_YEARLY: &str = "prod_SandboxProYearly000001";

const NOT_VALID: &str = "This link is no longer valid. Go back to the shop and open a new one.";

fn link(app: &Url, pairs: &[(&str, &str)]) -> Url {
    let mut link = app.clone();
    link.query_pairs_mut().extend_pairs(pairs);
    link
}

/// Presses the button, pays and comes back; answers the session as Creem was asked for it.
async fn buy(browser: &Browser, shop: &Shop) -> Result<Value> {
    browser.press("button[type=submit]").await?;
    pay_at_once(browser, shop).await?;
    shop.opened().await?.pop().context("a session")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_restores_every_choice_and_all_of_it_reaches_creem() -> Result<()> {
    for view in [View::PHONE, View::PHONE.without_scripts()] {
        let name = if view.scripts == Scripts::On { "deep_link" } else { "deep_link_without_scripts" };
        journey(name, view, async |browser, shop| {
            let thanks = shop.app.join("status?from=mail")?;
            let link = link(
                &shop.app,
                &[
                    ("product", PRO_YEARLY),
                    ("units", "2"),
                    ("discount_code", "SAVE25"),
                    ("email", "ada@example.com"),
                    ("request_id", "order_1001"),
                    ("metadata[plan]", "pro"),
                    ("metadata[campaign]", "spring & summer"),
                    ("success_url", thanks.as_str()),
                    ("locale", "de"),
                    ("theme", "dark"),
                ],
            );
            browser.go(link.as_str()).await?;
            if view.scripts == Scripts::On {
                browser.taken_over().await?;
                browser.see("html[lang=de][data-theme=dark]").await?;
                browser.read("button[type=submit]", "Weiter zur Zahlung").await?;
                browser.see("[data-outcome=applied]").await?;
                browser.read("[data-line=total] dd", "225,00").await?;
            }
            ensure!(browser.see(&format!("#product-{PRO_YEARLY}")).await?.is_selected().await?, "the plan");
            for (field, expected) in [("#units", "2"), ("#discount_code", "SAVE25"), ("#email", "ada@example.com")] {
                let chosen = browser.value(field).await?;
                ensure!(chosen == expected, "{field} holds {chosen:?}");
            }
            let asked = buy(browser, shop).await?;
            let expected = json!({
                "product_id": PRO_YEARLY, "units": 2, "discount_code": "SAVE25", "request_id": "order_1001",
                "customer": { "email": "ada@example.com" }, "success_url": thanks.as_str(),
                "metadata": { "plan": "pro", "campaign": "spring & summer" },
            });
            ensure!(asked == expected, "{asked} instead of {expected}");
            browser.read(".status__reference", "order_1001").await.map(drop)
        })
        .await?;
    }
    Ok(())
}

fn signing() -> Settings {
    Settings { intent_secret: Some(INTENT_SECRET.into()), ..Settings::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_signed_link_fixes_is_shown_and_cannot_be_changed() -> Result<()> {
    for view in [View::PHONE, View::PHONE.without_scripts()] {
        let name = if view.scripts == Scripts::On { "intent" } else { "intent_without_scripts" };
        journey_with(signing(), name, view, async |browser, shop| {
            let token = intent(json!({
                "product_id": PRO_YEARLY, "units": 2, "customer": { "email": "ada@example.com" },
                "request_id": "order_1001", "metadata": { "plan": "pro" },
            }))?;
            let others = [("intent", &*token), ("product", LIFETIME), ("units", "9"), ("email", "eve@example.com")];
            browser.go(link(&shop.app, &others).as_str()).await?;
            if view.scripts == Scripts::On {
                browser.taken_over().await?;
            }
            browser.read("main", "Pro").await?;
            ensure!(browser.driver().find_all(thirtyfour::By::Name("product_id")).await?.len() == 1, "one product");
            for (field, expected) in [("#units", "2"), ("#email", "ada@example.com")] {
                let control = browser.see(field).await?;
                ensure!(control.attr("readonly").await?.is_some(), "{field} is locked");
                control.send_keys("7").await?;
                ensure!(browser.value(field).await? == expected, "{field} is what was signed");
            }
            browser.type_into("[name=discount_code]", "SAVE25").await?;
            let asked = buy(browser, shop).await?;
            ensure!(asked["product_id"] == PRO_YEARLY && asked["units"] == 2, "{asked}");
            ensure!(asked["customer"]["email"] == "ada@example.com", "{asked}");
            ensure!(asked["request_id"] == "order_1001" && asked["metadata"]["plan"] == "pro", "{asked}");
            ensure!(asked["discount_code"] == "SAVE25", "what is not fixed stays the buyer's: {asked}");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// The same token with another product in it, under the old signature.
fn changed(token: &str) -> Result<String> {
    let other = intent(json!({ "product_id": LIFETIME }))?;
    let (signed, _) = other.rsplit_once('.').context("a token")?;
    let (_, signature) = token.rsplit_once('.').context("a token")?;
    Ok(format!("{signed}.{signature}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_signed_link_says_so_and_sells_nothing() -> Result<()> {
    for view in [View::PHONE, View::PHONE.without_scripts()] {
        let name = if view.scripts == Scripts::On { "changed_intent" } else { "changed_intent_without_scripts" };
        journey_with(signing(), name, view, async |browser, shop| {
            let token = changed(&intent(json!({ "product_id": PRO_YEARLY }))?)?;
            browser.go(link(&shop.app, &[("intent", &token), ("email", "ada@example.com")]).as_str()).await?;
            if view.scripts == Scripts::On {
                browser.taken_over().await?;
            }
            browser.read("#form-error", NOT_VALID).await?;
            browser.press("button[type=submit]").await?;
            browser.read("#form-error", NOT_VALID).await?;
            ensure!(shop.creations().await?.is_empty(), "Creem was not asked");
            browser.hear_complaints().await.map(drop)
        })
        .await?;
    }
    Ok(())
}
