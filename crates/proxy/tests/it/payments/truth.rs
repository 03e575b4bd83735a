//! What is told of payments: of the session that was asked for, and from whatever Creem says, however it says it.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::hooks;
use super::merchant::{self, TOKEN};
use crate::checkout::intents::{SECRET, intent};
use crate::shop::{Answer, LIFETIME, MONTHLY, Shop, Webhooks};

async fn shop() -> Shop {
    Shop::open_with(Webhooks::GetLost, |config| config.api_token = Some(TOKEN.into())).await
}

async fn ask(shop: &Shop, path: &str) -> Value {
    merchant::ask(shop, path).await.json()
}

async fn deliver(shop: &Shop, body: &str) -> Answer {
    shop.deliver(body).await
}

async fn payment(shop: &Shop, request_id: &str, checkout_id: &str) -> Value {
    shop.get(&format!("/api/payments/{request_id}?checkout_id={checkout_id}")).await.json()
}

fn completed(id: &str, checkout_id: &str, request_id: &str, order_id: &str) -> Value {
    let mut event = hooks::completed(id, checkout_id, request_id, 10);
    event["object"]["order"]["id"] = order_id.into();
    event
}

fn refund(id: &str, object: Value) -> String {
    json!({"id": id, "eventType": "refund.created", "created_at": 20, "object": object}).to_string()
}

/// Makes an event odd.
type Change = fn(&mut Value);

/// Each of these was answered 200 and forgotten without a word, or refused for ever, although it says that a session of
/// ours is paid.
#[tokio::test]
async fn an_event_that_says_paid_is_paid_however_it_says_it() {
    let shop = shop().await;
    let odd: [(&str, Change); 14] = [
        ("order as its id", |event| event["object"]["order"] = json!("ord_1")),
        ("an amount with a point", |event| event["object"]["order"]["amount_paid"] = json!(1999.0)),
        ("an amount in quotes", |event| event["object"]["order"]["amount_paid"] = json!("1999")),
        ("no currency", |event| drop(event["object"]["order"].as_object_mut().map(|order| order.remove("currency")))),
        ("a currency in small letters", |event| event["object"]["order"]["currency"] = json!("usd")),
        ("a status of the future", |event| event["object"]["status"] = json!("paid_by_robots")),
        ("an address of another type", |event| event["object"]["checkout_url"] = json!({"href": "x"})),
        ("no product", |event| drop(event["object"].as_object_mut().map(|object| object.remove("product")))),
        ("a date as text", |event| event["created_at"] = json!("2026-11-22T10:00:00")),
        ("no date", |event| event["created_at"] = Value::Null),
        ("metadata of another type", |event| event["object"]["metadata"] = json!(["a"])),
        ("a customer that is a number", |event| event["object"]["customer"] = json!(7)),
        ("a reference that is not ours", |event| event["object"]["request_id"] = json!("order.1")),
        ("no order", |event| event["object"]["order"] = Value::Null),
    ];
    for (i, (what, change)) in odd.into_iter().enumerate() {
        let reference = format!("order_{i}");
        let created = shop.create(&json!({"product_id": LIFETIME, "request_id": reference})).await;
        let mut event = completed(&format!("evt_{i}"), created.checkout_id.as_str(), &reference, &format!("ord_{i}"));
        change(&mut event);
        assert_eq!(deliver(&shop, &event.to_string()).await.status, StatusCode::OK, "{what}");
        assert_eq!(payment(&shop, &reference, created.checkout_id.as_str()).await["status"], "paid", "{what}");
    }
    let raw: [(&str, &str, &str); 3] = [
        ("half an emoji", r#""name":"A""#, r#""name":"A\ud83d""#),
        ("a number beyond all", r#""fx":1"#, r#""fx":1e400"#),
        ("a deep object", r#""deep":0"#, &format!(r#""deep":{}{}"#, "[".repeat(130), "]".repeat(130))),
    ];
    for (i, (what, plain, odd)) in raw.into_iter().enumerate() {
        let body = format!(
            r#"{{"id":"evt_raw_{i}","eventType":"checkout.completed","created_at":1,"object":{{"id":"chk_{i}",
               "request_id":"raw_{i}","status":"completed","product":"{LIFETIME}",{plain}}}}}"#
        );
        assert_eq!(deliver(&shop, &body.replace(plain, odd)).await.status, StatusCode::OK, "{what}");
        assert_eq!(payment(&shop, &format!("raw_{i}"), &format!("chk_{i}")).await["status"], "paid", "{what}");
    }
}

