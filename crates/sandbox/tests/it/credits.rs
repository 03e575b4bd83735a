//! Customer credits: accounts, what moves them, what undoes it, and what is told of it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::shop::{Shop, id};

const ACCOUNTS: &str = "/v1/customer-credits/accounts";

async fn customer(shop: &Shop, email: &str) -> String {
    let body = json!({ "email": email, "name": "Ada" });
    id(&shop.call("POST", "/v1/customers", body).await.json()).to_owned()
}

/// Makes something and gives it; the status of these calls says that it was made.
async fn made(shop: &Shop, path: &str, body: Value) -> Value {
    let reply = shop.call("POST", path, body).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{path}: {}", reply.text);
    reply.json()
}

async fn account(shop: &Shop) -> Value {
    let body = json!({ "customer_id": customer(shop, "ada@example.com").await, "initial_balance": "300" });
    made(shop, ACCOUNTS, body).await
}

async fn balance(shop: &Shop, account: &Value) -> Value {
    shop.get(&format!("{ACCOUNTS}/{}/balance", id(account))).await.json()["balance"].clone()
}

fn movement(amount: &str, key: &str) -> Value {
    json!({ "amount": amount, "reference": format!("ref_{key}"), "idempotency_key": key })
}

/// A refusal of its own form: with a code, and nothing of the other errors' form.
async fn refused(shop: &Shop, path: &str, body: Value, status: u16, code: &str) {
    let reply = shop.call("POST", path, body).await;
    assert_eq!(reply.status.as_u16(), status, "{path}: {}", reply.text);
    let error = &reply.json()["error"];
    assert_eq!((&error["code"], &error["type"]), (&json!(code), &json!("invalid_request_error")), "{path}");
    assert!(error["request_id"].as_str().is_some_and(|id| id.starts_with("req_")), "{error}");
}

async fn told(shop: &Shop) -> Vec<Value> {
    let events: Vec<Value> = serde_json::from_value(shop.get("/_sandbox/events").await.json()).expect("a list");
    let short = |event: &Value| {
        let object = &event["body"]["object"];
        json!([event["eventType"], object["amount_minor_units"], object["balance_after_minor_units"]])
    };
    events.iter().map(short).collect()
}

#[tokio::test]
async fn credits_are_granted_and_used_as_text_and_told_of() {
    let shop = Shop::new();
    let account = account(&shop).await;
    assert_eq!(
        (&account["name"], &account["unit_label"], &account["status"]),
        (&json!("default"), &json!("credits"), &json!("active"))
    );
    let path = format!("{ACCOUNTS}/{}", id(&account));
    let credited = made(&shop, &format!("{path}/credit"), movement("90000000000000000000", "a")).await;
    assert_eq!((&credited["reference"], &credited["idempotency_key"]), (&json!("ref_a"), &json!("a")));
    let entries = credited["entries"].as_array().expect("a list");
    assert_eq!(entries.len(), 2, "what one account gets, another gives");
    assert_eq!((&entries[0]["account_id"], &entries[0]["side"]), (&account["id"], &json!("credit")));
    made(&shop, &format!("{path}/debit"), movement("1", "b")).await;
    assert_eq!(balance(&shop, &account).await, "90000000000000000299", "larger than the numbers of JSON");
    assert_eq!(
        told(&shop).await,
        [
            json!(["credits.granted", "300", "300"]),
            json!(["credits.granted", "90000000000000000000", "90000000000000000300"]),
            json!(["credits.consumed", "1", "90000000000000000299"]),
        ]
    );
    let found = shop.get("/v1/customer-credits/transactions?reference=ref_a").await.json();
    assert_eq!(found, json!({ "object": "list", "data": [credited], "has_more": false }));
    assert_eq!(shop.get(&format!("/v1/customer-credits/transactions/{}", id(&credited))).await.json(), credited);
}

