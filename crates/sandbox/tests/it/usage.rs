//! Usage events and the meters that count them.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::shop::{Shop, id};

async fn hold(shop: &Shop) -> String {
    shop.control("clock", json!({ "set": "2026-12-15T12:00:00Z", "freeze": true })).await;
    let body = json!({ "email": "ada@example.com", "name": "Ada", "external_id": "user-1" });
    id(&shop.call("POST", "/v1/customers", body).await.json()).to_owned()
}

async fn meter(shop: &Shop, body: Value) -> Value {
    let reply = shop.call("POST", "/v1/meters", body).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    reply.json()
}

fn tokens(name: &str) -> Value {
    json!({ "name": name, "event_name": "call", "aggregation": "sum", "aggregation_property": "tokens", "unit_label": "tokens",
        "filter": { "conjunction": "and", "clauses": [{ "property": "model", "operator": "equals", "value": "big" }] } })
}

async fn ingest(shop: &Shop, events: Value) -> Value {
    let reply = shop.call("POST", "/v1/events/ingest", json!({ "events": events })).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
    reply.json()
}

async fn coded(shop: &Shop, method: &str, path: &str, body: Value, status: u16) -> (String, Value) {
    let reply = shop.call(method, path, body).await;
    assert_eq!(reply.status.as_u16(), status, "{path}: {}", reply.text);
    let error = reply.json()["error"].clone();
    (error["code"].as_str().expect("a code").to_owned(), error)
}

#[tokio::test]
async fn what_is_used_is_counted_once_and_by_the_meters_it_matches() {
    let shop = Shop::new();
    let customer = hold(&shop).await;
    let meter = meter(&shop, tokens("Tokens")).await;
    let taken = ingest(
        &shop,
        json!([
            { "name": "call", "customer_id": customer, "event_id": " one ", "properties": { "tokens": 40, "model": "big" } },
            { "name": "call", "external_customer_id": "user-1", "event_id": "two", "properties": { "tokens": "2.5", "model": "big" } },
            { "name": "call", "customer_id": customer, "event_id": "three", "properties": { "tokens": 9, "model": "small" } },
        ]),
    )
    .await;
    assert_eq!(taken, json!({ "accepted": 3, "event_ids": ["one", "two", "three"] }));
    ingest(&shop, json!([{ "name": "call", "customer_id": customer, "event_id": "one", "properties": { "tokens": 1000, "model": "big" } }])).await;
    let path = format!("/v1/meters/{}/consumed?customer_id={customer}", id(&meter));
    let consumed = shop.get(&path).await.json();
    assert_eq!(
        consumed,
        json!({
            "meter_id": meter["id"], "customer_id": customer, "units": "42.5", "period_start": "2026-12-01T00:00:00.000Z",
            "period_end": "2027-01-01T00:00:00.000Z", "updated_at": "2026-12-15T12:00:00.000Z",
        })
    );
    let earlier = shop.get(&format!("{path}&at=2026-12-15T11:59:59Z")).await.json();
    assert_eq!(
        json!([earlier["units"], earlier["updated_at"], earlier["as_of"]]),
        json!(["0", null, "2026-12-15T11:59:59.000Z"])
    );
    let list = shop.get(&format!("/v1/events?meter_id={}&limit=2", id(&meter))).await.json();
    assert_eq!((&list["data"][0]["event_id"], &list["has_more"]), (&json!("one"), &json!(true)));
    assert_eq!(list["data"][0]["matched_meters"], json!([meter["id"]]));
    let one = shop.get("/v1/events?reference=one").await.json();
    assert_eq!(one["data"][0]["properties"]["tokens"], 40, "the first counts");
    assert_eq!(shop.get("/_sandbox/events").await.json(), json!([]), "usage charges nothing");
}

