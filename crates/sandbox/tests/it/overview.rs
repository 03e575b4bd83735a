//! The page at `/`: it says what to try, everything on it is a press away, and one sale is a story.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::shop::{LIFETIME, MONTHLY, Merchant, Shop, events_until, id, page_path, pay_path};

#[tokio::test]
async fn everything_works_with_plain_forms() {
    let shop = Shop::new();
    let checkout = shop.open(json!({ "product_id": LIFETIME, "request_id": "<order>" })).await;
    let page = shop.get("/").await;
    assert!(page.text.contains(&page_path(&checkout)) && page.text.contains("&lt;order&gt;"));
    let paid = shop.submit(&pay_path(&checkout), &[("card", "4111111111111111")]).await;
    assert_eq!((paid.status, paid.location()), (StatusCode::SEE_OTHER, "/"));
    let moved = shop.submit("/_sandbox/clock", &[("advance_seconds", "30")]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER);
    let page = shop.get("/").await;
    assert!(page.text.contains("completed") && page.text.contains("checkout.completed"));
    shop.submit("/_sandbox/reset", &[("sure", "yes")]).await;
    assert!(!shop.get("/").await.text.contains(id(&checkout)));
}

#[tokio::test]
async fn the_page_begins_with_what_to_try() {
    let page = Shop::new().get("/").await.text;
    let (before, after) = page.split_once("Try it</h2>").expect("the beginning");
    for word in ["creem_test_sandbox", "whsec_sandbox", "http://127.0.0.1:8081", "openapi.json"] {
        assert!(before.contains(word), "{word}");
    }
    let (steps, _) = after.split_once("</section>").expect("a section");
    for word in ["/product/prod_Sandbox", "SAVE25", "4111111111111111"] {
        assert!(steps.contains(word), "{word}: {steps}");
    }
}

/// A press on the page leads back to where it was, and never to another site.
#[tokio::test]
async fn a_press_leads_back_to_its_place() {
    let shop = Shop::new();
    for (back, location) in [("%2F%23time", "/#time"), ("%2F%2Fevil.example", "/"), ("https%3A%2F%2Fevil.example", "/")]
    {
        let pressed = shop.submit(&format!("/_sandbox/clock?back={back}"), &[("advance_seconds", "1")]).await;
        assert_eq!((pressed.status, pressed.location()), (StatusCode::SEE_OTHER, location));
    }
}

#[tokio::test]
async fn a_product_is_added_archived_and_sold_again() {
    let shop = Shop::new();
    let wanted = [("name", "Book"), ("price", "12.50"), ("currency", "EUR"), ("billing_period", "every-month")];
    assert_eq!(shop.submit("/_sandbox/products", &wanted).await.status, StatusCode::SEE_OTHER);
    let products = shop.get("/v1/products/search?page_size=50").await.json();
    let book = products["items"].as_array().expect("a list").last().expect("the new one").clone();
    assert_eq!(
        json!([book["name"], book["price"], book["currency"], book["billing_type"], book["billing_period"]]),
        json!(["Book", 1250, "EUR", "recurring", "every-month"])
    );
    let archive = format!("/_sandbox/products/{}/archive", id(&book));
    for (archived, status) in [("true", "archived"), ("false", "active")] {
        shop.submit(&archive, &[("archived", archived)]).await;
        assert_eq!(shop.get(&format!("/v1/products/{}", id(&book))).await.json()["status"], status);
    }
    for wrong in ["0.50", "free", "-3"] {
        let refused = shop.submit("/_sandbox/products", &[("name", "Book"), ("price", wrong)]).await;
        assert_eq!(refused.json()["error"]["code"], "bad_price", "{wrong}");
    }
}

#[tokio::test]
async fn faults_switches_and_deliveries_are_forms() {
    let shop = Shop::new();
    // As a browser sends it: with every field, also those that were left empty.
    let fault = [
        ("method", ""),
        ("path", "/v1/products*"),
        ("status", "503"),
        ("delay_ms", "0"),
        ("times", "1"),
        ("drop", "false"),
    ];
    assert_eq!(shop.submit("/_sandbox/faults", &fault).await.status, StatusCode::SEE_OTHER);
    assert!(shop.visit("/").await.text.contains("503"));
    shop.submit("/_sandbox/faults/clear", &[("sure", "yes")]).await;
    assert_eq!(shop.get("/v1/products/search").await.status, StatusCode::OK);

    let switches =
        [("payment_page", "single"), ("taxes", "de 19, US 8"), ("refund_id", "true"), ("cancel_mode", "immediate")];
    assert_eq!(shop.submit("/_sandbox/switches", &switches).await.status, StatusCode::SEE_OTHER);
    let now = shop.get("/_sandbox/switches").await.json();
    assert_eq!(
        json!([now["payment_page"], now["taxes"], now["refund_id"]]),
        json!(["single", { "DE": 19, "US": 8 }, true])
    );

    shop.submit(
        "/_sandbox/deliveries",
        &[("pause", "true"), ("duplicate", "2"), ("shuffle", "false"), ("delay_ms", "0")],
    )
    .await;
    let now = shop.get("/_sandbox/deliveries").await.json();
    assert_eq!(now, json!({ "duplicate": 2, "shuffle": false, "delay_ms": 0, "pause": true }));
}

