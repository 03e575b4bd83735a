//! Screens as pictures, in `target/gallery/`: to look at, and for the README.
//!
//! Not every state in everything: each state in English in three widths, light and dark; four of them in three more
//! languages, light; three of them in five brands, light and dark, not in each width.

use anyhow::{Context, Result};
use e2e::payment_page::{give_details, pay_with};
use e2e::{
    Browser, Engine, INTENT_SECRET, Known, LIFETIME, Look, Scheme, Shop, View, at_work, intent, journey, journey_in,
    journey_with,
};
use proxy::Settings;
use serde_json::json;

const PRO_YEARLY: &str = "prod_SandboxProYearly000001";

/// A phone, a tablet, a laptop: the page has another layout on each.
const WIDTHS: [(u32, u32); 3] = [(360, 1100), (768, 1024), (1280, 900)];

/// Looks of shops: three that merchants would choose, and two that are hard on a page.
const BRANDS: [(&str, &str, &str); 5] = [
    ("indigo", "Linework", "accent=#5e6ad2; radius=6; font=Inter"),
    ("editorial", "Field Notes", "accent=#b4532a; surface=#fffaf3; text=#2b1d14; radius=0; font=Georgia, serif"),
    ("candy", "Candy Shop", "accent=#ff3d8b; surface=#fff0f7; radius=24"),
    ("yellow", "Taxi", "accent=#ffe500"),
    ("night", "Nightly", "accent=#c8ff00; surface=#0b0b0f; text=#ffffff"),
];

/// A picture in place of those whose host nobody has here.
const PICTURE: &str =
    "for (const picture of document.querySelectorAll('main img')) if (picture.getAttribute('src')) picture.src =
    'data:image/svg+xml,' + encodeURIComponent(`<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 400 300'>
    <path fill='#2f4858' d='M0 0h400v300H0z'/><circle fill='#f6ae2d' cx='290' cy='90' r='46'/>
    <path fill='#86bbd8' d='M0 300 140 120l90 110 50-60 120 130z'/></svg>`);
    return Promise.all([...document.images].map((image) => image.decode().catch(() => {}))).then(() => true)";

/// Draws what is shown in these widths, in the light and, where that is asked for, in the dark.
async fn draw(browser: &Browser, name: &str, widths: &[(u32, u32)], schemes: &[(&str, Scheme)]) -> Result<()> {
    for (width, height) in widths {
        for (scheme_name, scheme) in schemes {
            browser.look(Look { width: *width, height: *height, scheme: *scheme, ..Look::WIDE }).await?;
            browser.driver().execute(PICTURE, Vec::new()).await?;
            browser.painted().await?;
            browser.draw("gallery", &format!("{name}-{width}-{scheme_name}")).await?;
        }
    }
    Ok(())
}

const LIGHT: [(&str, Scheme); 1] = [("light", Scheme::Light)];
const BOTH: [(&str, Scheme); 2] = [("light", Scheme::Light), ("dark", Scheme::Dark)];

async fn open_form(browser: &Browser, shop: &Shop, query: &str) -> Result<()> {
    browser.go(format!("{}?{query}", shop.app)).await?;
    browser.taken_over().await
}

/// A product with everything that Creem lets a merchant say of one.
async fn course(shop: &Shop) -> Result<String> {
    let course = json!({
        "name": "Watercolour from the window", "price": 4900, "currency": "USD", "billing_type": "recurring",
        "billing_period": "every-month", "trial_period_days": 14, "image_url": "https://images.example/course.png",
        "description": "Twelve evenings of **painting** what you see.\n\n- A box of twelve colours\n- Letters from the teacher",
    });
    let made = shop.ask_sandbox("v1/products", course).await?;
    Ok(made["id"].as_str().context("an id")?.to_owned())
}