#[tokio::test]
async fn a_batch_is_taken_whole_or_refused_by_naming_the_event_that_is_wrong() {
    let shop = Shop::new();
    let customer = hold(&shop).await;
    let good = json!({ "name": "call", "customer_id": customer });
    let with = |more: Value| {
        let mut event = good.clone();
        event.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        event
    };
    let many: Value = (0..51).map(|key| (format!("k{key}"), json!(1))).collect::<serde_json::Map<_, _>>().into();
    for (event, code, param) in [
        (with(json!({ "customer_id": "cust_none" })), "customer_not_found", "events[1].customer_id"),
        (
            json!({ "name": "call", "external_customer_id": "user-2" }),
            "customer_not_found",
            "events[1].external_customer_id",
        ),
        (with(json!({ "customer_id": "a b" })), "invalid_customer_reference", "events[1].customer_id"),
        (with(json!({ "external_customer_id": "user-1" })), "invalid_customer_reference", "events[1].customer_id"),
        (with(json!({ "name": " " })), "invalid_name", "events[1].name"),
        (with(json!({ "event_id": "  " })), "invalid_event_id", "events[1].event_id"),
        (with(json!({ "timestamp": "noon" })), "invalid_timestamp", "events[1].timestamp"),
        (with(json!({ "properties": many })), "invalid_properties", "events[1].properties"),
        (with(json!({ "properties": { "x".repeat(41): 1 } })), "invalid_properties", "events[1].properties"),
        (with(json!({ "properties": { "a": "x".repeat(501) } })), "invalid_properties", "events[1].properties"),
    ] {
        let batch = json!({ "events": [good, event] });
        let (refused, error) = coded(&shop, "POST", "/v1/events/ingest", batch.clone(), 422).await;
        assert_eq!((refused.as_str(), &error["param"]), (code, &json!(param)));
        let preview = shop.call("POST", "/v1/events/preview", batch).await.json();
        assert_eq!(
            json!([preview["valid"], preview["events"][0]["valid"], preview["events"][1]["error"]["code"]]),
            json!([false, true, code])
        );
    }
    assert_eq!(shop.get("/v1/events").await.json()["data"], json!([]), "none was taken");
    for (events, message) in [
        (json!([]), "events must contain at least 1 elements"),
        (json!(vec![good.clone(); 101]), "events must contain no more than 100 elements"),
        (json!([{ "name": 1, "customer_id": customer, "value": 1 }]), "events.0.property value should not exist"),
    ] {
        let refused = shop.call("POST", "/v1/events/ingest", json!({ "events": events })).await;
        assert_eq!((refused.status, refused.messages()[0].as_str()), (StatusCode::BAD_REQUEST, message));
    }
    ingest(&shop, json!(vec![good; 100])).await;
}

#[tokio::test]
async fn what_will_be_counted_by_nobody_is_taken_with_a_warning() {
    let shop = Shop::new();
    let customer = hold(&shop).await;
    let event = json!([{ "name": "call", "customer_id": customer, "event_id": "one" }]);
    let code = |answer: &Value| answer["warnings"][0]["code"].clone();
    assert_eq!(code(&ingest(&shop, event.clone()).await), "no_matching_meter");
    let meter = meter(&shop, tokens("Tokens")).await;
    assert!(ingest(&shop, event.clone()).await.get("warnings").is_none());
    let late = json!([{ "name": "call", "customer_id": customer, "timestamp": "2026-11-30T23:59:59Z" }]);
    assert_eq!(code(&ingest(&shop, late).await), "timestamp_outside_late_window");
    shop.call("POST", &format!("/v1/meters/{}/archive", id(&meter)), Value::Null).await;
    assert_eq!(code(&ingest(&shop, event.clone()).await), "meter_archived");
    let preview = shop.call("POST", "/v1/events/preview", json!({ "events": event })).await.json();
    let report = &preview["events"][0];
    assert_eq!(
        json!([report["event_id"], report["duplicate"], report["matched_meters"], report["warnings"][0]["code"]]),
        json!(["one", true, [], "meter_archived"])
    );
}