#[tokio::test]
async fn more_than_there_is_cannot_be_used_unless_it_is_bought_anew() {
    let shop = Shop::new();
    let account = account(&shop).await;
    let debit = format!("{ACCOUNTS}/{}/debit", id(&account));
    refused(&shop, &debit, movement("301", "a"), 422, "insufficient_balance").await;
    assert_eq!(balance(&shop, &account).await, "300");
    assert_eq!(told(&shop).await.len(), 1, "a refusal tells nothing");
    let customer = account["customer_id"].as_str().expect("an id");
    shop.control(&format!("customers/{customer}/credits"), json!({ "auto_recharge": 500 })).await;
    made(&shop, &debit, movement("301", "a")).await;
    assert_eq!(balance(&shop, &account).await, "499");
    let kinds: Vec<Value> = told(&shop).await.iter().map(|told| told[0].clone()).collect();
    assert_eq!(kinds[1..], [json!("credits.auto_recharged"), json!("credits.granted"), json!("credits.consumed")]);
}

#[tokio::test]
async fn the_same_key_stands_for_the_same_transaction() {
    let shop = Shop::new();
    let account = account(&shop).await;
    let credit = format!("{ACCOUNTS}/{}/credit", id(&account));
    let first = made(&shop, &credit, movement("5", "key")).await;
    assert_eq!(made(&shop, &credit, movement("5", "key")).await, first);
    refused(&shop, &credit, movement("6", "key"), 409, "idempotency_key_reused").await;
    assert_eq!(balance(&shop, &account).await, "305");
    assert_eq!(told(&shop).await.len(), 2, "told once");
}

#[tokio::test]
async fn an_account_that_is_frozen_rests_and_one_that_is_closed_is_over() {
    let shop = Shop::new();
    let account = account(&shop).await;
    let path = format!("{ACCOUNTS}/{}", id(&account));
    let turn = async |what: &str| shop.call("POST", &format!("{path}/{what}"), Value::Null).await;
    refused(&shop, &format!("{path}/unfreeze"), Value::Null, 409, "account_not_frozen").await;
    assert_eq!(turn("freeze").await.json()["status"], "frozen");
    refused(&shop, &format!("{path}/freeze"), Value::Null, 409, "account_frozen").await;
    for what in ["credit", "debit"] {
        refused(&shop, &format!("{path}/{what}"), movement("1", what), 409, "account_frozen").await;
    }
    assert_eq!(turn("unfreeze").await.json()["status"], "active");
    made(&shop, &format!("{path}/credit"), movement("1", "again")).await;
    assert_eq!(turn("close").await.json()["status"], "closed");
    for what in ["close", "freeze", "unfreeze"] {
        refused(&shop, &format!("{path}/{what}"), Value::Null, 409, "account_closed").await;
    }
    refused(&shop, &format!("{path}/debit"), movement("1", "late"), 409, "account_closed").await;
    let unknown = shop.call("POST", &format!("{ACCOUNTS}/cca_none/freeze"), Value::Null).await;
    assert_eq!((unknown.status, unknown.messages()), (StatusCode::NOT_FOUND, vec!["Account not found".to_owned()]));
}

#[tokio::test]
async fn what_is_undone_stays_in_the_books_and_tells_nothing() {
    let shop = Shop::new();
    let account = account(&shop).await;
    let path = format!("{ACCOUNTS}/{}", id(&account));
    let credited = made(&shop, &format!("{path}/credit"), movement("100", "a")).await;
    made(&shop, &format!("{path}/debit"), movement("350", "b")).await;
    let before = told(&shop).await.len();
    let body = json!({ "transaction_id": credited["id"] });
    let undone = made(&shop, &format!("{path}/reverse"), body.clone()).await;
    assert_eq!(undone["reversal_of"], credited["id"]);
    assert_eq!(balance(&shop, &account).await, "-50", "the credits were used meanwhile");
    assert_eq!(told(&shop).await.len(), before);
    refused(&shop, &format!("{path}/reverse"), body, 409, "transaction_already_reversed").await;
    let by_id = format!("/v1/customer-credits/transactions/{}/reverse", id(&undone));
    assert_eq!(made(&shop, &by_id, Value::Null).await["reversal_of"], undone["id"]);
    let other = made(&shop, ACCOUNTS, json!({ "customer_id": account["customer_id"], "name": "images" })).await;
    let elsewhere = format!("{ACCOUNTS}/{}/reverse", id(&other));
    let reply = shop.call("POST", &elsewhere, json!({ "transaction_id": credited["id"] })).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND, "of another account");
}

