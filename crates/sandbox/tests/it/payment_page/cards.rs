//! The payment page for programs: its second form, test data, test cards, and the script that embeds it.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

use super::page::{CARD, details, frame_of, has_control, thank};
use crate::shop::{LIFETIME, Shop, TEAM, page_path};

#[tokio::test]
async fn what_is_wrong_with_a_card_is_said_in_its_frame_and_the_page_waits() {
    let shop = Shop::new();
    let path = page_path(&shop.open(json!({ "product_id": LIFETIME })).await);
    shop.submit(&path, &details("DE")).await;
    let old = [("number", "4111"), ("expirationDate", "04/20"), ("cvv", "1")];
    let wrong = shop.submit(&frame_of(&path), &old).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for sentence in ["Fill in “Card number”.", "This date is in the past.", "Enter the 3 or 4 digits."] {
        assert!(wrong.text.contains(&sentence.replace('\'', "&#39;")) || wrong.text.contains(sentence), "{sentence}");
    }
    let early = shop.submit(&path, &[("action", "pay"), ("cardHolderName", "Ada")]).await;
    assert!(early.text.contains("Enter your card first."));
    let kept = shop.submit(&frame_of(&path), &CARD).await;
    let kept = shop.get(kept.location()).await;
    assert!(kept.text.contains("data-card=\"kept\"") && kept.text.contains("1111") && !kept.text.contains("4111"));
}

#[tokio::test]
async fn every_test_card_is_one_press_away_and_what_is_asked_is_filled_in_at_one_more() {
    let shop = Shop::new();
    let path = page_path(&shop.open(json!({ "product_id": TEAM })).await);
    for _ in 0..2 {
        shop.submit(&path, &[("action", "fill")]).await;
        shop.submit(&path, &[("action", "continue")]).await;
    }
    let page = shop.get(&path).await;
    assert!(has_control(&page, "cardHolderName") && page.text.contains("value=\"Ada Buyer\""), "{}", page.text);
    let frame = frame_of(&path);
    assert!(shop.get(&frame).await.text.contains("data-card=\"kept\""), "a card that pays is part of it");
    shop.submit(&frame, &[("action", "another")]).await;
    let cards = shop.get(&frame).await;
    let numbers: Vec<&str> =
        cards.text.split("value=\"card-").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(numbers.len(), 9);
    for number in numbers {
        let kept = shop.submit(&frame, &[("action", &format!("card-{number}"))]).await;
        assert!(shop.get(kept.location()).await.text.contains(&number[number.len() - 4..]), "{number}");
        shop.submit(&frame, &[("action", "another")]).await;
    }
    shop.submit(&frame, &[("action", "card-4507990000000010")]).await;
    let declined = shop.submit(&path, &[("action", "pay"), ("cardHolderName", "Ada Buyer")]).await;
    assert!(declined.text.contains("insufficient funds"));
}

/// One of Creem's payment providers asks everything at once; programs for its page found no card on the first one here.
#[tokio::test]
async fn a_switch_asks_everything_at_once() {
    let shop = Shop::new();
    let begun = page_path(&shop.open(json!({ "product_id": LIFETIME })).await);
    shop.submit(&begun, &details("DE")).await;
    shop.control("switches", json!({ "payment_page": "single" })).await;
    let body = json!({ "product_id": LIFETIME, "success_url": "https://shop.example/", "customer": { "email": "a@b.example" } });
    let path = page_path(&shop.open(body).await);
    let page = shop.get(&path).await;
    assert!(page.text.contains("title=\"Secure payment input frame\" src=") && page.text.contains(">Pay</button>"));
    assert!(page.text.contains("<option value=\"US\" selected>") && !has_control(&page, "cardHolderName"));
    let frame = shop.get(&frame_of(&path)).await;
    for label in ["Card number", "Expiration date (MM/YY)", "Security code"] {
        assert!(frame.text.contains(&format!(">{label}</label>")), "{label}");
    }
    let early = shop.submit(&path, &[("action", "pay"), ("country", "US")]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    shop.submit(&frame_of(&path), &CARD).await;
    let paid = shop.submit(&path, &[("action", "pay"), ("name", "Ada"), ("country", "US")]).await;
    assert!(thank(&shop, &paid).await.text.contains("Payment received"));
    shop.submit(&frame_of(&begun), &CARD).await;
    let paid = shop.submit(&begun, &[("action", "pay")]).await;
    assert!(thank(&shop, &paid).await.text.contains("Payment received"), "also where the buyer was at the card");
}

/// Within a merchant's page the payment page led on by itself, into its own frame, where the shop need not be shown.
#[tokio::test]
async fn within_another_page_the_other_page_leads_on() {
    let shop = Shop::new();
    let checkout = shop.open(json!({ "product_id": LIFETIME, "success_url": "https://shop.example/" })).await;
    shop.pay(&checkout).await;
    let done = format!("{}/done", page_path(&checkout));
    for (place, leads_on) in [("document", true), ("iframe", false)] {
        let request = Request::builder().uri(&done).header("sec-fetch-dest", place).body(Body::empty());
        let page = shop.send(request.expect("a request")).await.text;
        assert_eq!(page.contains("http-equiv=\"refresh\""), leads_on, "{place}");
        assert_eq!(page.contains("target=\"_top\""), !leads_on, "{place}");
        assert!(page.contains("data-redirect-url=\"https://shop.example/"), "told to the other page");
    }
}

#[tokio::test]
async fn the_script_that_embeds_checkouts_is_served_as_at_creem() {
    let script = Shop::new().get("/embed.js").await;
    assert_eq!(script.headers[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
    for word in
        ["openCheckout", "mount", "close", "data-creem-checkout", "creemUrl", "onReady", "onComplete", "onClose"]
    {
        assert!(script.text.contains(word), "{word}");
    }
}
