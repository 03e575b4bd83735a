//! The served page: usable at first paint, with products, values and errors in it.

use std::io::Read;
use std::path::PathBuf;

use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use proxy::Assets;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::shop::{LIFETIME, MONTHLY, Shop, Webhooks};

/// How the notice at the form's top begins while it says something.
pub(crate) const ALERT: &str = r#"id="form-error" role="alert" tabindex="-1" class="notice">"#;

fn page_data(html: &str) -> Value {
    let start = html.find(r#"id="page-data">"#).expect("the data block") + r#"id="page-data">"#.len();
    let end = start + html[start..].find("</script>").expect("its end");
    serde_json::from_str(&html[start..end]).expect("JSON")
}

/// Whether a browser would find an image in the page, which no page of ours has.
/// Whether it holds the picture that was tried to be put into it.
fn has_image(html: &str) -> bool {
    let mut found = false;
    let settings =
        lol_html::RewriteStrSettings::new().append_element_content_handler(lol_html::element!("img[src=x]", |_| {
            found = true;
            Ok(())
        }));
    lol_html::rewrite_str(html, settings).expect("HTML");
    found
}

#[tokio::test]
async fn the_page_arrives_with_the_products_in_it() {
    let shop = Shop::open().await;
    let page = shop.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("cache-control"), "no-cache");
    assert!(page.text.contains("Lifetime licence") && page.text.contains("$19.99"));
    assert!(page.text.contains("per month") && page.text.contains("per year"));
    assert_eq!(page.text.matches(" checked").count(), 0, "which of them is the buyer's to choose");
    assert!(page.text.contains("Sandbox: no real money moves."));
    assert!(!page.text.contains("Loading products…</div>"), "{}", page.text);
    let data = page_data(&page.text);
    assert_eq!((&data["mode"], data["products"].as_array().map(Vec::len)), (&json!("sandbox"), Some(4)));
}

#[tokio::test]
async fn pages_and_json_travel_compressed_and_files_and_events_as_they_are() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let created = shop.create(&json!({"product_id": LIFETIME})).await;
    let app = shop.app().await;
    let get = async |path: &str, coding: &str| {
        let request = Request::get(path).header("accept-encoding", coding).body(Body::empty()).expect("a request");
        app.clone().oneshot(request).await.expect("an answer")
    };
    let body = async |answer: Response| axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    for path in ["/", "/api/products"] {
        let plain = body(get(path, "identity").await).await;
        let answer = get(path, "gzip, br").await;
        assert_eq!(answer.headers()["content-encoding"], "gzip");
        let varies = answer.headers().get_all("vary").iter().any(|name| name == "accept-encoding");
        assert!(varies, "what is kept in between is for those who asked for the same");
        let compressed = body(answer).await;
        assert!(compressed.len() * 2 < plain.len(), "{path}: {} of {}", compressed.len(), plain.len());
        let mut again = Vec::new();
        flate2::read::GzDecoder::new(&compressed[..]).read_to_end(&mut again).expect("gzip");
        assert_eq!(again, plain, "{path}");
    }
    let (request_id, checkout_id) = (&created.request_id, &created.checkout_id);
    let events = format!("/api/payments/{request_id}/events?checkout_id={checkout_id}");
    for path in ["/app-0123456789abcdef.css", "/healthz", &events] {
        assert!(!get(path, "gzip, br").await.headers().contains_key("content-encoding"), "{path}");
    }
}