#[tokio::test]
async fn a_customer_gets_credits_and_their_portal_at_a_press() {
    let shop = Shop::new();
    shop.pay(&shop.open(json!({ "product_id": MONTHLY, "success_url": "https://a.example/" })).await).await;
    let customer = shop.get("/v1/customers?email=ada@example.com").await.json();
    let credits = format!("/_sandbox/customers/{}/credits", id(&customer));
    for (move_, amount) in [("grant", "100"), ("consume", "10")] {
        assert_eq!(shop.submit(&credits, &[(move_, amount)]).await.status, StatusCode::SEE_OTHER);
    }
    assert!(shop.visit("/").await.text.contains("90 credits"));
    let portal = shop.submit(&format!("/_sandbox/customers/{}/portal", id(&customer)), &[("sure", "yes")]).await;
    let path = portal.location().strip_prefix("http://127.0.0.1:8081").expect("an address of the sandbox");
    assert!(shop.visit(path).await.text.contains("ada@example.com"));
}

#[tokio::test]
async fn an_event_is_sent_about_the_latest_of_its_kind() {
    let shop = Shop::new();
    let send =
        async |kind: &str, object: &str| shop.submit("/_sandbox/events", &[("type", kind), ("object", object)]).await;
    assert_eq!(send("subscription.past_due", "").await.status, StatusCode::BAD_REQUEST, "there is none yet");
    shop.pay(&shop.open(json!({ "product_id": MONTHLY, "success_url": "https://a.example/" })).await).await;
    assert_eq!(send("subscription.past_due", "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(send("credits.granted", "{\"amount\": \"5\"}").await.status, StatusCode::SEE_OTHER);
    assert_eq!(send("credits.granted", "{amount").await.status, StatusCode::BAD_REQUEST);
    let events: Vec<Value> = serde_json::from_value(shop.get("/_sandbox/events").await.json()).expect("a list");
    let [.., past_due, granted] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(past_due["body"]["object"]["object"], "subscription");
    assert_eq!(granted["body"]["object"], json!({ "amount": "5" }));
}

/// The page listed only events whose body has the checkout's id: of the three of a subscription it showed one, and
/// nothing of what the buyer did.
#[tokio::test]
async fn one_sale_is_a_story() {
    let merchant = Merchant::answering(&[200, 500]).await;
    let shop = Shop::sending_to(Some(merchant.url.clone()));
    let checkout = shop.open(json!({ "product_id": MONTHLY, "success_url": "https://a.example/" })).await;
    shop.visit(&page_path(&checkout)).await;
    let declined = shop.call("POST", &pay_path(&checkout), json!({ "card": "4507990000000028" })).await;
    assert_eq!(declined.status, StatusCode::PAYMENT_REQUIRED);
    shop.pay(&checkout).await;
    shop.visit(&format!("{}/done", page_path(&checkout))).await;
    events_until(&shop, |events| {
        let tried =
            |event: &Value| event["deliveries"][0]["attempts"].as_array().is_some_and(|tries| !tries.is_empty());
        events.len() == 3 && events.iter().all(tried)
    })
    .await;
    let page = shop.visit(&format!("/sessions/{}", id(&checkout))).await.text;
    let (_, story) = page.split_once("The story").expect("the story");
    let (mut rest, _) = story.split_once("</ol>").expect("a list");
    for word in [
        "Opened",
        "The buyer saw the payment page",
        "Not paid: declined",
        "Paid",
        "subscription.active",
        "subscription.paid",
        "checkout.completed",
        "The buyer was sent back to the shop",
    ] {
        (_, rest) = rest.split_once(word).unwrap_or_else(|| panic!("{word}, in this order: {story}"));
    }
    assert!(story.contains("data-tone=\"bad\"") && story.contains("500"), "the delivery that failed, with its answer");
    assert!(shop.visit("/").await.text.contains("class=\"bad\">500"), "and on the front page");
}

#[tokio::test]
async fn a_story_leads_to_what_the_shop_knows_of_it() {
    let shop = Shop::selling_at("https://pay.example/shop/".parse().expect("an address"));
    let checkout = shop.open(json!({ "product_id": MONTHLY, "request_id": "//order/1" })).await;
    let page = shop.visit(&format!("/sessions/{}", id(&checkout))).await.text;
    let link = format!("https://pay.example/shop/api/payments/%2F%2Forder%2F1?checkout_id={}", id(&checkout));
    assert!(page.contains(&link), "{page}");
    assert!(
        shop.visit("/").await.text.contains("href=\"https://pay.example/shop/\""),
        "and the front page to the shop"
    );
}
