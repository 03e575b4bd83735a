//! The sandbox's own pages: what a buyer meets between the shop's form and the way back, and the customer portal.

use anyhow::{Context, Result, ensure};
use e2e::payment_page::{give_details, pay_with};
use e2e::{Browser, Shop, View, journey};
use serde_json::{Value, json};
use thirtyfour::prelude::Key;

use crate::appearance::accessibility::is_accessible;
use crate::buying::{LIFETIME, PRO_MONTHLY};

const TEAM: &str = "prod_SandboxTeamSeats000001";

/// The cards that pay, of both published sets.
const GOOD_CARDS: [&str; 2] = ["4111 1111 1111 1111", "4242 4242 4242 4242"];

/// The cards that do not, and why; neighbours differ, so that one's answer is never taken for the next one's.
const BAD_CARDS: [(&str, &str); 7] = [
    ("4507 9900 0000 0028", "Your card was declined."),
    ("4507 9900 0000 0010", "Your card has insufficient funds."),
    ("4507 9900 0000 0044", "Your card's security code is incorrect."),
    ("4000 0000 0000 0002", "Your card was declined."),
    ("4000 0000 0000 9995", "Your card has insufficient funds."),
    ("4000 0000 0000 0127", "Your card's security code is incorrect."),
    ("4000 0000 0000 0069", "Your card has expired."),
];

/// Opens the payment page of a new session with a known e-mail; answers the session's id.
async fn open(browser: &Browser, shop: &Shop, mut wanted: Value) -> Result<String> {
    wanted["customer"] = json!({ "email": "ada@example.com" });
    let session = shop.ask_sandbox("v1/checkouts", wanted).await?;
    browser.go(session["checkout_url"].as_str().context("an address")?).await?;
    Ok(session["id"].as_str().context("an id")?.to_owned())
}

