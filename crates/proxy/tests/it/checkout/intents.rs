//! Signed intents: what the merchant fixed stays fixed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::shop::{LIFETIME, MONTHLY, Shop, Webhooks};

pub(crate) const SECRET: &str = "an-intent-secret-of-tests";

/// An intent as any JWT library makes one; lives for an hour.
pub(crate) fn intent(mut claims: Value) -> String {
    let now = jiff::Timestamp::now().as_second();
    claims["iat"] = now.into();
    claims["exp"] = (now + 3600).into();
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&json!({"alg": "HS256", "typ": "JWT"})), part(&claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

pub(crate) async fn shop(required: bool) -> Shop {
    Shop::open_with(Webhooks::GetLost, |config| {
        config.intent_secret = Some(SECRET.into());
        config.require_intent = required;
    })
    .await
}

#[tokio::test]
async fn what_the_merchant_fixed_reaches_creem_whatever_the_buyer_leaves_out() {
    let shop = shop(true).await;
    let field =
        json!({"type": "text", "key": "company", "label": "Company", "optional": true, "text": {"max_length": 80}});
    let token = intent(json!({
        "product_id": LIFETIME, "request_id": "order_1", "units": 2, "metadata": {"plan": "pro"},
        "customer": {"email": "ada@example.com"}, "custom_fields": [field], "affiliate_code": sandbox::AFFILIATE_CODE
    }));
    shop.create(&json!({"intent": token, "discount_code": "SAVE25"})).await;
    let creation = &shop.creations().await[0];
    assert_eq!((&creation["product_id"], &creation["units"]), (&json!(LIFETIME), &json!(2)));
    assert_eq!((&creation["request_id"], &creation["metadata"]), (&json!("order_1"), &json!({"plan": "pro"})));
    assert_eq!(
        (&creation["customer"]["email"], &creation["discount_code"]),
        (&json!("ada@example.com"), &json!("SAVE25"))
    );
    assert_eq!(creation["custom_fields"], json!([field]));
    assert_eq!(creation["affiliate_code"], sandbox::AFFILIATE_CODE);
}

#[tokio::test]
async fn a_buyer_who_changes_it_is_refused_and_nothing_is_asked_of_creem() {
    let shop = shop(false).await;
    let token =
        intent(json!({"product_id": MONTHLY, "units": 1, "metadata": {"plan": "pro"}, "affiliate_code": "PARTNER"}));
    let cases = [
        (json!({"intent": token, "product_id": LIFETIME}), "intent_mismatch", "product_id"),
        (json!({"intent": token, "units": 9}), "intent_mismatch", "units"),
        (json!({"intent": token, "metadata": {"plan": "max"}}), "intent_mismatch", "metadata"),
        (json!({"intent": token, "affiliate_code": "mine"}), "intent_mismatch", "affiliate_code"),
        (json!({"intent": format!("{token}A"), "product_id": MONTHLY}), "intent_invalid", "intent"),
        (json!({"intent": "a.b.c", "product_id": MONTHLY}), "intent_invalid", "intent"),
    ];
    for (body, code, field) in cases {
        let answer = shop.post_json("/api/checkouts", &body, &[]).await;
        assert_eq!(answer.refusal(), (code.to_owned(), field.to_owned()), "{body}");
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
    let requests = shop.control(reqwest::Method::GET, "/_sandbox/requests", Value::Null).await;
    assert_eq!(requests, json!([]), "not one call upstream");
}

#[tokio::test]
async fn a_shop_that_wants_intents_takes_nothing_else() {
    let shop = shop(true).await;
    let answer = shop.post_json("/api/checkouts", &json!({"product_id": LIFETIME}), &[]).await;
    assert_eq!(answer.refusal(), ("intent_required".to_owned(), "intent".to_owned()));
    let form = shop.post_form(&format!("product_id={LIFETIME}")).await;
    assert_eq!(form.status, StatusCode::BAD_REQUEST);
    assert!(form.text.contains("This link is no longer valid."), "{}", form.text);
}

#[tokio::test]
async fn the_page_shows_what_is_fixed_and_its_form_sells_it() {
    let shop = shop(true).await;
    let token =
        intent(json!({"product_id": MONTHLY, "customer": {"email": "ada@example.com"}, "request_id": "order_7"}));
    let page = shop.get(&format!("/?intent={token}&email=eve%40example.com&request_id=order_8")).await.text;
    assert!(page.contains(r#"required readonly"#) && page.contains(r#"value="ada@example.com""#), "{page}");
    assert!(page.contains(&format!(r#"<input type="hidden" name="intent" value="{token}">"#)), "{page}");
    assert!(page.contains(MONTHLY) && !page.contains(LIFETIME), "only what is fixed can be chosen");
    assert!(page.contains(r#""locked":["#) && !page.contains("order_8"), "{page}");
    let fields = format!("product_id={MONTHLY}&units=&discount_code=&email=ada%40example.com&intent={token}");
    assert_eq!(shop.post_form(&fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(shop.creations().await[0]["request_id"], "order_7");
    let wrong = shop.post_form(&format!("{fields}&request_id=order_8")).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}