/// What cannot be understood at all is not acknowledged, and acts when a version that understands it sees it.
#[tokio::test]
async fn an_event_about_money_that_cannot_be_understood_is_kept_told_and_tried_again() {
    let shop = shop().await;
    let nameless =
        r#"{"id":"evt_1","eventType":"checkout.completed","created_at":1,"object":{"request_id":"order_1"}}"#;
    for _ in 0..2 {
        assert_eq!(deliver(&shop, nameless).await.refusal().0, "internal");
    }
    let waiting = ask(&shop, "/api/payments?needs_look=true").await;
    assert_eq!(waiting["events"].as_array().map(Vec::len), Some(1), "{waiting}");
    assert_eq!(waiting["events"][0]["id"], "evt_1");
    // The payload is corrected in the database, as a version that can read it would see it.
    let whole = completed("evt_1", "ch_1", "order_1", "ord_1").to_string();
    let pool = sqlx::AnyPool::connect(&shop.database_url()).await.expect("the database");
    let correct = sqlx::query("UPDATE events SET payload = $1 WHERE id = 'evt_1'").bind(whole);
    correct.execute(&pool).await.expect("corrected");
    let replica = shop.replica().await;
    let wait = async {
        while payment(&replica, "order_1", "ch_1").await["status"] != "paid" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait).await.expect("tried again at the start");
    assert_eq!(ask(&shop, "/api/payments?needs_look=true").await["events"], json!([]));
}

/// One door to a payment did not know what another had learned: a return showed paid what had been refunded.
#[tokio::test]
async fn a_refund_that_came_first_counts_for_the_return_and_for_the_look_up() {
    let shop = shop().await;
    for by in ["return", "look-up"] {
        let created = shop.create(&json!({"product_id": LIFETIME, "request_id": by})).await;
        let returned = shop.pay(created.checkout_id.as_str()).await;
        let order = returned.query_pairs().find(|(name, _)| name == "order_id").expect("an order").1.into_owned();
        deliver(&shop, &refund(&format!("evt_{by}"), json!({"id": format!("ref_{by}"), "order": order}))).await;
        let payment = if by == "return" {
            shop.get(&format!("/api/return?{}", returned.query().expect("a query"))).await.json()
        } else {
            shop.advance(Duration::from_secs(11));
            payment(&shop, by, created.checkout_id.as_str()).await
        };
        assert_eq!(payment["status"], "refunded", "{by}: {payment}");
    }
}

/// One cent back, a refund that failed, or one of a renewal, which names the first session too, made the first payment
/// "refunded".
#[tokio::test]
async fn refunds_count_by_status_amount_and_order() {
    let shop = shop().await;
    deliver(&shop, &completed("evt_1", "ch_1", "order_1", "ord_1").to_string()).await;
    let tell = |id: &str, mut object: Value| {
        object["id"] = id.into();
        object["refund_currency"] = "USD".into();
        refund(&format!("evt_{id}"), object)
    };
    for status in ["failed", "canceled", "pending", "requiresAction"] {
        deliver(&shop, &tell(status, json!({"status": status, "refund_amount": 1999, "order": "ord_1"}))).await;
    }
    let renewal = json!({"status": "succeeded", "refund_amount": 1999, "order": {"id": "ord_2"}, "checkout": "ch_1"});
    deliver(&shop, &tell("renewal", renewal)).await;
    deliver(&shop, &tell("part", json!({"status": "succeeded", "refund_amount": 1, "order": {"id": "ord_1"}}))).await;
    let known = ask(&shop, "/api/payments/order_1").await;
    assert_eq!((&known["status"], &known["refunded_amount"]), (&json!("paid"), &json!(1)), "{known}");
    deliver(&shop, &tell("rest", json!({"status": "succeeded", "refund_amount": 1998, "checkout": "ch_1"}))).await;
    let known = ask(&shop, "/api/payments/order_1").await;
    assert_eq!((&known["status"], &known["refunded_amount"]), (&json!("refunded"), &json!(1999)), "{known}");
}

