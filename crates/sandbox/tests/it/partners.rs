//! Splits, affiliates and moderation.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::shop::{LIFETIME, MONTHLY, Shop, id};

async fn split(shop: &Shop, recipients: Value) -> crate::shop::Reply {
    shop.call("POST", "/v1/splits", json!({ "type": "product", "type_reference": LIFETIME, "recipients": recipients }))
        .await
}

#[tokio::test]
async fn a_split_keeps_who_shares_and_never_tells_an_invited_address() {
    let shop = Shop::new();
    let store = json!({ "recipient_type": "store", "recipient_reference": "sto_other", "amount": 25 });
    let invited = json!({ "recipient_type": "email", "recipient_reference": "ada@example.com", "amount": 10.5 });
    let made = split(&shop, json!([store, invited])).await.json();
    assert_eq!(json!([made["object"], made["enabled"], made["type_reference"]]), json!(["split", false, LIFETIME]));
    assert_eq!(made["recipients"][0]["recipient_reference"], "sto_other");
    let second = &made["recipients"][1];
    assert_eq!(
        json!([second["recipient_reference"], second["enabled"], second["invite_status"]]),
        json!(["a***@example.com", false, "pending"])
    );
    let ready = split(&shop, json!([store])).await.json();
    assert_eq!(ready["enabled"], true, "nobody has yet to accept");
    assert_eq!(shop.get("/v1/splits").await.json()["pagination"]["total_records"], 2);
    let path = format!("/v1/splits/{}", id(&made));
    assert_eq!(shop.get(&path).await.json(), made);
    assert_eq!(shop.call("DELETE", &path, Value::Null).await.json()["id"], made["id"]);
    assert_eq!(shop.get(&path).await.messages(), ["Split not found"]);
    assert_eq!(shop.get("/v1/splits").await.json()["pagination"]["total_records"], 1);
}

#[tokio::test]
async fn a_split_that_gives_away_too_much_or_to_nobody_is_refused() {
    let shop = Shop::new();
    let to = |amount: Value| json!({ "recipient_type": "store", "recipient_reference": "sto_other", "amount": amount });
    for (recipients, message) in [
        (json!([]), "recipients must contain at least 1 elements"),
        (json!([to(json!(60)), to(json!(41))]), "recipients must not have more than 100 percent in all"),
        (json!(vec![to(json!(1)); 11]), "recipients must contain no more than 10 elements"),
        (json!([to(json!(0.5))]), "recipients.0.amount must be a number from 1 to 100"),
        (
            json!([{ "recipient_type": "email", "recipient_reference": "ada", "amount": 1 }]),
            "recipients.0.recipient_reference must be an email",
        ),
        (
            json!([{ "recipient_type": "user", "recipient_reference": "u", "amount": 1 }]),
            "recipients.0.recipient_type must be a valid enum value",
        ),
    ] {
        let refused = split(&shop, recipients).await;
        assert_eq!((refused.status, refused.messages()), (StatusCode::BAD_REQUEST, vec![message.to_owned()]));
    }
    let unknown = json!({ "type": "product", "type_reference": "prod_none", "recipients": [to(json!(5))] });
    assert_eq!(shop.call("POST", "/v1/splits", unknown).await.messages(), ["Product not found"]);
    let foreign = json!({ "type": "store", "type_reference": "sto_other", "recipients": [to(json!(5))] });
    assert_eq!(shop.call("POST", "/v1/splits", foreign).await.messages(), ["Store not found"]);
}

#[tokio::test]
async fn an_affiliate_earns_of_each_payment_of_the_buyers_they_brought() {
    let shop = Shop::new();
    let body = json!({ "product_id": MONTHLY, "affiliate_code": sandbox::AFFILIATE_CODE, "success_url": "https://shop.example/" });
    let checkout = shop.open(body).await;
    shop.pay(&checkout).await;
    shop.pay(&shop.open(json!({ "product_id": LIFETIME, "success_url": "https://shop.example/" })).await).await;
    shop.control("clock", json!({ "advance_seconds": 32 * 86_400 })).await;
    let affiliate = shop.get("/v1/affiliates").await.json()["items"][0].clone();
    assert_eq!(
        json!([affiliate["referral_code"], affiliate["conversions"], affiliate["earnings"], affiliate["currency"]]),
        json!(["PARTNER", 2, 600, "USD"])
    );
    assert_eq!(shop.get(&format!("/v1/affiliates/{}", id(&affiliate))).await.json(), affiliate);
    let path = format!("/v1/affiliates/{}/commissions", id(&affiliate));
    let commissions = shop.get(&format!("{path}?status=pending")).await.json();
    assert_eq!(commissions["items"][0]["amount"], 300);
    let paid = shop.get(&format!("/v1/checkouts?checkout_id={}", id(&checkout))).await.json();
    assert_eq!(paid["order"]["affiliate"], affiliate["id"]);
    assert_eq!(commissions["items"][0]["sale"], paid["order"]["transaction"]);
    assert_eq!(shop.get(&format!("{path}?status=paid")).await.json()["items"], json!([]));
    assert_eq!(shop.get(&format!("{path}?status=lost")).await.messages(), ["status must be a valid enum value"]);
    let unknown = json!({ "product_id": MONTHLY, "affiliate_code": "NOBODY" });
    let refused = shop.call("POST", "/v1/checkouts", unknown).await;
    assert_eq!(refused.messages(), ["affiliate_code is not an active affiliate of this store"]);
}

#[tokio::test]
async fn an_invitation_is_sent_once() {
    let shop = Shop::new();
    let body = json!({ "email": "ada@example.com", "name": "Ada" });
    let invite = shop.call("POST", "/v1/affiliates/invites", body.clone()).await.json();
    assert_eq!(json!([invite["status"], invite["email"]]), json!(["pending", "ada@example.com"]));
    let again = shop.call("POST", "/v1/affiliates/invites", body).await;
    assert_eq!(again.messages(), ["A resource with this identifier already exists"]);
    assert_eq!(shop.get("/v1/affiliates/invites").await.json()["items"], json!([invite]));
    let nobody = shop.call("POST", "/v1/affiliates/invites", json!({ "email": "ada" })).await;
    assert_eq!(nobody.messages(), ["email must be an email", "name must be a string"]);
    assert_eq!(shop.get("/v1/affiliates/aff_none").await.messages(), ["Affiliate not found"]);
}

#[tokio::test]
async fn a_prompt_says_itself_what_is_to_be_thought_of_it() {
    let shop = Shop::new();
    for (prompt, decision) in
        [("A quiet library", "allow"), ("DENY this", "deny"), ("please FLAG: it", "flag"), ("DENYING", "allow")]
    {
        let body = json!({ "prompt": prompt, "external_id": "x" });
        let screened = shop.call("POST", "/v1/moderation/prompt", body).await.json();
        assert_eq!(
            json!([screened["decision"], screened["prompt"], screened["external_id"], screened["usage"]]),
            json!([decision, prompt, "x", { "units": 1 }])
        );
    }
    let bare = shop.call("POST", "/v1/moderation/prompt", json!({ "text": "a" })).await;
    assert_eq!(bare.messages(), ["property text should not exist", "prompt must be a string"]);
}