#[tokio::test]
async fn a_meter_is_named_once_and_counts_the_same_once_it_has_counted() {
    let shop = Shop::new();
    let customer = hold(&shop).await;
    let made = meter(&shop, tokens("Tokens")).await;
    let path = format!("/v1/meters/{}", id(&made));
    assert_eq!(shop.get(&path).await.json(), made);
    let (code, error) = coded(&shop, "POST", "/v1/meters", tokens("Tokens"), 409).await;
    assert_eq!((code.as_str(), error.get("details")), ("meter_name_taken", None));
    let mut bare = tokens("Bare");
    bare.as_object_mut().expect("an object").remove("aggregation_property");
    let (code, error) = coded(&shop, "POST", "/v1/meters", bare, 422).await;
    assert_eq!((code.as_str(), &error["param"]), ("aggregation_property_required", &json!("aggregation_property")));

    let counting =
        shop.call("PATCH", &path, json!({ "aggregation": "count", "aggregation_property": null })).await.json();
    assert_eq!(json!([counting["aggregation"], counting["aggregation_property"]]), json!(["count", null]));
    let null = shop.call("PATCH", &path, json!({ "filter": null, "name": null })).await;
    assert_eq!(null.messages(), ["name must not be null", "filter must not be null"]);
    ingest(&shop, json!([{ "name": "call", "customer_id": customer, "properties": { "model": "big" } }])).await;
    let (code, _) = coded(&shop, "PATCH", &path, json!({ "aggregation": "sum" }), 409).await;
    assert_eq!(code, "meter_has_usage");
    assert_eq!(shop.call("PATCH", &path, json!({ "name": "Calls" })).await.json()["name"], "Calls");

    assert_eq!(shop.call("POST", &format!("{path}/archive"), Value::Null).await.json()["status"], "archived");
    assert_eq!(shop.get("/v1/meters").await.json()["data"], json!([]));
    assert_eq!(shop.get("/v1/meters?include_archived=true").await.json()["data"][0]["id"], made["id"]);
    let (_, error) = coded(&shop, "POST", "/v1/meters", tokens("Calls"), 409).await;
    assert_eq!(error["details"], json!({ "archived_holder": true, "archived_holder_id": made["id"] }));
    assert_eq!(shop.call("POST", &format!("{path}/unarchive"), Value::Null).await.json()["status"], "active");
    assert_eq!(shop.get("/v1/meters/mtr_none").await.messages(), ["Meter not found"]);
}

#[tokio::test]
async fn a_preview_shows_seven_days_of_what_would_be_counted() {
    let shop = Shop::new();
    let customer = hold(&shop).await;
    let event = |day: &str, tokens: i64| {
        json!({ "name": "call", "customer_id": customer, "timestamp": format!("2026-12-{day}T08:00:00Z"),
            "properties": { "tokens": tokens, "model": "big" } })
    };
    ingest(&shop, json!([event("08", 100), event("09", 1), event("15", 2), event("15", 4), event("16", 8)])).await;
    let mut asked = tokens("");
    asked.as_object_mut().expect("an object").remove("name");
    let preview = shop.call("POST", "/v1/meters/preview", asked).await.json();
    assert_eq!(json!([preview["matched_events"], preview["units"], preview["distinct_customers"]]), json!([3, "7", 1]));
    let daily = preview["daily"].as_array().expect("a list");
    assert_eq!(daily.len(), 7);
    assert_eq!(daily[0], json!({ "date": "2026-12-09", "event_count": 1, "value": "1" }));
    assert_eq!(daily[1], json!({ "date": "2026-12-10", "event_count": 0, "value": "0" }));
    assert_eq!(daily[6], json!({ "date": "2026-12-15", "event_count": 2, "value": "6" }));
    let made = meter(&shop, tokens("Tokens")).await;
    let own = shop.call("POST", &format!("/v1/meters/{}/preview", id(&made)), Value::Null).await.json();
    assert_eq!(own, preview);
}
