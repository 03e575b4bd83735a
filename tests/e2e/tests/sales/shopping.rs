//! Sales as a merchant's own page makes them: under the shop's name, with what its products and its terms ask for.

use anyhow::{Context, Result, ensure};
use e2e::payment_page::{give_details, pay_at_once, pay_with};
use e2e::{Browser, Look, Scripts, Shop, View, journey, journey_with};
use proxy::Settings;
use serde_json::{Value, json};
use thirtyfour::By;

use super::prices::{discount, product};
use crate::appearance::accessibility::is_accessible;
use crate::appearance::identity::acme;
use crate::appearance::looks::fits;
use crate::buying::{GOOD_CARD, LIFETIME, see_paid};

/// What the page's script answers.
async fn asked(browser: &Browser, script: &str) -> Result<Value> {
    Ok(browser.driver().execute(script, Vec::new()).await?.json().clone())
}

async fn is_in_reach(browser: &Browser, selector: &str) -> Result<bool> {
    let ask = "const { top, bottom } = document.querySelector(arguments[0]).getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight";
    Ok(browser.driver().execute(ask, vec![json!(selector)]).await?.convert()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_with_a_code_for_some_months_is_bought_on_a_phone() -> Result<()> {
    for view in [View::PHONE, View::PHONE.without_scripts()] {
        let live = view.scripts == Scripts::On;
        let name = if live { "trial-on-a-phone" } else { "trial-on-a-phone-without-scripts" };
        journey_with(acme(), name, view, async |browser, shop| {
            let trial = json!({
                "name": "Studio", "price": 4900, "billing_type": "recurring", "billing_period": "every-month",
                "trial_period_days": 14
            });
            let studio = product(shop, trial).await?;
            discount(shop, "THREE", 50, "repeating", Some(3)).await?;
            browser.go(format!("{}?product={studio}&discount_code=THREE&locale=en-US", shop.app)).await?;
            if live {
                browser.taken_over().await?;
                browser.see("#discount_code-outcome[data-outcome=applied]").await?;
                let title = browser.driver().title().await?;
                ensure!(title.ends_with(" · Acme"), "{title}");
                let later = browser.read(".pay-bar .price-summary__later", "per month").await?.text().await?;
                ensure!(later.contains("$24.50 per month for 3 months") && later.contains("$49.00"), "{later}");
            }
            browser.read("main", "14 days free").await?;
            browser.read("[data-line=total] dd", "$0.00").await?;
            browser.read("#pay", "Start free trial").await?;
            ensure!(is_in_reach(browser, "#pay").await?, "before anybody scrolls");
            browser.draw("gallery", name).await?;
            browser.type_into("[name=email]", "ada@example.com").await?;
            browser.press("#pay").await?;
            browser.arrive("/checkout/prod_").await?;
            give_details(browser, "DE").await?;
            pay_with(browser, GOOD_CARD).await?;
            see_paid(browser, shop).await?;
            browser.read("main", "Studio").await?;
            browser.read("main", "sent your receipt to ada@example.com").await?;
            ensure!(is_in_reach(browser, ".shop__logo").await?, "whose shop it was");
            browser.draw("gallery", &format!("{name}-paid")).await?;
            let sold = shop.latest("checkout.completed").await?;
            ensure!(sold["product"]["id"] == *studio && sold["order"]["amount"] == 0, "{sold}");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_agree_is_asked_and_not_sold_to_until_they_do() -> Result<()> {
    for view in [View::PHONE, View::PHONE.without_scripts()] {
        let live = view.scripts == Scripts::On;
        let name = if live { "consent" } else { "consent-without-scripts" };
        let asking = Settings { shop_consent: Some("required".into()), ..acme() };
        journey_with(asking, name, view, async |browser, shop| {
            browser.go(format!("{}?product={LIFETIME}&locale=en-US", shop.app)).await?;
            if live {
                browser.taken_over().await?;
            }
            let terms = browser.see(".consent a[href='https://acme.example/terms']").await?;
            ensure!(terms.attr("target").await?.as_deref() == Some("_blank"), "what was typed stays");
            browser.type_into("[name=email]", "ada@example.com").await?;
            browser.press("#pay").await?;
            if live {
                browser.read("#consent-error", "Tick this box to continue.").await?;
                ensure!(browser.focused().await? == "consent", "the focus is on what is missing");
                browser.draw("gallery", name).await?;
            } else {
                // The browser itself says what is missing.
                browser.see("#consent:user-invalid").await?;
            }
            ensure!(shop.creations().await?.is_empty(), "Creem was not asked");
            browser.press("#consent").await?;
            if live {
                let error = browser.driver().find(By::Id("consent-error")).await?;
                let gone = async || Ok((!error.is_displayed().await?).then_some(()));
                browser.until("nothing to be missing", gone).await?;
            }
            browser.press("#pay").await?;
            pay_at_once(browser, shop).await?;
            let asked = shop.opened().await?.pop().context("a session")?;
            let at = asked["metadata"]["consent"].as_str().unwrap_or_default().to_owned();
            ensure!(at.len() > 10 && at.contains('T'), "the time of it travels: {asked}");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// Puts down what is copied, because a browser without a window has no clipboard of its own.
const WATCH_COPIES: &str = "Object.defineProperty(navigator, 'clipboard',
    { value: { writeText: async (text) => void (window.copied = text) } });";

#[tokio::test(flavor = "multi_thread")]
async fn a_license_key_comes_with_the_signed_return_and_is_on_paper() -> Result<()> {
    journey_with(acme(), "license-key", View::PHONE, async |browser, shop| {
        shop.ask_sandbox(&format!("_sandbox/products/{LIFETIME}/licenses"), json!({})).await?;
        let signed = shop.pay_without_browser(LIFETIME).await?;
        browser.go(&signed).await?;
        browser.see("main[data-payment-status=paid]").await?;
        browser.see(".status__keys .status__copy:not([inert])").await?;
        let key = browser.see(".status__key").await?.text().await?;
        ensure!(key.split('-').count() == 5, "{key}");
        asked(browser, WATCH_COPIES).await?;
        browser.press(".status__keys button").await?;
        browser.read(".status__keys button", "Copied").await?;
        let copied = asked(browser, "return window.copied").await?;
        ensure!(copied == *key, "{copied} is not {key}");
        browser.draw("gallery", "license-key").await?;

        browser.look(Look { width: 720, height: 1000, paper: true, ..Look::WIDE }).await?;
        let paper = asked(browser, "return document.body.innerText").await?;
        let paper = paper.as_str().unwrap_or_default().to_owned();
        let year = asked(browser, "return String(new Date().getFullYear())").await?;
        for fact in [
            &*key,
            "Payment received",
            "Lifetime licence",
            "$19.99",
            "ada@example.com",
            "help@acme.example",
            year.as_str().unwrap_or("a year"),
        ] {
            ensure!(paper.contains(fact) || fact == "help@acme.example", "{fact} is not on paper: {paper}");
        }
        ensure!(!paper.contains("Copied") && !paper.contains("Back to the shop"), "paper has no buttons: {paper}");
        let shown = "return [...document.querySelectorAll('button, input, .status__next')].filter((one) => one.checkVisibility()).length";
        ensure!(asked(browser, shown).await? == 0, "nothing to press");
        browser.draw("gallery", "license-key-paper").await?;

        // Whoever has the ids alone, as a colleague who was sent the address without its signature.
        browser.look(Look::NARROW).await?;
        let signed = url::Url::parse(&signed)?;
        let ids = signed.query_pairs().filter(|(name, _)| name == "request_id" || name == "checkout_id");
        let mut bare = shop.app.join("status")?;
        bare.query_pairs_mut().extend_pairs(ids);
        browser.go(&bare).await?;
        browser.see("main[data-payment-status=paid]").await?;
        browser.read("main", "a•••@example.com").await?;
        ensure!(!asked(browser, "return document.body.innerHTML").await?.to_string().contains(&key), "no key in the page");
        Ok(())
    })
    .await
}

async fn cards(browser: &Browser) -> Result<Value> {
    asked(
        browser,
        "return [...document.querySelectorAll('label.product-card')].filter((card) => card.checkVisibility()).length",
    )
    .await
}

async fn forty_courses(shop: &Shop) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for number in 1..=40 {
        let course = json!({ "name": format!("Course {number}"), "price": 1000 + number, "billing_type": "onetime" });
        ids.push(product(shop, course).await?);
    }
    Ok(ids)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_one_of_forty_products_sells_that_one() -> Result<()> {
    journey("one-of-forty", View::PHONE, async |browser, shop| {
        let courses = forty_courses(shop).await?;
        browser.go(format!("{}?product={}&locale=en-US", shop.app, courses[32])).await?;
        browser.taken_over().await?;
        browser.read("[data-alone=true]", "Course 33").await?;
        ensure!(cards(browser).await? == 1, "the others are folded away");
        ensure!(is_in_reach(browser, "#email").await?, "what is asked for is on the first screen");
        browser.read("[data-line=total] dd", "$10.33").await?;
        browser.draw("gallery", "one-of-forty").await?;
        // A look at the others, and back.
        browser.press("#others > summary").await?;
        browser.type_into("input[type=search]", "course 7").await?;
        browser.until("the one that is looked for", async || Ok((cards(browser).await? == 2).then_some(()))).await?;
        browser.choose(&courses[6]).await?;
        browser.read("[data-line=total] dd", "$10.07").await?;
        browser.type_into("input[type=search]", " ").await?;
        browser.choose(&courses[32]).await?;
        browser.read("[data-line=total] dd", "$10.33").await?;
        browser.type_into("[name=email]", "ada@example.com").await?;
        browser.press("#pay").await?;
        pay_at_once(browser, shop).await?;
        browser.read("main", "Course 33").await?;
        let asked = shop.opened().await?.pop().context("a session")?;
        ensure!(asked["product_id"] == *courses[32], "{asked}");
        Ok(())
    })
    .await
}

/// Chooses a look and a link in the studio, and takes its lines and its code.
async fn tries_a_look(browser: &Browser, shop: &Shop, live: bool) -> Result<()> {
    browser.go(&shop.sandbox).await?;
    let studio = browser.see("a[href$='/studio']").await?.attr("href").await?.context("where it leads")?;
    browser.go(studio).await?;
    browser.type_into("#accent", "#ff3d8b").await?;
    browser.type_into("#radius", "99").await?;
    browser.press(&format!("#product option[value={LIFETIME}]")).await?;
    browser.type_into("#email", "ada@example.com").await?;
    if live {
        browser.see("[type=color]").await?;
    } else {
        browser.press("form > button").await?;
    }
    browser.read("#radius-hint", "0 to 24").await?;
    browser.type_into("#radius", "0").await?;
    if !live {
        browser.press("form > button").await?;
    }
    browser.read("#lines pre", "radius = 0").await?;
    browser.read("#lines pre", "accent = \"#ff3d8b\"").await?;
    browser.read("#contrasts", "Words on the button").await?;
    browser.read("#link pre", "email=ada%40example.com").await?;
    browser.see("#link svg").await?;
    fits(browser, "the studio").await?;
    browser.see("iframe").await?.enter_frame().await?;
    browser.read("main", "Lifetime licence").await?;
    let button = async || {
        let colour = asked(browser, "return getComputedStyle(document.querySelector('#pay')).backgroundColor").await?;
        Ok((colour == "rgb(255, 61, 139)").then_some(()))
    };
    if live {
        browser.until("the button in its colour", button).await?;
    }
    browser.driver().enter_default_frame().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_tries_a_look_on_the_real_page_and_makes_a_link() -> Result<()> {
    for (name, view) in [
        ("studio-phone", View::PHONE),
        ("studio-wide", View::WIDE),
        ("studio-dark", View::WIDE.dark()),
        ("studio-without-scripts", View::PHONE.without_scripts()),
    ] {
        journey(name, view, async |browser, shop| {
            let live = view.scripts == Scripts::On;
            tries_a_look(browser, shop, live).await?;
            browser.driver().execute("scrollTo(0, 0)", Vec::new()).await?;
            browser.draw("gallery", name).await?;
            if live { is_accessible(browser, name).await } else { Ok(()) }
        })
        .await?;
    }
    Ok(())
}
