//! Opening sessions: what reaches Creem, and everything that must not.

use std::io::{BufRead, BufReader, Write};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use wire::PageMode;

use crate::shop::{LIFETIME, MONTHLY, OTHER_SITE, Shop, Webhooks};

#[tokio::test]
async fn creem_is_asked_for_exactly_what_was_asked_for() {
    let shop = Shop::open().await;
    let created = shop
        .create(&json!({
            "product_id": LIFETIME, "request_id": "order_1001", "units": 3, "discount_code": " save25 ",
            "customer": {"email": " ada@example.com "}, "metadata": {"plan": "pro", "seats": 3},
            "affiliate_code": sandbox::AFFILIATE_CODE,
            "success_url": "https://shop.example/thanks?lang=de"
        }))
        .await;
    assert_eq!(created.request_id.as_str(), "order_1001");
    assert!(created.checkout_url.starts_with(shop.sandbox.as_str()), "{}", created.checkout_url);
    assert_eq!(
        shop.creations().await,
        [json!({
            "product_id": LIFETIME, "request_id": "order_1001", "units": 3, "discount_code": "SAVE25",
            "customer": {"email": "ada@example.com"}, "success_url": "https://shop.example/thanks?lang=de",
            "metadata": {"plan": "pro", "seats": 3}, "affiliate_code": sandbox::AFFILIATE_CODE
        })]
    );
}