#[tokio::test]
async fn a_link_fills_the_form() {
    let shop = Shop::open().await;
    let page = shop
        .get(&format!(
            "/?product={MONTHLY}&units=2&discount_code=SAVE25&email=ada%40example.com&request_id=order_1&\
             metadata%5Bplan%5D=pro&success_url=https%3A%2F%2Fshop.example%2F&locale=de"
        ))
        .await;
    assert!(page.text.contains(&format!(r#"value="{MONTHLY}" required checked"#)), "{}", page.text);
    assert!(page.text.contains(r#"value="SAVE25""#) && page.text.contains(r#"value="ada@example.com""#));
    assert!(page.text.contains(r#"<input type="hidden" name="request_id" value="order_1">"#));
    assert!(page.text.contains(r#"<input type="hidden" name="metadata[plan]" value="pro">"#));
    assert!(page.text.contains(r#"<input type="hidden" name="success_url" value="https://shop.example/">"#));
    assert_eq!(page_data(&page.text)["values"]["email"], "ada@example.com");
}

#[tokio::test]
async fn nothing_in_a_link_becomes_markup() {
    let shop = Shop::open().await;
    let attack = "%22%3E%3C%2Fscript%3E%3Cimg%20src%3Dx%3E";
    assert!(has_image("<p><img src=x></p>"), "the check can fail");
    let query = format!("discount_code={attack}&email={attack}&metadata%5B{attack}%5D={attack}&product={attack}");
    let page = shop.get(&format!("/?{query}")).await;
    assert!(!has_image(&page.text), "{}", page.text);
    assert_eq!(page_data(&page.text)["values"]["discount_code"], "\"></script><img src=x>");
    assert!(page.text.contains(r#""code":"product_unknown""#), "{}", page.text);
    let posted = shop.post_form(&format!("product_id={attack}&{query}").replace("&product=", "&units=")).await;
    assert!(!has_image(&posted.text), "{}", posted.text);
    let status = shop.get(&format!("/status?checkout_id={attack}&request_id={attack}&signature={attack}")).await;
    assert!(!has_image(&status.text), "{}", status.text);
}

#[tokio::test]
async fn the_plain_form_sells() {
    let shop = Shop::open().await;
    let answer = shop
        .post_form(&format!(
            "product_id={LIFETIME}&units=&discount_code=&email=ada%40example.com&request_id=order_1&metadata%5Bplan%5D=pro"
        ))
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert!(answer.header("location").starts_with(shop.sandbox.as_str()));
    let form_action = format!("form-action 'self' https: {}", shop.sandbox.origin().ascii_serialization());
    assert!(answer.header("content-security-policy").contains(&form_action));
    let creation = &shop.creations().await[0];
    assert_eq!(creation["customer"]["email"], "ada@example.com");
    assert_eq!(creation["metadata"], json!({"plan": "pro"}));
    assert_eq!((creation.get("units"), creation.get("discount_code")), (None, None));
}

// The first of several products was chosen by the page, and sold to whoever pressed the button.
#[tokio::test]
async fn a_form_without_a_choice_comes_back_with_what_was_typed_and_says_so_at_the_choice() {
    let shop = Shop::open().await;
    let page = shop.post_form("discount_code=SAVE25&email=ada%40example.com").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert_eq!(page_data(&page.text)["error"]["code"], "product_required");
    assert!(page.text.contains(ALERT), "{}", page.text);
    assert_eq!(page.text.matches("Choose a product to continue.").count(), 2, "at the top and at the choice");
    assert!(page.text.contains(r#"value="ada@example.com""#) && page.text.contains(r#"value="SAVE25""#));
    assert!(!page.text.contains(" checked") && shop.creations().await.is_empty(), "{}", page.text);
}

#[tokio::test]
async fn a_wrong_code_comes_back_marked_and_the_next_press_without_it_sells() {
    let shop = Shop::open().await;
    let fields = format!("product_id={MONTHLY}&email=ada%40example.com&request_id=order_1");
    let page = shop.post_form(&format!("{fields}&discount_code=EXPIRED")).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.text.contains(r#"aria-invalid="true" value="EXPIRED""#), "{}", page.text);
    assert!(
        page.text.contains(r#"data-outcome="refused" class="field__outcome">This code has expired."#),
        "{}",
        page.text
    );
    assert!(page.text.contains(ALERT) && page.text.contains(">Continue to payment</button>"), "{}", page.text);
    assert!(page.text.contains(r#"value="ada@example.com""#));
    assert!(page.text.contains(r#"name="request_id" value="order_1""#));
    assert!(page.text.contains(r#"id="email-error" hidden"#), "only the field at fault is marked");
    // The page is answered one level deeper than it lives.
    assert!(page.text.contains(r#"action="../api/checkouts""#) && page.text.contains(r#"src="../boot-"#));
    let data = page_data(&page.text);
    assert_eq!(data["error"]["code"], "discount_expired");
    assert_eq!(data["error"]["trace_id"], page.header("x-request-id"));
    assert_eq!(shop.creations().await.len(), 0);
    assert_eq!(shop.post_form(&format!("{fields}&discount_code=")).await.status, StatusCode::SEE_OTHER);
}

// A person who posts the form and meets a refusal that comes before its fields once got JSON to read.
#[tokio::test]
async fn whatever_refuses_a_form_is_said_on_the_page_and_to_programs_where_there_is_none() {
    let shop = Shop::open().await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    let fields = format!("product_id={LIFETIME}");
    let large = format!("{fields}&email={}", "a".repeat(70_000));
    for (header, body, status, code) in [
        (("origin", "https://evil.example"), &fields, StatusCode::FORBIDDEN, "origin_not_allowed"),
        (("idempotency-key", "a b"), &fields, StatusCode::BAD_REQUEST, "idempotency_key_invalid"),
        (("accept", "text/html"), &large, StatusCode::BAD_REQUEST, "body_too_large"),
    ] {
        let page = shop.call(Method::POST, "/api/checkouts", &[form, header], body.clone().into_bytes()).await;
        assert_eq!((page.status, page.header("content-type")), (status, "text/html; charset=utf-8"), "{code}");
        assert_eq!(page_data(&page.text)["error"]["code"], code);
        assert!(page.text.contains(ALERT) && page.text.contains("Lifetime licence"));
    }
    let bare = Shop::open_with(Webhooks::GetLost, |config| config.assets = PathBuf::from("nowhere").into()).await;
    assert_eq!(bare.post_form(&format!("{fields}&units=0")).await.refusal().0, "units_invalid");
    assert_eq!(shop.creations().await.len(), 0);
}

#[tokio::test]
async fn the_page_comes_even_when_creem_is_down() {
    let shop = Shop::open().await;
    let fault = json!({"method": "GET", "path": "/v1/products/search", "times": 9, "status": 500});
    shop.control(Method::POST, "/_sandbox/faults", fault).await;
    let page = shop.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("The payment service isn’t responding."), "{}", page.text);
}

#[tokio::test]
async fn the_status_page_is_right_at_first_paint() {
    let shop = Shop::open().await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1001"})).await;
    let returned = shop.pay(created.checkout_id.as_str()).await;
    assert_eq!(returned.path(), "/status");
    let query = returned.query().expect("a query");
    for path in [format!("/status?{query}"), format!("/?{query}")] {
        let page = shop.get(&path).await;
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.text.contains(r#"data-payment-status="paid""#), "{}", page.text);
        assert!(page.text.contains("order_1001") && page.text.contains("$19.99"));
        assert!(!page.text.contains("<form"));
        assert_eq!(page_data(&page.text)["payment"]["status"], "paid");
    }
    let forged = query.replace("order_1001", "order_1002");
    let page = shop.get(&format!("/status?{forged}")).await;
    assert!(page.text.contains(r#"data-payment-status="not_genuine""#), "{}", page.text);
    assert!(!page.text.contains("Payment received"));
    let tidied = format!("/status?request_id=order_1001&checkout_id={}", created.checkout_id);
    assert!(shop.get(&tidied).await.text.contains(r#"data-payment-status="paid""#));
}

#[tokio::test]
async fn an_open_session_is_not_paid_and_can_be_asked_for_again() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    let path = format!("/status?request_id=order_1&checkout_id={}", created.checkout_id);
    let page = shop.get(&path).await;
    assert!(page.text.contains(r#"data-payment-status="pending""#) && page.text.contains("Check again"));
    assert_eq!(shop.get("/status").await.header("location"), "./");
}

#[tokio::test]
async fn everything_is_also_under_the_public_path() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.public_url = config.public_url.join("shop/pay/").expect("a URL");
    })
    .await;
    for path in ["/", "/shop/pay/"] {
        assert!(shop.get(path).await.text.contains("Lifetime licence"), "{path}");
    }
    assert_eq!(shop.get("/shop/pay/api/products").await.status, StatusCode::OK);
    assert_eq!(shop.get("/shop/pay/app-0123456789abcdef.css").await.status, StatusCode::OK);
    assert_eq!(shop.get("/shop/pay/nothing").await.refusal().0, "not_found");
    let created = shop.create(&json!({"product_id": LIFETIME})).await;
    assert_eq!(shop.pay(created.checkout_id.as_str()).await.path(), "/shop/pay/status");
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever() {
    let shop = Shop::open().await;
    let file = shop.get("/app-0123456789abcdef.css").await;
    assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(file.header("content-type"), "text/css");
    assert_eq!(shop.get("/index.html").await.header("location"), "./");
    assert_eq!(shop.call(Method::HEAD, "/", &[], Vec::new()).await.status, StatusCode::OK);
}

// The page inside the binary was unpacked to a temporary folder, from which a system clears away what nobody read for
// ten days: languages and icons went missing while it was served.
#[tokio::test]
async fn files_come_compressed_to_those_who_take_it_from_a_folder_and_from_memory() {
    let folder = std::env::temp_dir().join(format!("checkout-assets-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(folder.join("languages")).expect("a folder");
    let index = std::fs::read_to_string(crate::shop::fixture().join("index.html")).expect("the page");
    let index: &'static str = index.leak();
    let files: [(&str, &'static str); 6] = [
        ("index.html", index),
        ("app-0123456789abcdef.css", "main { display: block; }"),
        ("app.js", "plain"),
        ("app.js.br", "as brotli"),
        ("app.js.gz", "as gzip"),
        ("languages/de.json", "{}"),
    ];
    for (name, text) in files {
        std::fs::write(folder.join(name), text).expect("a file");
    }
    let in_memory = Assets::in_memory(files.map(|(name, text)| (PathBuf::from(name), text.as_bytes())));
    for assets in [folder.clone().into(), in_memory] {
        let shop = Shop::open_with(Webhooks::GetLost, |config| config.assets = assets).await;
        for (accepted, encoding, text) in
            [("br, gzip", "br", "as brotli"), ("gzip", "gzip", "as gzip"), ("identity", "", "plain")]
        {
            let file = shop.call(Method::GET, "/app.js", &[("accept-encoding", accepted)], Vec::new()).await;
            assert_eq!((file.header("content-encoding"), file.text.as_str()), (encoding, text), "{accepted}");
            assert_eq!(file.header("content-type"), "text/javascript");
            assert_eq!(file.header("content-length"), text.len().to_string());
            assert!(file.header("vary").contains("accept-encoding"), "{accepted}");
            let known = [("accept-encoding", accepted), ("if-none-match", file.header("etag"))];
            let again = shop.call(Method::GET, "/app.js", &known, Vec::new()).await;
            assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{accepted}");
        }
        let part = shop.call(Method::GET, "/app.js", &[("range", "bytes=1-3")], Vec::new()).await;
        assert_eq!((part.status, part.text.as_str()), (StatusCode::PARTIAL_CONTENT, "lai"));
        assert_eq!(shop.call(Method::HEAD, "/app.js", &[], Vec::new()).await.header("content-length"), "5");
        assert_eq!(shop.get("/languages/de.json").await.text, "{}");
        for nothing in ["/languages", "/languages/", "/../Cargo.toml", "/app.js/", "/languages/../../x", "/%00"] {
            assert_eq!(shop.get(nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
        }
        assert!(shop.get("/").await.text.contains("Lifetime licence"));
    }
    std::fs::remove_dir_all(folder).expect("removed");
}