#[tokio::test]
async fn entries_between_accounts_balance_or_are_refused_as_a_whole() {
    let shop = Shop::new();
    let one = account(&shop).await;
    let other =
        made(&shop, ACCOUNTS, json!({ "customer_id": one["customer_id"], "name": "images", "unit_label": "images" }))
            .await;
    let path = "/v1/customer-credits/transactions";
    let entries = |debit: &str, credit: &str| {
        json!([
            { "account_id": one["id"], "side": "debit", "amount": debit },
            { "account_id": other["id"], "side": "credit", "amount": credit },
        ])
    };
    let body = |entries: Value, key: &str| json!({ "reference": "move", "idempotency_key": key, "entries": entries });
    refused(&shop, path, body(entries("5", "6"), "a"), 422, "unbalanced_transaction").await;
    refused(&shop, path, body(entries("301", "301"), "b"), 422, "insufficient_balance").await;
    made(&shop, path, body(entries("100", "100"), "c")).await;
    assert_eq!((balance(&shop, &one).await, balance(&shop, &other).await), (json!("200"), json!("100")));
    let one_sided = shop.call("POST", path, body(json!([entries("1", "1")[0]]), "d")).await;
    assert_eq!(one_sided.messages(), ["entries must contain at least 2 elements"]);
    let wrong = json!([{ "account_id": 1, "side": "left", "amount": 5, "memo": "" }, { "account_id": "a", "side": "debit", "amount": "0" }]);
    assert_eq!(
        shop.call("POST", path, body(wrong, "e")).await.messages(),
        [
            "entries.0.property memo should not exist",
            "entries.0.account_id must be a string",
            "entries.0.side must be a valid enum value",
            "entries.0.amount must be a string",
            "entries.1.amount must be a whole number of at least 1, as a string",
        ]
    );
}

