//! What the payment page says about the payments after the first one.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::page::between;
use crate::shop::{LIFETIME, MONTHLY, Shop, id, page_path};

/// The page's price, and each line of what is charged later, without markup.
async fn told(shop: &Shop, body: Value) -> (String, Vec<String>) {
    let page = shop.get(&page_path(&shop.open(body).await)).await;
    let bare = |html: &str| {
        let parts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
        parts.collect::<String>().trim().to_owned()
    };
    let lines = between(&page.text, "<ul class=\"later\"", "</ul>").split("<li").skip(1);
    (bare(between(&page.text, "<p class=\"price\">", "</p>")), lines.map(|line| bare(&format!("<li{line}"))).collect())
}

/// With a trial and a code the page said the reduced price for every payment to come, and "at first" for some months.
#[tokio::test]
async fn what_is_charged_later_is_said_with_its_dates() {
    let shop = Shop::new();
    shop.control("clock", json!({ "set": "2026-12-31T10:00:00Z", "freeze": true })).await;
    for (code, duration, months) in [("ONE", "once", None), ("THREE", "repeating", Some(3)), ("ALL", "forever", None)] {
        let mut body = json!({ "name": code, "code": code, "type": "percentage", "percentage": 50, "duration": duration,
            "applies_to_products": [] });
        if let Some(months) = months {
            body["duration_in_months"] = json!(months);
        }
        assert_eq!(shop.call("POST", "/v1/discounts", body).await.status, StatusCode::OK);
    }
    let trial = json!({ "name": "Try", "description": "d", "price": 900, "currency": "USD", "billing_type": "recurring",
        "billing_period": "every-month", "trial_period_days": 7, "trial_price": 100 });
    let trial = id(&shop.call("POST", "/v1/products", trial).await.json()).to_owned();
    for (product, code, price, later) in [
        (MONTHLY, None, "$15.00 per month", vec!["then $15.00 per month from 2027-01-31"]),
        (MONTHLY, Some("ONE"), "$7.50 today", vec!["then $15.00 per month from 2027-01-31"]),
        (MONTHLY, Some("ALL"), "$7.50 per month", vec!["then $7.50 per month from 2027-01-31"]),
        (
            MONTHLY,
            Some("THREE"),
            "$7.50 per month",
            vec!["then $7.50 per month, 2 times from 2027-01-31", "then $15.00 per month from 2027-03-31"],
        ),
        (&trial, None, "$1.00 for 7 days", vec!["then $9.00 per month from 2027-01-07"]),
        (
            &trial,
            Some("ONE"),
            "$1.00 for 7 days",
            vec!["then $4.50 once, on 2027-01-07", "then $9.00 per month from 2027-02-07"],
        ),
        (
            &trial,
            Some("THREE"),
            "$1.00 for 7 days",
            vec!["then $4.50 per month, 3 times from 2027-01-07", "then $9.00 per month from 2027-04-07"],
        ),
    ] {
        let mut body = json!({ "product_id": product });
        if let Some(code) = code {
            body["discount_code"] = json!(code);
        }
        let (said, lines) = told(&shop, body).await;
        assert_eq!((said.as_str(), lines), (price, later.into_iter().map(str::to_owned).collect()), "{code:?}");
    }
    let once = shop.get(&page_path(&shop.open(json!({ "product_id": LIFETIME })).await)).await;
    assert!(!once.text.contains("class=\"later\""), "nothing follows");
}
