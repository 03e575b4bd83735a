//! Links to the page: read once, truly, and in one way with and without scripts.

mod pasted;

use proxy::Config;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;
use wire::{PageMode, ProductId};

use crate::checkout::intents::{self, intent};
use crate::program::log::Log;
use crate::shop::{Answer, LIFETIME, MONTHLY, OTHER_SITE, Shop, Webhooks};

const MISTAKE: &str = "This checkout link isn’t set up correctly";

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

/// The data block of a page.
fn data(page: &Answer) -> Value {
    let (_, rest) = page.text.split_once(r#"id="page-data">"#).expect("the data block");
    serde_json::from_str(rest.split_once("</script>").expect("its end").0).expect("JSON")
}

/// What a press without scripts sends: the page's own hidden fields, and what a buyer fills in.
fn press(page: &Answer, filled: &str) -> String {
    let mut form = filled.to_owned();
    let hidden = page.text.split(r#"<input type="hidden" name=""#).skip(1);
    // The card of an only product is what a buyer fills in.
    let hidden = hidden.filter(|field| !field.starts_with("product_id"));
    for field in hidden.map(|rest| rest.split_once(r#"">"#).expect("its end").0) {
        let (name, value) = field.split_once(r#"" value=""#).expect("a value");
        let plain = |text: &str| encoded(&text.replace("&amp;", "&").replace("&lt;", "<").replace("&quot;", "\""));
        form.push_str(&format!("&{}={}", plain(name), plain(value)));
    }
    form
}

async fn live() -> Shop {
    Shop::open_with(Webhooks::GetLost, |config| config.mode = PageMode::Live).await
}

// The page of such a link looked as if all was well. The press was then refused, with scripts; without them the bad
// value was left out, and the order was sold under a reference that the shop had never heard of.
#[tokio::test]
async fn a_link_whose_sale_cannot_be_made_says_so_at_load_and_sells_nothing() {
    let (sandbox, live) = (Shop::open().await, live().await);
    let long = format!("{OTHER_SITE}/{}", "x".repeat(2048));
    let wrong = [
        ("request_id", "INV/2024/001", "request_id_invalid", "A-Z"),
        ("request_id", "order.1001", "request_id_invalid", "A-Z"),
        ("request_id", "user@example.com", "request_id_invalid", "A-Z"),
        ("request_id", "order\u{200b}1", "request_id_invalid", "A-Z"),
        ("request_id", &"a".repeat(129), "request_id_invalid", "128"),
        ("success_url", "https://evil.example/", "success_url_not_allowed", "CHECKOUT_RETURN_ORIGINS"),
        ("success_url", "javascript:alert(1)", "success_url_invalid", "http"),
        ("success_url", "/thanks", "success_url_invalid", "http"),
        ("success_url", "https://shop.example/?x=a|b", "success_url_invalid", "signature"),
        ("success_url", &long, "success_url_invalid", "2048"),
    ];
    for (name, value, code, said) in wrong {
        let link = format!("/?product={LIFETIME}&email=ada%40example.com&{name}={}", encoded(value));
        for shop in [&sandbox, &live] {
            let page = shop.get(&link).await;
            let error = &data(&page)["error"];
            assert_eq!((page.status, &error["code"], &error["field"]), (StatusCode::OK, &json!(code), &json!(name)));
            let (_, notice) = page.text.split_once(super::served::ALERT).expect("a notice");
            let notice = notice.split_once("</div>").expect("its end").0;
            assert!(notice.contains(MISTAKE), "{notice}");
            let is_explained = notice.contains(name) && notice.contains(said);
            assert_eq!(is_explained, std::ptr::eq(shop, &sandbox), "only where no money moves: {notice}");
            let pressed =
                shop.post_form(&press(&page, &format!("product_id={LIFETIME}&email=ada%40example.com"))).await;
            assert_eq!((pressed.status, &data(&pressed)["error"]["code"]), (StatusCode::BAD_REQUEST, &json!(code)));
        }
    }
    assert_eq!((sandbox.creations().await, live.creations().await), (vec![], vec![]));
}

#[tokio::test]
async fn a_wrong_link_is_one_line_in_the_log() {
    let shop = Shop::open().await;
    let log = Log::listen();
    let page = shop.get("/?request_id=INV/1").await;
    let lines = log.of(page.header("x-request-id"));
    assert_eq!((lines.len(), &lines[0]["level"], &lines[0]["code"]), (1, &json!("WARN"), &json!("request_id_invalid")));
}

// A link to a product that is no longer sold chose the first product, said nothing, and sold it.
#[tokio::test]
async fn a_product_that_is_gone_is_said_and_nothing_is_chosen() {
    let only = |config: &mut Config| config.products = vec![ProductId::parse(LIFETIME).expect("an id")];
    let one = Shop::open_with(Webhooks::GetLost, only).await;
    for shop in [&Shop::open().await, &one] {
        for gone in ["prod_gone2024", "prod_SandboxLifetime000000", "lifetime", "%3Cb%3E"] {
            let page = shop.get(&format!("/?product={gone}&email=ada%40example.com")).await;
            assert!(!page.text.contains("checked"), "{}", page.text);
            assert!(
                page.text.contains(r#"<span>This product is no longer for sale. Choose another one.</span></p>"#),
                "{}",
                page.text
            );
            assert!(page.text.contains("Lifetime licence") && page.text.contains(r#"data-single="false""#));
            assert_eq!(data(&page)["error"]["code"], "product_unknown");
            let pressed = shop.post_form(&press(&page, "email=ada%40example.com")).await;
            assert_eq!(pressed.status, StatusCode::BAD_REQUEST, "nothing is chosen");
            let chosen = press(&page, &format!("product_id={LIFETIME}&email=ada%40example.com"));
            assert_eq!(shop.post_form(&chosen).await.status, StatusCode::SEE_OTHER, "the buyer may choose");
        }
    }
    let page = one.get("/").await;
    let only = format!(r#"<input type="hidden" name="product_id" id="product-{LIFETIME}" value="{LIFETIME}""#);
    assert!(page.text.contains(&only) && page.text.contains(r#"data-single="true""#), "{}", page.text);
}

#[tokio::test]
async fn units_that_are_none_stand_in_their_field_with_their_error() {
    let shop = Shop::open().await;
    for (linked, shown) in [("0", "0"), ("1.5", "1.5"), ("99999", "99999"), ("abc", "abc"), ("-1", "-1")] {
        let page = shop.get(&format!("/?product={LIFETIME}&units={linked}")).await;
        assert!(page.text.contains(&format!(r#"aria-invalid="true" value="{shown}""#)), "{}", page.text);
        assert!(page.text.contains(r#"<span>Enter a quantity of 1 or more.</span></p>"#), "{}", page.text);
        assert!(!page.text.contains(r#"id="units-field" hidden"#));
    }
    for three in ["3", "%EF%BC%93", "%D9%A3"] {
        let page = shop.get(&format!("/?units={three}")).await;
        assert_eq!((&data(&page)["values"]["units"], data(&page).get("error")), (&json!("3"), None), "{three}");
        let form = format!("product_id={LIFETIME}&email=ada%40example.com&units={three}");
        assert_eq!(shop.post_form(&form).await.status, StatusCode::SEE_OTHER);
    }
    assert!(shop.creations().await.iter().all(|creation| creation["units"] == 3));
}

// The proxy took the last and the app the first: without scripts the other product was sold.
#[tokio::test]
async fn of_a_repeated_name_the_first_counts() {
    let shop = Shop::open().await;
    let link = format!(
        "/?product=&product={MONTHLY}&product_id={LIFETIME}&discount_code=SAVE25&amp;discount_code=TENOFF\
         &metadata%5Ba%5D=1&metadata%5Ba%5D=2&units=2&units=3"
    );
    let page = shop.get(&link).await;
    let values = &data(&page)["values"];
    assert_eq!((&values["product_id"], &values["discount_code"]), (&json!(MONTHLY), &json!("SAVE25")));
    assert!(page.text.contains(&format!(r#"value="{MONTHLY}" required checked"#)), "{}", page.text);
    let form = press(&page, &format!("product_id={MONTHLY}&units=2&discount_code=SAVE25&email=ada%40example.com"));
    assert_eq!(shop.post_form(&form).await.status, StatusCode::SEE_OTHER);
    let creation = &shop.creations().await[0];
    assert_eq!((&creation["units"], &creation["metadata"]), (&json!(2), &json!({"a": "1"})));
}

// A campaign link with one long value or one key too many opened a page on which every press was refused.
#[tokio::test]
async fn metadata_that_does_not_fit_stays_behind_with_one_line_in_the_log() {
    let shop = Shop::open().await;
    let log = Log::listen();
    let (long, key) = ("x".repeat(501), "k".repeat(41));
    let many: String = (0..60).map(|n| format!("&metadata%5Butm_{n}%5D=x")).collect();
    let link = format!(
        "/?request_id=order_1&metadata%5Bplan%5D=pro&metadata%5Bnote%5D={long}&metadata%5B{key}%5D=x\
         &metadata%5Ba%5D=x%00y&metadata%5Ba@b.example%5D=%0A.{many}"
    );
    let page = shop.get(&link).await;
    assert_eq!(data(&page).get("error"), None, "{}", page.text);
    let lines = log.of(page.header("x-request-id"));
    let warnings: Vec<_> = lines.iter().filter(|line| line["level"] == "WARN").collect();
    let [warning] = warnings[..] else { panic!("{lines:?}") };
    let left_out = warning["left_out"].as_str().expect("what");
    assert!(left_out.contains("metadata[note]: its value has more than 500 characters"), "{left_out}");
    assert!(left_out.contains("metadata[a]: it has a control character"), "{left_out}");
    assert!(!left_out.contains("b.example") && !left_out.contains("xxx"), "{left_out}");
    let form = press(&page, &format!("product_id={LIFETIME}&units=&discount_code=&email=ada%40example.com"));
    let sold = shop.post_form(&form).await;
    assert_eq!(sold.status, StatusCode::SEE_OTHER, "{}", sold.text);
    let creation = &shop.creations().await[0];
    let metadata = creation["metadata"].as_object().expect("metadata");
    assert_eq!((metadata.len(), &metadata["plan"], &metadata["utm_48"]), (50, &json!("pro"), &json!("x")));
    assert_eq!((&creation["request_id"], metadata.get("note")), (&json!("order_1"), None));
}

// Whoever posts says what is sold; a program that sends too much is told, as ever.
#[tokio::test]
async fn a_posted_form_is_read_strictly() {
    let shop = Shop::open().await;
    for (field, code) in [
        (format!("metadata%5Bnote%5D={}", "x".repeat(501)), "metadata_invalid"),
        ("units=2&units=3".to_owned(), "body_invalid"),
        (format!("product={MONTHLY}"), "field_unknown"),
    ] {
        let answer = shop.post_form(&format!("product_id={LIFETIME}&email=ada%40example.com&{field}")).await;
        assert_eq!((answer.status, &data(&answer)["error"]["code"]), (StatusCode::BAD_REQUEST, &json!(code)));
    }
    assert_eq!(shop.creations().await.len(), 0);
}

#[tokio::test]
async fn what_an_intent_fixes_cannot_be_wrong_in_the_link() {
    let shop = intents::shop(false).await;
    let token =
        intent(json!({"product_id": LIFETIME, "request_id": "order_1", "units": 2, "metadata": {"plan": "pro"}}));
    let log = Log::listen();
    let wrong = format!("product=gone&request_id=a/b&units=0&metadata%5Ba%5D={}", "x".repeat(501));
    let page = shop.get(&format!("/?intent={token}&{wrong}")).await;
    assert_eq!(data(&page).get("error"), None, "{}", page.text);
    assert!(log.of(page.header("x-request-id")).iter().all(|line| line["level"] == "INFO"));
    let sold = shop.post_form(&press(&page, &format!("product_id={LIFETIME}&units=2&email=ada%40example.com"))).await;
    assert_eq!(sold.status, StatusCode::SEE_OTHER, "{}", sold.text);
    assert_eq!(shop.creations().await[0]["metadata"], json!({"plan": "pro"}));
}

// An id that was written as a number came back as another number.
#[tokio::test]
async fn a_number_that_would_be_rounded_is_refused() {
    let shop = Shop::open().await;
    for (number, status) in [
        ("123456789012345678901234567890", StatusCode::BAD_REQUEST),
        ("18446744073709551616", StatusCode::BAD_REQUEST),
        ("3.14159265358979323846", StatusCode::BAD_REQUEST),
        ("9007199254740993", StatusCode::CREATED),
        ("1.5", StatusCode::CREATED),
    ] {
        let body = format!(r#"{{"product_id":"{LIFETIME}","metadata":{{"n":{number}}}}}"#);
        let headers = [("content-type", "application/json")];
        let answer = shop.call(Method::POST, "/api/checkouts", &headers, body.into_bytes()).await;
        assert_eq!(answer.status, status, "{number}");
        if status == StatusCode::BAD_REQUEST {
            assert_eq!(answer.refusal(), ("metadata_invalid".to_owned(), "metadata".to_owned()));
        }
    }
    let metadata: Vec<_> =
        shop.creations().await.iter().map(|creation| creation["metadata"]["n"].to_string()).collect();
    assert_eq!(metadata, ["9007199254740993", "1.5"]);
}
