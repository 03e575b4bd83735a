//! What the heads of answers tell browsers: where to go, what to keep, and how to come back.

use proxy::{OwnSentences, Theme};
use reqwest::{Method, StatusCode};
use serde_json::json;
use url::Url;
use wire::PageMode;

use super::manner::style;
use crate::shop::{LIFETIME, Shop, Webhooks};

/// Where a browser goes next.
async fn redirected(shop: &Shop, path: &str) -> Url {
    let answer = shop.get(path).await;
    assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT, "{path}");
    let from = shop.proxy.join(path).expect("a path");
    let to = from.join(answer.header("location")).expect("an address");
    assert_eq!(to.origin(), shop.proxy.origin(), "{path} leads away");
    to
}

// A buyer who came back to `/pay?…signature=…` or `/index.html?…` was sent on without the query, and stood before an
// empty form after paying; browsers remembered the 308 for ever.
#[tokio::test]
async fn a_buyer_who_is_sent_on_still_comes_back_from_paying() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.public_url = config.public_url.join("shop/pay/").expect("a URL");
    })
    .await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    let returned = shop.pay(created.checkout_id.as_str()).await;
    let query = returned.query().expect("a query");
    for path in ["/shop/pay", "/shop/pay/index.html", "/shop/pay/status/"] {
        let to = redirected(&shop, &format!("{path}?{query}")).await;
        assert!(to.path().starts_with("/shop/pay/") && to.query() == Some(query), "{path} leads to {to}");
        let page = shop.get(&to[url::Position::BeforePath..]).await;
        assert!(page.text.contains(r#"data-payment-status="paid""#), "{path}: {}", page.text);
    }
    let to = redirected(&shop, "/shop/pay/status?product=prod_1&locale=de").await;
    assert_eq!(&to[url::Position::BeforePath..], "/shop/pay/?product=prod_1&locale=de", "no return is the form");
    assert_eq!(redirected(&shop, "/shop/pay").await.path(), "/shop/pay/");
}

#[tokio::test]
async fn no_redirect_leads_away_whatever_the_query_says() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.public_url = config.public_url.join("./to:shop/").expect("a URL");
    })
    .await;
    for query in ["//evil.example", "/\\evil.example", "https://evil.example", "@evil.example/", "x#//evil.example"] {
        for path in ["/index.html", "/status", "/status/", "/./to:shop"] {
            redirected(&shop, &format!("{path}?{query}")).await;
        }
    }
    for path in
        ["/evil.example/index.html", "/evil.example/to:shop", "/evil.example/status/", "%5Cevil.example/status/"]
    {
        let answer = shop.get(&format!("{}{path}", shop.proxy)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

// How much a shop sells was told to everybody who did not know that it could be asked.
#[tokio::test]
async fn numbers_are_for_the_bearer_of_the_token_and_are_not_there_without_one() {
    let live = Shop::open_with(Webhooks::GetLost, |config| config.mode = PageMode::Live).await;
    assert_eq!(live.get("/metrics").await.refusal().0, "not_found");
    let bearer = [("authorization", "Bearer a-token-of-tests-1234")];
    assert_eq!(live.call(Method::GET, "/metrics", &bearer, Vec::new()).await.status, StatusCode::NOT_FOUND);
    let known = Shop::open_with(Webhooks::GetLost, |config| {
        config.mode = PageMode::Live;
        config.api_token = Some("a-token-of-tests-1234".into());
    })
    .await;
    assert_eq!(known.get("/metrics").await.refusal().0, "token_invalid");
    let told = known.call(Method::GET, "/metrics", &bearer, Vec::new()).await;
    assert!(told.text.contains("checkout_requests_total"), "{}", told.text);
    let sandbox = Shop::open_with(Webhooks::GetLost, |config| config.mode = PageMode::Sandbox).await;
    assert_eq!(sandbox.get("/metrics").await.status, StatusCode::OK, "a sandbox has nothing to hide");
}

// `includeSubDomains` closed the merchant's other hosts to browsers, among them some without TLS.
#[tokio::test]
async fn transport_security_is_asked_for_our_own_host_only() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.public_url = "https://shop.example/pay/".parse().expect("a URL");
    })
    .await;
    assert_eq!(shop.get("/healthz").await.header("strict-transport-security"), "max-age=31536000");
    let plain = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    assert_eq!(plain.get("/healthz").await.header("strict-transport-security"), "");
}

// A page with an e-mail address or an intent in it could be kept by every cache on its way.
#[tokio::test]
async fn a_page_with_anything_of_a_buyer_in_it_is_kept_by_nobody() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    for query in [
        "email=ada%40example.com",
        "discount_code=FORADA",
        "units=3",
        "request_id=order_1",
        "metadata%5Buser%5D=1",
        "intent=a.b.c",
        "product=prod_1&success_url=/thanks&custom_fields=%5B%5D",
    ] {
        assert_eq!(shop.get(&format!("/?{query}")).await.header("cache-control"), "private, no-store", "{query}");
    }
    for query in ["", &format!("product={LIFETIME}&locale=de&theme=dark&accent=7c3aed"), "email=&utm_source=mail"] {
        assert_eq!(shop.get(&format!("/?{query}")).await.header("cache-control"), "no-cache", "{query}");
    }
}

// `&` was not escaped in values: `a&lt;b` came back as `a<b`, so that another code was sent than was typed.
#[tokio::test]
async fn what_was_typed_comes_back_as_it_was_typed() {
    let own = OwnSentences::parse(r#"{"en": {"summary": "Price &amp; tax"}}"#).expect("sentences");
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.page.sentences = own).await;
    let page = shop.get("/?discount_code=a%26lt;b&email=%26quot;%22%26&metadata%5Ba%5D=%26amp;").await.text;
    for shown in [
        r#"value="a&amp;lt;b""#,
        r#"value="&amp;quot;&quot;&amp;""#,
        r#"name="metadata[a]" value="&amp;amp;""#,
        r#"aria-label="Price &amp;amp; tax""#,
    ] {
        assert!(page.contains(shown), "{shown} is not in {page}");
    }
}

// A stranger's link with `font=Wingdings` made the shop's page one that nobody could read.
#[tokio::test]
async fn a_link_brings_no_font_that_cannot_be_read() {
    let theme = Theme::parse("font=House Grotesk").expect("a theme");
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.page.theme = theme).await;
    for (link, font) in
        [("font=Wingdings", "House Grotesk"), ("font=House+Grotesk", "House Grotesk"), ("font=Georgia", "Georgia")]
    {
        let sheet = style(&shop.get(&format!("/?{link}")).await);
        assert!(sheet.contains(&format!(r#"--font: "{font}", system-ui"#)), "{link}: {sheet}");
    }
}

// 65 kB of field names cost a fifth of a second of a processor before any limit, and came back as 250 kB.
#[tokio::test]
async fn a_form_of_thousands_of_fields_costs_what_one_of_ours_costs() {
    let shop = Shop::open_with(Webhooks::GetLost, |_| {}).await;
    let names: String = (0..3000).map(|n| format!("&metadata%5B{n}%5D=x")).collect();
    let refused = shop.post_form(&format!("product_id={LIFETIME}{names}")).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text.contains(r#""code":"body_invalid""#) && refused.text.contains("at most 66 fields"));
    assert!(refused.text.matches("type=\"hidden\"").count() < 66, "{} bytes come back", refused.text.len());
    let linked = shop.get(&format!("/?product={LIFETIME}{}", &names[..20_000])).await;
    assert!(linked.text.matches("type=\"hidden\"").count() < 66, "{} bytes come back", linked.text.len());
    assert!(shop.creations().await.is_empty());
}
