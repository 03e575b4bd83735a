//! The terms: what the page says of them, and that a shop that asks for a tick sells to nobody without.

use proxy::{Config, ConsentKind};
use reqwest::StatusCode;
use serde_json::json;

use crate::shop::{LIFETIME, Shop, Webhooks};

fn asking(kind: ConsentKind) -> impl FnOnce(&mut Config) {
    move |config| {
        config.page.shop.consent = kind;
        config.page.shop.terms = "https://acme.example/terms".parse().ok();
    }
}

#[tokio::test]
async fn without_the_tick_nothing_is_opened_and_with_it_its_time_travels() {
    let shop = Shop::open_with(Webhooks::GetLost, asking(ConsentKind::Required)).await;
    let page = shop.get(&format!("/?product={LIFETIME}")).await.text;
    assert!(page.contains(r#"name="consent""#) && page.contains(r#"href="https://acme.example/terms""#), "{page}");

    let form = format!("product_id={LIFETIME}&email=ada%40example.com");
    let refused = shop.post_form(&form).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "without scripts");
    assert!(refused.text.contains("Tick this box to continue."), "{}", refused.text);
    let body = json!({ "product_id": LIFETIME });
    let refused = shop.post_json("/api/checkouts", &body, &[]).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]["code"]),
        (StatusCode::BAD_REQUEST, &json!("consent_required"))
    );
    assert!(shop.creations().await.is_empty());

    let sold = shop.post_form(&format!("{form}&consent=true&metadata%5Bplan%5D=pro")).await;
    assert_eq!(sold.status, StatusCode::SEE_OTHER, "{}", sold.text);
    let body = json!({ "product_id": LIFETIME, "consent": true });
    assert_eq!(shop.post_json("/api/checkouts", &body, &[]).await.status, StatusCode::CREATED);
    let creations = shop.creations().await;
    assert_eq!((creations.len(), &creations[0]["metadata"]["plan"]), (2, &json!("pro")));
    for creation in &creations {
        let time = creation["metadata"]["consent"].as_str().expect("a time");
        assert!(time.parse::<jiff::Timestamp>().is_ok(), "{time}");
    }
}

#[tokio::test]
async fn a_notice_is_said_and_asks_for_nothing() {
    let shop = Shop::open_with(Webhooks::GetLost, asking(ConsentKind::Notice)).await;
    let page = shop.get("/").await.text;
    assert!(page.contains("By continuing, you agree to:") && !page.contains(r#"name="consent""#), "{page}");
    let sold = shop.post_form(&format!("product_id={LIFETIME}&email=ada%40example.com")).await;
    assert_eq!(sold.status, StatusCode::SEE_OTHER);
    assert!(!Shop::open().await.get("/").await.text.contains("agree to"));
}

#[tokio::test]
async fn a_shop_without_codes_asks_for_none_and_takes_the_one_of_a_link() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.page.shop.no_codes = true).await;
    assert!(!shop.get("/").await.text.contains("discount_code\""));
    assert!(shop.get("/?discount_code=SAVE25").await.text.contains(r#"value="SAVE25""#));
}