#[tokio::test]
async fn a_product_alone_is_enough() {
    let shop = Shop::open().await;
    let created = shop.create(&json!({"product_id": MONTHLY})).await;
    assert!(created.request_id.as_str().starts_with("req_"));
    let status = shop.proxy.join("status").expect("a URL");
    let expected = json!({
        "product_id": MONTHLY, "request_id": created.request_id, "success_url": status.as_str()
    });
    assert_eq!(shop.creations().await, [expected]);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_by_field_and_creates_nothing() {
    let shop = Shop::open().await;
    let deep = json!({"a": {"b": {"c": {"d": 1}}}});
    let cases: Vec<(Value, &str, &str)> = vec![
        (json!({"product_id": "prod_nothing"}), "product_unknown", "product_id"),
        (json!({"product_id": LIFETIME, "units": 0}), "units_invalid", "units"),
        (json!({"product_id": LIFETIME, "units": 10_000}), "units_invalid", "units"),
        (json!({"product_id": LIFETIME, "units": "3"}), "body_invalid", "units"),
        (json!({"product_id": LIFETIME, "customer": {"email": "ada@"}}), "email_invalid", "customer.email"),
        (json!({"product_id": LIFETIME, "request_id": "a|b"}), "request_id_invalid", "request_id"),
        (json!({"product_id": LIFETIME, "request_id": "a=b"}), "request_id_invalid", "request_id"),
        (json!({"product_id": LIFETIME, "request_id": ""}), "request_id_invalid", "request_id"),
        (json!({"product_id": LIFETIME, "metadata": deep}), "metadata_invalid", "metadata"),
        (json!({"product_id": LIFETIME, "metadata": [1]}), "body_invalid", "metadata"),
        (json!({"product_id": LIFETIME, "affiliate_code": ""}), "body_invalid", "affiliate_code"),
        (json!({"product_id": LIFETIME, "affiliate_code": "a b"}), "body_invalid", "affiliate_code"),
        (json!({"product_id": LIFETIME, "affiliate_code": "x".repeat(65)}), "body_invalid", "affiliate_code"),
        (json!({"product_id": LIFETIME, "custom_price": 1}), "field_unknown", "custom_price"),
        (json!({"product_id": LIFETIME, "customer": {"id": "cust_1"}}), "field_unknown", "customer.id"),
        (json!({"units": 1}), "product_required", "product_id"),
        (json!({"product_id": LIFETIME, "intent": "x.y.z"}), "intent_invalid", "intent"),
        (
            json!({"product_id": LIFETIME, "custom_fields": [{"type": "text", "key": "a b", "label": "A"}]}),
            "custom_field_invalid",
            "custom_fields[0].key",
        ),
        (
            json!({"product_id": LIFETIME, "custom_fields": [{"type": "text", "key": "a", "label": "x".repeat(51)}]}),
            "custom_field_invalid",
            "custom_fields[0].label",
        ),
        (
            json!({"product_id": LIFETIME, "custom_fields": [{"type": "number", "key": "a", "label": "A"}]}),
            "body_invalid",
            "custom_fields[0].type",
        ),
        (json!({"product_id": LIFETIME, "discount_code": "NOSUCHCODE"}), "discount_unknown", "discount_code"),
        (json!({"product_id": LIFETIME, "discount_code": "EXPIRED"}), "discount_expired", "discount_code"),
        (json!({"product_id": LIFETIME, "discount_code": "SOON"}), "discount_not_started", "discount_code"),
        (json!({"product_id": LIFETIME, "discount_code": "USEDUP"}), "discount_used_up", "discount_code"),
        (json!({"product_id": LIFETIME, "discount_code": "PROONLY"}), "discount_wrong_product", "discount_code"),
        (json!({"product_id": LIFETIME, "discount_code": "EUROS"}), "discount_wrong_currency", "discount_code"),
    ];
    for (body, code, field) in cases {
        let answer = shop.post_json("/api/checkouts", &body, &[]).await;
        assert_eq!(answer.refusal(), (code.to_owned(), field.to_owned()), "{body}");
    }
    assert_eq!(shop.creations().await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_affiliate_creem_does_not_know_is_named_and_without_the_code_the_session_opens() {
    let shop = Shop::open().await;
    let body = json!({"product_id": LIFETIME, "affiliate_code": "stranger"});
    let refused = shop.post_json("/api/checkouts", &body, &[]).await;
    assert_eq!(refused.refusal(), ("body_invalid".to_owned(), "affiliate_code".to_owned()));
    shop.create(&json!({"product_id": LIFETIME})).await;
}

#[tokio::test]
async fn a_buyer_is_never_sent_back_to_a_stranger() {
    let shop = Shop::open().await;
    let own = shop.proxy.as_str().trim_end_matches('/').to_owned();
    let userinfo = own.replace("http://", "http://user@");
    let suffix = format!("{OTHER_SITE}.evil.example/");
    let embedded = format!("https://evil.example/?{OTHER_SITE}");
    let smuggled = format!("{OTHER_SITE}/thanks?request_id=other");
    let backslash = format!("{OTHER_SITE}\\@evil.example/");
    let cases = [
        ("https://evil.example/", "success_url_not_allowed"),
        (&suffix, "success_url_not_allowed"),
        (&embedded, "success_url_not_allowed"),
        ("https://shop.example:8443/", "success_url_not_allowed"),
        ("http://shop.example/", "success_url_not_allowed"),
        ("//evil.example/", "success_url_invalid"),
        ("/thanks", "success_url_invalid"),
        ("javascript:alert(1)", "success_url_invalid"),
        ("data:text/html,x", "success_url_invalid"),
        (&userinfo, "success_url_invalid"),
        (&backslash, "success_url_invalid"),
        (" https://shop.example/", "success_url_invalid"),
        ("https://shop.example/\n", "success_url_invalid"),
        (&smuggled, "success_url_invalid"),
        ("", "success_url_invalid"),
    ];
    for (url, code) in cases {
        let body = json!({"product_id": LIFETIME, "success_url": url});
        let answer = shop.post_json("/api/checkouts", &body, &[]).await;
        assert_eq!(answer.refusal(), (code.to_owned(), "success_url".to_owned()), "{url}");
    }
    assert_eq!(shop.creations().await, Vec::<Value>::new());
    shop.create(&json!({"product_id": LIFETIME, "success_url": format!("{own}/anywhere")})).await;
}

#[tokio::test]
async fn only_posts_from_here_and_from_allowed_sites_create() {
    let shop = Shop::open().await;
    let body = json!({"product_id": LIFETIME});
    for headers in [
        [("origin", "https://evil.example")],
        [("origin", "null")],
        [("origin", "https://shop.example.evil.example")],
        [("sec-fetch-site", "cross-site")],
    ] {
        let answer = shop.post_json("/api/checkouts", &body, &headers).await;
        assert_eq!(answer.refusal().0, "origin_not_allowed", "{headers:?}");
    }
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
        let answer = shop.call(method.clone(), "/api/checkouts", &[], Vec::new()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.header("allow"), "POST");
    }
    assert_eq!(shop.creations().await, Vec::<Value>::new());
    let own = shop.proxy.origin().ascii_serialization();
    for origin in [own.as_str(), OTHER_SITE, &own.replace("127.0.0.1", "localhost")] {
        let answer = shop.post_json("/api/checkouts", &body, &[("origin", origin)]).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{origin}");
    }
}

/// `trunk serve` beside the sandbox showed the form, and then nobody could buy: its origin has another port.
#[tokio::test]
async fn in_a_sandbox_the_pages_of_this_machine_may_sell_and_nowhere_else() {
    for (mode, may) in [(PageMode::Sandbox, true), (PageMode::Test, false), (PageMode::Live, false)] {
        let shop = Shop::open_with(Webhooks::GetLost, |config| config.mode = mode).await;
        for site in ["http://127.0.0.1:8090", "http://localhost:3000", "http://[::1]:8090"] {
            let body = json!({"product_id": LIFETIME});
            let answer = shop.post_json("/api/checkouts", &body, &[("origin", site)]).await;
            assert_eq!(answer.status == StatusCode::CREATED, may, "{site} in {mode:?}");
            let read = shop.call(Method::GET, "/api/products", &[("origin", site)], Vec::new()).await;
            assert_eq!(read.header("access-control-allow-origin"), if may { site } else { "" }, "{mode:?}");
            let body = json!({"product_id": LIFETIME, "success_url": format!("{site}/thanks")});
            assert_eq!(shop.post_json("/api/checkouts", &body, &[]).await.status == StatusCode::CREATED, may, "{site}");
        }
        for site in ["http://127.0.0.1.evil.example", "http://evil.example:8090", "null", "http://localhost:3000/"] {
            let answer = shop.post_json("/api/checkouts", &json!({"product_id": LIFETIME}), &[("origin", site)]).await;
            assert_eq!(answer.refusal().0, "origin_not_allowed", "{site} in {mode:?}");
        }
    }
}

#[tokio::test]
async fn bodies_that_are_too_large_or_of_another_kind_are_refused() {
    let shop = Shop::open().await;
    let padded = json!({"product_id": LIFETIME, "metadata": {"a": "x".repeat(1_000_000)}});
    assert_eq!(shop.post_json("/api/checkouts", &padded, &[]).await.refusal().0, "body_too_large");
    let text = shop.call(Method::POST, "/api/checkouts", &[("content-type", "text/plain")], b"{}".to_vec()).await;
    assert_eq!(text.refusal().0, "media_type_unsupported");
    assert_eq!(shop.call(Method::POST, "/api/checkouts", &[], b"{}".to_vec()).await.status, 415);
    let broken = shop.call(Method::POST, "/api/checkouts", &[("content-type", "application/json")], b"{".to_vec());
    assert_eq!(broken.await.refusal().0, "body_invalid");
    assert_eq!(shop.creations().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_body_of_unsaid_length_is_bounded_too() {
    let shop = Shop::open().await;
    let address = shop.proxy.socket_addrs(|| None).expect("an address")[0];
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(address).expect("a connection");
        let head = "POST /api/checkouts HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                    transfer-encoding: chunked\r\nconnection: close\r\n\r\n11170\r\n";
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(&[b' '; 0x11170]).expect("sent");
        let mut first_line = String::new();
        BufReader::new(stream).read_line(&mut first_line).expect("an answer");
        first_line
    });
    assert!(answer.await.expect("an answer").starts_with("HTTP/1.1 413"));
}

#[tokio::test]
async fn unknown_addresses_are_answered_in_the_one_shape() {
    let shop = Shop::open().await;
    assert_eq!(shop.get("/api/nothing").await.refusal().0, "not_found");
    assert_eq!(shop.get("/%2e%2e/%2e%2e/etc/passwd").await.refusal().0, "not_found");
    assert_eq!(shop.get("/webhooks/creem").await.refusal().0, "method_not_allowed");
    assert_eq!(shop.get("/healthz").await.text, "ok\n");
}

#[tokio::test]
async fn a_creem_that_fails_or_is_slow_is_said_plainly_and_the_next_press_works() {
    let shop = Shop::open().await;
    let body = json!({"product_id": LIFETIME});
    let key = [("idempotency-key", "attempt-1")];
    let fault = json!({"method": "POST", "path": "/v1/checkouts", "times": 1, "status": 500});
    shop.control(Method::POST, "/_sandbox/faults", fault).await;
    assert_eq!(shop.post_json("/api/checkouts", &body, &key).await.refusal().0, "upstream_unavailable");
    assert_eq!(shop.post_json("/api/checkouts", &body, &key).await.status, StatusCode::CREATED);
}

/// Without its database the proxy opened a session at Creem with each press, and nobody knew of any of them.
#[tokio::test]
async fn without_a_ledger_that_keeps_them_no_sessions_are_opened() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let pool = sqlx::AnyPool::connect(&shop.database_url()).await.expect("the database");
    sqlx::query("ALTER TABLE ledger_turn RENAME TO lost").execute(&pool).await.expect("renamed");
    for key in [&[][..], &[("idempotency-key", "one")], &[], &[("idempotency-key", "two")], &[]] {
        let answer = shop.post_json("/api/checkouts", &json!({"product_id": LIFETIME}), key).await;
        assert_eq!(answer.refusal().0, "internal");
    }
    assert!(shop.creations().await.len() <= 1, "the first press finds it out");
    sqlx::query("ALTER TABLE lost RENAME TO ledger_turn").execute(&pool).await.expect("renamed");
    shop.create(&json!({"product_id": LIFETIME})).await;
}