#[tokio::test]
async fn accounts_and_entries_are_listed_from_where_one_was_and_balances_are_known_of_any_instant() {
    let shop = Shop::new();
    shop.control("clock", json!({ "set": "2026-12-01T00:00:00Z", "freeze": true })).await;
    let first = account(&shop).await;
    let eve = customer(&shop, "eve@example.com").await;
    let second = made(&shop, ACCOUNTS, json!({ "customer_id": eve })).await;
    let list = shop.get(&format!("{ACCOUNTS}?limit=1")).await.json();
    assert_eq!((id(&list["data"][0]), &list["has_more"]), (id(&second), &json!(true)), "newest first");
    let rest = shop.get(&format!("{ACCOUNTS}?limit=1&starting_after={}", id(&second))).await.json();
    assert_eq!((id(&rest["data"][0]), &rest["has_more"]), (id(&first), &json!(false)));
    let back = shop.get(&format!("{ACCOUNTS}?ending_before={}", id(&first))).await.json();
    assert_eq!((id(&back["data"][0]), &back["has_more"]), (id(&second), &json!(false)));
    let own = shop.get(&format!("{ACCOUNTS}?customer_id={eve}")).await.json();
    assert_eq!(own["data"].as_array().map(Vec::len), Some(1));
    let lost = shop.get(&format!("{ACCOUNTS}?starting_after=cca_none")).await;
    assert_eq!(lost.messages(), ["starting_after must be the id of an item of this list"]);

    shop.control("clock", json!({ "advance_seconds": 3600 })).await;
    let path = format!("{ACCOUNTS}/{}", id(&first));
    made(&shop, &format!("{path}/debit"), movement("40", "a")).await;
    let entries = shop.get(&format!("{path}/entries")).await.json();
    let sides: Vec<Value> = entries["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| json!([entry["side"], entry["amount"]]))
        .collect();
    assert_eq!(sides, [json!(["debit", "40"]), json!(["credit", "300"])]);
    let then = shop.get(&format!("{path}/balance?at=2026-12-01T00:30:00Z")).await.json();
    assert_eq!(then, json!({ "balance": "300", "as_of": "2026-12-01T00:30:00.000Z" }));
    let now = shop.get(&format!("{path}/balance")).await.json();
    assert_eq!(now, json!({ "balance": "260", "updated_at": "2026-12-01T01:00:00.000Z" }));
}

#[tokio::test]
async fn an_account_is_opened_once_for_a_customer_there_is() {
    let shop = Shop::new();
    let account = account(&shop).await;
    let twin = shop.call("POST", ACCOUNTS, json!({ "customer_id": account["customer_id"], "name": "default" })).await;
    assert_eq!(twin.messages(), ["A resource with this identifier already exists"]);
    let nobody = shop.call("POST", ACCOUNTS, json!({ "customer_id": "cust_none" })).await;
    assert_eq!((nobody.status, nobody.messages()), (StatusCode::NOT_FOUND, vec!["Customer not found".to_owned()]));
    let number =
        shop.call("POST", ACCOUNTS, json!({ "customer_id": account["customer_id"], "initial_balance": 5 })).await;
    assert_eq!(number.messages(), ["initial_balance must be a string"]);
}

/// Credits that came with a product were accepted and never granted.
#[tokio::test]
async fn what_comes_with_a_product_is_granted_with_each_payment() {
    let shop = Shop::new();
    let grant = |amount: &str, more: Value| {
        let mut credits = json!({ "amount": amount });
        credits.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        json!({ "type": "customerCredits", "description": "Credits", "customer_credits": credits })
    };
    let images = grant("50", json!({ "bucket_name": "images", "unit_label": "images" }));
    let plan = json!({ "name": "Plan", "description": "d", "price": 900, "currency": "USD", "billing_type": "recurring",
        "billing_period": "every-month", "features": [grant("10", json!({})), images] });
    let plan = shop.call("POST", "/v1/products", plan).await.json();
    assert_eq!(
        plan["features"][1]["customer_credits"],
        json!({ "amount": "50", "unit_label": "images", "bucket_name": "images" })
    );
    let body = json!({ "product_id": plan["id"], "units": 2, "success_url": "https://shop.example/" });
    shop.pay(&shop.open(body).await).await;
    shop.control("clock", json!({ "advance_seconds": 32 * 86_400 })).await;
    let amounts = |told: Vec<Value>| {
        told.into_iter().filter(|told| told[0] == "credits.granted").map(|told| told[2].clone()).collect::<Vec<_>>()
    };
    assert_eq!(amounts(told(&shop).await), [json!("20"), json!("100"), json!("40"), json!("200")]);
    let accounts = shop.get(ACCOUNTS).await.json();
    let names: Vec<&Value> =
        accounts["data"].as_array().expect("a list").iter().map(|account| &account["name"]).collect();
    assert_eq!(names, ["images", "default"]);

    let path = format!("/v1/products/{}", id(&plan));
    let mut kept = grant("60", json!({}));
    kept["id"] = plan["features"][1]["id"].clone();
    let changed = shop.call("PATCH", &path, json!({ "features": [kept] })).await.json();
    let features = changed["features"].as_array().expect("a list");
    assert_eq!((features.len(), &features[0]["id"]), (1, &kept["id"]));
    assert_eq!(
        features[0]["customer_credits"],
        json!({ "amount": "60", "bucket_name": "images" }),
        "left out, the account stays"
    );
    kept["customer_credits"]["bucket_name"] = Value::Null;
    let cleared = shop.call("PATCH", &path, json!({ "features": [kept] })).await.json();
    assert_eq!(cleared["features"][0]["customer_credits"], json!({ "amount": "60" }));
    let untouched = shop.call("PATCH", &path, json!({ "features": null })).await.json();
    assert_eq!(untouched["features"], cleared["features"]);
    let mut wrong = grant("0", json!({ "bucket_name": " " }));
    wrong["type"] = json!("licenseKey");
    wrong["id"] = json!("feat_none");
    assert_eq!(
        shop.call("PATCH", &path, json!({ "features": [wrong] })).await.messages(),
        [
            "features.0.id must be the id of a credit feature of this product",
            "features.0.type must be a valid enum value",
            "features.0.customer_credits.amount must be a whole number of at least 1, as a string",
            "features.0.customer_credits.bucket_name must not be blank",
        ]
    );
}