/// A product of which its merchant has much to say.
async fn long_course(shop: &Shop) -> Result<String> {
    let evenings = "You bring nothing: paper, brushes and a box of twelve colours are on the table when you come. ";
    let course = json!({
        "name": "Drawing for people who say that they cannot draw", "price": 12_900, "currency": "USD",
        "billing_type": "onetime", "image_url": "https://images.example/course.png",
        "description": format!("# What you will learn\n\n{}\n\n- **Line**: where a thing ends\n- **Light**: what makes \
            it round\n- A very long address: https://images.example/{}\n\n{}", evenings.repeat(3), "a".repeat(60), evenings.repeat(2)),
    });
    let made = shop.ask_sandbox("v1/products", course).await?;
    Ok(made["id"].as_str().context("an id")?.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_the_form_is_drawn() -> Result<()> {
    let asked = Settings { intent_secret: Some(INTENT_SECRET.into()), ..Settings::default() };
    journey_with(asked, "gallery-form", View::WIDE, async |browser, shop| {
        let everywhere = async |name: &str| draw(browser, name, &WIDTHS, &BOTH).await;
        open_form(browser, shop, "").await?;
        everywhere("list").await?;
        browser.press("#pay").await?;
        browser.see("#products-error").await?;
        everywhere("nothing-chosen").await?;
        open_form(browser, shop, &format!("product={PRO_YEARLY}&units=2")).await?;
        everywhere("offer").await?;
        browser.press("#others > summary").await?;
        everywhere("others").await?;
        open_form(browser, shop, &format!("product={LIFETIME}&discount_code=SAVE25&email=ada%40example.com")).await?;
        browser.see("[data-outcome=applied]").await?;
        everywhere("code").await?;
        browser.type_into("[name=discount_code]", "EXPIRED").await?;
        browser.see("[data-outcome=refused]").await?;
        browser.type_into("[name=email]", "ada@").await?;
        browser.press("#pay").await?;
        browser.see("#email-error").await?;
        everywhere("problems").await?;
        open_form(browser, shop, "email=ada%40example.com").await?;
        browser.choose(LIFETIME).await?;
        shop.fail("POST", "/v1/checkouts", json!({ "status": 500 })).await?;
        browser.press("#pay").await?;
        browser.see("#form-error-action").await?;
        everywhere("failed").await?;
        shop.mend().await?;
        let token = intent(json!({ "product_id": PRO_YEARLY, "units": 2, "customer": { "email": "ada@example.com" } }))?;
        open_form(browser, shop, &format!("intent={token}")).await?;
        everywhere("locked").await?;
        let course = course(shop).await?;
        open_form(browser, shop, &format!("product={course}")).await?;
        everywhere("trial").await?;
        let long = long_course(shop).await?;
        for number in 1..=9 {
            let product = json!({ "name": format!("Course {number}"), "description": "An evening.", "price": 1000 * number,
                "currency": "USD", "billing_type": "onetime", "image_url": "https://images.example/course.png" });
            shop.ask_sandbox("v1/products", product).await?;
        }
        open_form(browser, shop, "").await?;
        everywhere("many").await?;
        browser.press(&format!("#more-{long} > summary")).await?;
        browser.choose(&long).await?;
        everywhere("more").await?;
        open_form(browser, shop, &format!("product={long}")).await?;
        everywhere("long").await?;
        // Refusals are in the console, and pictures whose host nobody has.
        browser.hear_complaints().await.map(drop)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_those_get_whose_scripts_do_not_come_is_drawn() -> Result<()> {
    journey("gallery-served", View::WIDE, async |browser, shop| {
        browser.block(&["*.js".to_owned()]).await?;
        browser.go(format!("{}?product={PRO_YEARLY}&units=2&discount_code=SAVE25", shop.app)).await?;
        draw(browser, "served", &WIDTHS, &LIGHT).await?;
        browser.hear_complaints().await.map(drop)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_a_payment_is_drawn() -> Result<()> {
    journey("gallery-status", View::WIDE, async |browser, shop| {
        let show = async |name: &str, address: &str, state: &str| {
            browser.go(address).await?;
            browser.see(&format!("main[data-payment-status={state}]")).await?;
            draw(browser, name, &WIDTHS, &BOTH).await
        };
        let known = Known::bring_about(browser, shop, PRO_YEARLY).await?;
        show("paid", &known.returned, "paid").await?;
        let changed = known.returned.replace("request_id=req_", "request_id=req_0");
        show("not-genuine", &changed, "not_genuine").await?;
        show("refunded", &shop.status_of(&known.refunded), "refunded").await?;
        show("disputed", &shop.status_of(&known.disputed), "disputed").await?;
        show("expired", &shop.status_of(&known.expired), "expired").await?;
        shop.fail("GET", "/v1/checkouts", at_work(&known.processing, PRO_YEARLY)).await?;
        show("processing", &shop.status_of(&known.processing), "processing").await?;
        shop.mend().await?;
        show("pending", &shop.status_of(&known.pending), "pending").await?;
        browser.see("main[data-gave-up=true]").await?;
        draw(browser, "given-up", &WIDTHS, &BOTH).await?;
        shop.hold_webhooks(true).await?;
        let returned = shop.pay_without_browser(LIFETIME).await?;
        shop.fail("GET", "/v1/checkouts", json!({ "status": 500 })).await?;
        show("unreachable", &returned, "unreachable").await?;
        browser.go(shop.app.join("no/such/page")?).await?;
        draw(browser, "not-found", &WIDTHS, &BOTH).await?;
        browser.hear_complaints().await.map(drop)
    })
    .await
}

/// From right to left, in long words, and in words without spaces.
#[tokio::test(flavor = "multi_thread")]
async fn other_languages_are_drawn() -> Result<()> {
    journey("gallery-languages", View::WIDE, async |browser, shop| {
        for locale in ["ar", "de", "ja"] {
            let query = format!("product={PRO_YEARLY}&units=2&discount_code=SAVE25&locale={locale}");
            open_form(browser, shop, &query).await?;
            browser.see("[data-outcome=applied]").await?;
            draw(browser, &format!("offer-{locale}"), &WIDTHS, &LIGHT).await?;
            browser.type_into("[name=email]", "ada@").await?;
            browser.press("#pay").await?;
            browser.see("#email-error").await?;
            draw(browser, &format!("problems-{locale}"), &WIDTHS, &LIGHT).await?;
            open_form(browser, shop, &format!("locale={locale}")).await?;
            draw(browser, &format!("list-{locale}"), &WIDTHS, &LIGHT).await?;
            browser.go(format!("{}&locale={locale}", shop.pay_without_browser(PRO_YEARLY).await?)).await?;
            browser.see("main[data-payment-status=paid]").await?;
            draw(browser, &format!("paid-{locale}"), &WIDTHS, &LIGHT).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn five_brands_are_drawn() -> Result<()> {
    for (name, shop_name, theme) in BRANDS {
        let address = |path: &str| Some(format!("https://shop.example/{path}"));
        let asked = Settings {
            shop_name: Some(shop_name.into()),
            theme: Some(theme.into()),
            shop_url: address(""),
            shop_terms: address("terms"),
            shop_support: address("help"),
            shop_consent: Some("required".into()),
            ..Settings::default()
        };
        journey_with(asked, &format!("gallery-{name}"), View::WIDE, async |browser, shop| {
            let course = course(shop).await?;
            open_form(browser, shop, &format!("product={course}&discount_code=SAVE25")).await?;
            browser.see("[data-outcome=applied]").await?;
            draw(browser, &format!("brand-{name}"), &WIDTHS, &BOTH).await?;
            open_form(browser, shop, "").await?;
            draw(browser, &format!("brand-{name}-list"), &WIDTHS[2..], &BOTH).await?;
            let session =
                json!({ "product_id": PRO_YEARLY, "customer": { "email": "ada@example.com" }, "consent": true });
            browser.go(shop.pay(&shop.open_session(session).await?.checkout_id).await?).await?;
            browser.see("main[data-payment-status=paid]").await?;
            draw(browser, &format!("brand-{name}-paid"), &[WIDTHS[0], WIDTHS[2]], &BOTH).await?;
            browser.hear_complaints().await.map(drop)
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
                browser.go(format!("{}?product={LIFETIME}&units=2&discount_code=SAVE25", shop.app)).await?;
                browser.read("#discount_code-outcome", "25").await?;
                // WebKitGTK's picture is of what it painted last.
                browser.painted().await?;
                browser.draw("gallery", &name("checkout")).await?;
                browser.go(shop.pay_without_browser(LIFETIME).await?).await?;
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