/// An event for a known session with another product took over the other's amount in silence.
#[tokio::test]
async fn what_was_paid_is_told_beside_what_was_opened_and_a_difference_is_flagged() {
    let shop = shop().await;
    let body = json!({"product_id": LIFETIME, "request_id": "order_1", "units": 2, "discount_code": "SAVE25"});
    let created = shop.create(&body).await;
    let opened = ask(&shop, "/api/payments/order_1").await;
    assert_eq!(
        opened["opened"],
        json!({"product_id": LIFETIME, "units": 2, "discount_code": "SAVE25", "currency": "USD", "intent": false})
    );
    assert_eq!((&opened["paid"], &opened["mismatch"]), (&Value::Null, &json!([])));
    let mut event = completed("evt_1", created.checkout_id.as_str(), "order_1", "ord_1");
    event["object"]["product"] = json!({"id": MONTHLY});
    event["object"]["units"] = json!(1);
    event["object"]["status"] = json!("pending");
    deliver(&shop, &event.to_string()).await;
    let known = ask(&shop, "/api/payments/order_1").await;
    assert_eq!(known["mismatch"], json!(["product_id", "units", "status"]), "{known}");
    assert_eq!((&known["status"], &known["product_id"]), (&json!("paid"), &json!(LIFETIME)));
    assert_eq!((&known["amount"], &known["paid"]["amount"]), (&Value::Null, &json!(1999)), "{known}");
    let to_look_at = ask(&shop, "/api/payments?needs_look=true").await;
    assert_eq!(to_look_at["items"][0]["checkout_id"], created.checkout_id.as_str());
}

/// Whoever edited a link to a cheap product made the merchant's reference paid.
#[tokio::test]
async fn a_session_without_an_intent_never_decides_over_one_with_it() {
    let shop = Shop::open_with(Webhooks::Arrive, |config| {
        config.api_token = Some(TOKEN.into());
        config.intent_secret = Some(SECRET.into());
    })
    .await;
    let intent = intent(json!({"product_id": LIFETIME, "request_id": "order_1"}));
    let signed = shop.create(&json!({"product_id": LIFETIME, "intent": intent})).await;
    let cheap = shop.create(&json!({"product_id": MONTHLY, "request_id": "order_1"})).await;
    shop.pay(cheap.checkout_id.as_str()).await;
    shop.payment_becoming(&cheap, "paid").await;
    let known = ask(&shop, "/api/payments/order_1").await;
    assert_eq!((&known["status"], &known["checkout_id"]), (&json!("pending"), &json!(signed.checkout_id.as_str())));
    let intents: Vec<_> =
        known["sessions"].as_array().expect("sessions").iter().map(|s| &s["opened"]["intent"]).collect();
    assert_eq!(intents, [true, false]);
    shop.pay(signed.checkout_id.as_str()).await;
    shop.payment_becoming(&signed, "paid").await;
    assert_eq!(ask(&shop, "/api/payments/order_1").await["checkout_id"], signed.checkout_id.as_str());
}