/// What is wrong is said at its field, and the focus is there. The answer's status is 422, and the console says so.
async fn see_problem(browser: &Browser, field: &str, sentence: &str) -> Result<()> {
    browser.read(&format!("#{field}-note"), sentence).await?;
    let marked = browser.see(&format!("#{field}[aria-invalid=true]")).await?;
    ensure!(browser.driver().active_element().await? == marked, "{field} has the focus");
    browser.hear_complaints().await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_test_card_does_what_its_row_says() -> Result<()> {
    journey("cards", View::PHONE, async |browser, shop| {
        let id = open(browser, shop, json!({ "product_id": LIFETIME })).await?;
        give_details(browser, "DE").await?;
        for (card, reason) in BAD_CARDS {
            pay_with(browser, card).await?;
            let alert = browser.read("[role=alert]", reason).await?;
            ensure!(browser.driver().active_element().await? == alert, "{card}: the reason has the focus");
            ensure!(browser.hear_complaints().await?.len() == 1, "{card}: one answer of 402");
            browser.read(".known", "ada@example.com").await?;
            ensure!(browser.value("#cardHolderName").await? == "Ada Lovelace", "{card}: the name is kept");
            browser.see("iframe[name=card]").await?.enter_frame().await?;
            ensure!(browser.value("#payment-numberInput").await?.is_empty(), "{card}: the card is not kept");
            browser.driver().enter_default_frame().await?;
            ensure!(shop.session(&id).await?["status"] == "pending", "{card}: the session stays open");
            ensure!(shop.events().await?.is_empty(), "{card}: nothing is sent");
        }
        pay_with(browser, GOOD_CARDS[0]).await?;
        browser.read("h1", "Payment received").await?;
        open(browser, shop, json!({ "product_id": LIFETIME })).await?;
        give_details(browser, "DE").await?;
        pay_with(browser, GOOD_CARDS[1]).await?;
        browser.read("h1", "Payment received").await?;
        let sold = shop.events().await?.iter().filter(|event| event["eventType"] == "checkout.completed").count();
        ensure!(sold == GOOD_CARDS.len(), "{sold} sales");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merchants_questions_are_asked_and_their_answers_come_back() -> Result<()> {
    journey("questions", View::PHONE, async |browser, shop| {
        open(browser, shop, json!({ "product_id": TEAM, "units": 3 })).await?;
        give_details(browser, "DE").await?;
        see_problem(browser, "custom_company", "Fill in “Company”.").await?;
        ensure!(browser.value("#name").await? == "Ada Lovelace", "what was right is kept");
        browser.type_into("#custom_company", "Analytical Engines").await?;
        browser.press("#custom_newsletter").await?;
        browser.press("button[value=continue]").await?;
        pay_with(browser, GOOD_CARDS[0]).await?;
        browser.read("h1", "Payment received").await?;
        let answers = shop.latest("checkout.completed").await?["custom_fields"].take();
        ensure!(answers[0]["text"]["value"] == "Analytical Engines", "{answers}");
        ensure!(answers[1]["checkbox"]["value"] == true, "{answers}");

        let terms = json!({ "type": "checkbox", "key": "terms", "label": "Terms" });
        open(browser, shop, json!({ "product_id": LIFETIME, "custom_fields": [terms] })).await?;
        give_details(browser, "DE").await?;
        see_problem(browser, "custom_terms", "Tick “Terms” to go on.").await?;
        browser.press("#custom_terms").await?;
        browser.press("button[value=continue]").await?;
        browser.see("#cardHolderName").await.map(drop)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_in_the_united_states_gives_an_address() -> Result<()> {
    journey("address", View::PHONE, async |browser, shop| {
        open(browser, shop, json!({ "product_id": LIFETIME })).await?;
        give_details(browser, "US").await?;
        browser.read("[aria-current=step]", "Address").await?;
        browser.type_into("#city", "Reno").await?;
        browser.press("button[value=continue]").await?;
        browser.read("[role=alert]", "Check the marked answers.").await?;
        see_problem(browser, "addressLine1", "Fill in “Street address”.").await?;
        ensure!(browser.value("#city").await? == "Reno", "what was right is kept");
        browser.type_into("#addressLine1", "1 Main St").await?;
        browser.type_into("#postalCode", "89501").await?;
        browser.press("#state option[value=NV]").await?;
        browser.press("button[value=continue]").await?;
        browser.read("[aria-current=step]", "Payment").await?;
        browser.press("button[value=edit]").await?;
        ensure!(browser.value("#country").await? == "US", "back at the details, which are kept");
        browser.press("button[value=continue]").await?;
        ensure!(browser.value("#addressLine1").await? == "1 Main St", "the address is kept");
        browser.press("button[value=continue]").await?;
        pay_with(browser, GOOD_CARDS[0]).await?;
        browser.read("h1", "Payment received").await?;
        ensure!(shop.latest("checkout.completed").await?["customer"]["country"] == "US", "the country comes back");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_refused_applied_and_removed_and_a_free_order_needs_no_card() -> Result<()> {
    journey("codes", View::WIDE, async |browser, shop| {
        let free = json!({
            "name": "A present", "code": "PRESENT", "type": "percentage", "percentage": 100, "duration": "once",
            "applies_to_products": [LIFETIME],
        });
        shop.ask_sandbox("v1/discounts", free).await?;
        open(browser, shop, json!({ "product_id": LIFETIME })).await?;
        browser.type_into("#name", "Ada Lovelace").await?;
        browser.type_into("#discount_code", "NOPE").await?;
        browser.press("button[value=apply]").await?;
        see_problem(browser, "discount_code", "Discount not found.").await?;
        ensure!(browser.value("#name").await? == "Ada Lovelace", "what was typed beside it is kept");
        browser.type_into("#discount_code", "save25").await?;
        browser.press("button[value=apply]").await?;
        browser.read("#total", "$14.99").await?;
        browser.press("button[aria-label='Remove SAVE25']").await?;
        browser.read("#total", "$19.99").await?;
        browser.type_into("#discount_code", "PRESENT").await?;
        browser.press("button[value=apply]").await?;
        browser.read("#total", "$0.00").await?;
        give_details(browser, "DE").await?;
        browser.read("main", "no card is needed").await?;
        browser.press("button[value=pay]").await?;
        browser.read("h1", "Payment received").await?;
        let order = shop.latest("checkout.completed").await?["order"].take();
        ensure!(order["amount_paid"] == 0 && order["discount_amount"] == 1999, "{order}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_left_open_too_long_says_expired_and_a_paid_one_says_paid() -> Result<()> {
    journey("too_late", View::PHONE, async |browser, shop| {
        let paid = open(browser, shop, json!({ "product_id": LIFETIME })).await?;
        let address = browser.address().await?;
        give_details(browser, "DE").await?;
        pay_with(browser, GOOD_CARDS[0]).await?;
        browser.read("h1", "Payment received").await?;
        browser.driver().back().await?;
        browser.read("h1", "Already paid").await?;

        let late = open(browser, shop, json!({ "product_id": LIFETIME })).await?;
        shop.ask_sandbox("_sandbox/clock", json!({ "advance_seconds": 25 * 3600 })).await?;
        give_details(browser, "DE").await?;
        browser.read("h1", "Checkout expired").await?;
        ensure!(shop.session(&late).await?["status"] == "expired", "the session is over");
        browser.go(&address).await?;
        browser.read("h1", "Already paid").await?;
        ensure!(shop.session(&paid).await?["status"] == "completed", "what is paid stays paid");
        ensure!(shop.events().await?.len() == 1, "one sale, one event");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_step_needs_no_mouse() -> Result<()> {
    journey("keyboard_card", View::WIDE, async |browser, shop| {
        open(browser, shop, json!({ "product_id": LIFETIME })).await?;
        browser.tab_to("#name").await?;
        browser.keys("Ada Lovelace").await?;
        browser.tab_to("#country").await?;
        browser.keys("Germany").await?;
        browser.tab_to("button[value=continue]").await?;
        browser.keys(Key::Enter).await?;
        browser.see("#cardHolderName").await?;
        browser.tab_to("#cardHolderName").await?;
        browser.keys("Ada Lovelace").await?;
        for (field, text) in
            [("#payment-numberInput", GOOD_CARDS[0]), ("#payment-expiryInput", "12/34"), ("#payment-cvcInput", "123")]
        {
            browser.tab_to(field).await?;
            browser.keys(text).await?;
        }
        browser.keys(Key::Enter).await?;
        browser.read("h1", "Payment received").await.map(drop)
    })
    .await
}

/// The front page showed a sale only when it was asked for again, and Reset forgot everything at one press.
#[tokio::test(flavor = "multi_thread")]
async fn the_front_page_follows_what_happens_and_asks_before_it_forgets() -> Result<()> {
    for view in [View::PHONE, View::WIDE.dark()] {
        journey("front-page", view, async |browser, shop| {
            browser.go(&shop.sandbox).await?;
            is_accessible(browser, "the sandbox's front page, empty").await?;
            let session = shop.ask_sandbox("v1/checkouts", json!({ "product_id": LIFETIME })).await?;
            let id = session["id"].as_str().context("an id")?;
            browser.read("#checkouts-list", "pending").await?;
            browser.press(&format!("[aria-label='Pay {id}']")).await?;
            browser.read("#checkouts-list", "completed").await?;
            browser.read("#events-list", "checkout.completed").await?;
            is_accessible(browser, "the sandbox's front page, after a sale").await?;
            browser.go(&shop.sandbox.join(&format!("sessions/{id}"))?).await?;
            browser.read(".timeline", "Paid").await?;
            is_accessible(browser, "the story of a sale").await?;
            browser.go(&shop.sandbox).await?;
            browser.press(".sure summary").await?;
            browser.press("[aria-label='Reset everything']").await?;
            browser.read("#checkouts-list", "Nobody has opened a checkout yet.").await.map(drop)
        })
        .await?;
    }
    Ok(())
}

/// A paid subscription's customer portal, opened.
async fn open_portal(browser: &Browser, shop: &Shop) -> Result<()> {
    let id = open(browser, shop, json!({ "product_id": PRO_MONTHLY })).await?;
    shop.ask_sandbox(&format!("_sandbox/checkouts/{id}/pay"), json!({})).await?;
    browser.go(shop.portal_of_latest_buyer().await?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_is_cancelled_and_kept_after_all_in_the_portal() -> Result<()> {
    journey("portal", View::PHONE, async |browser, shop| {
        open_portal(browser, shop).await?;
        browser.read(".plan[data-status=active]", "The next payment is on").await?;
        browser.read(".payments", "$15.00").await?;
        browser.press("button[value=cancel]").await?;
        browser.read(".plan[data-status=scheduled_cancel]", "Ends on").await?;
        let cancelled = shop.latest("subscription.scheduled_cancel").await?;
        ensure!(cancelled["status"] == "scheduled_cancel", "{cancelled}");
        browser.press("button[value=resume]").await?;
        browser.read(".plan[data-status=active]", "The next payment is on").await?;
        let kept = shop.latest("subscription.update").await?;
        ensure!(kept["status"] == "active" && kept["id"] == cancelled["id"], "{kept}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_portal_needs_no_mouse() -> Result<()> {
    journey("keyboard_portal", View::WIDE, async |browser, shop| {
        open_portal(browser, shop).await?;
        browser.tab_to("button[value=cancel]").await?;
        browser.keys(Key::Enter).await?;
        browser.see(".plan[data-status=scheduled_cancel]").await?;
        browser.tab_to("button[value=resume]").await?;
        browser.keys(Key::Space).await?;
        browser.see(".plan[data-status=active]").await?;
        shop.latest("subscription.update").await.map(drop)
    })
    .await
}