/// A payment first told without its buyer was never told with them, and of 130 payments that one event moved, the
/// feed told of 100.
#[tokio::test]
async fn the_feed_misses_no_column_and_no_payment_of_one_turn() {
    let shop = shop().await;
    for i in 0..130 {
        let mut event = completed(&format!("evt_{i}"), &format!("ch_{i}"), &format!("order_{i}"), &format!("ord_{i}"));
        event["object"]["subscription"] = json!("sub_1");
        deliver(&shop, &event.to_string()).await;
    }
    let mut cursor = String::new();
    let mut all = |page: &Value| {
        cursor = page["next_cursor"].as_str().expect("a cursor").to_owned();
        cursor.clone()
    };
    let first = ask(&shop, "/api/payments").await;
    let second = ask(&shop, &format!("/api/payments?cursor={}", all(&first))).await;
    let end = all(&second);
    deliver(&shop, &refund("evt_refund", json!({"id": "ref_1", "subscription": "sub_1"}))).await;
    let first = ask(&shop, &format!("/api/payments?cursor={end}")).await;
    let second = ask(&shop, &format!("/api/payments?cursor={}", all(&first))).await;
    let told = [&first, &second].map(|page| page["items"].as_array().expect("items").len());
    assert_eq!(told, [100, 30], "one turn moved them all");
    let end = all(&second);
    let mut again = completed("evt_again", "ch_7", "order_7", "ord_7");
    again["object"]["customer"] = json!({"id": "cust_1", "email": "ada@example.com"});
    deliver(&shop, &again.to_string()).await;
    let news = ask(&shop, &format!("/api/payments?cursor={end}")).await;
    assert_eq!(news["items"][0]["customer"]["email"], "ada@example.com", "{news}");
    assert_eq!(news["items"].as_array().map(Vec::len), Some(1));
    // A cursor of an earlier version is a turn alone.
    assert_eq!(ask(&shop, "/api/payments?cursor=0").await["items"].as_array().map(Vec::len), Some(100));
}

/// Under a live key, an event of the test mode made a payment.
#[tokio::test]
async fn events_of_the_other_mode_are_kept_and_have_no_effect() {
    let shop = shop().await;
    let mut event = completed("evt_1", "ch_1", "order_1", "ord_1");
    event["object"]["mode"] = json!("prod");
    assert_eq!(deliver(&shop, &event.to_string()).await.status, StatusCode::OK);
    assert_eq!(shop.get("/api/payments/order_1?checkout_id=ch_1").await.refusal().0, "payment_unknown");
    let pool = sqlx::AnyPool::connect(&shop.database_url()).await.expect("the database");
    let kept: Vec<String> = sqlx::query_scalar("SELECT id FROM events").fetch_all(&pool).await.expect("rows");
    assert_eq!(kept, ["evt_1"]);
    event["object"]["mode"] = json!("test");
    event["id"] = json!("evt_2");
    deliver(&shop, &event.to_string()).await;
    assert_eq!(payment(&shop, "order_1", "ch_1").await["status"], "paid");
}

/// Sessions that nobody paid were kept for ever, each with the metadata a stranger gave it.
#[tokio::test]
async fn what_nobody_paid_is_forgotten_a_week_after_its_end_and_what_was_paid_is_not() {
    let shop = shop().await;
    let body = json!({"product_id": LIFETIME, "request_id": "order_1", "metadata": {"a": "b"}});
    shop.post_json("/api/checkouts", &body, &[("idempotency-key", "key-1")]).await;
    deliver(&shop, &completed("evt_1", "ch_paid", "order_2", "ord_2").to_string()).await;
    shop.advance(Duration::from_secs(9 * 24 * 3600));
    shop.replica().await;
    let pool = sqlx::AnyPool::connect(&shop.database_url()).await.expect("the database");
    let wait = async {
        loop {
            let sessions: Vec<String> =
                sqlx::query_scalar("SELECT checkout_id FROM sessions").fetch_all(&pool).await.expect("rows");
            if sessions == ["ch_paid"] {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait).await.expect("forgotten in time");
    for (table, left) in [("attempts", 0), ("history", 1)] {
        let count = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        let count: i64 = sqlx::query_scalar(count).fetch_one(&pool).await.expect("a count");
        assert_eq!(count, left, "{table}");
    }
}
