//! What an element in another site's page gets from the proxy.

use std::io::Read as _;

use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha384};

use crate::shop::{LIFETIME, OTHER_SITE, Shop};

#[tokio::test]
async fn an_element_of_an_allowed_site_gets_the_form_with_absolute_addresses() {
    let shop = Shop::open().await;
    let path = format!("/embed?product={LIFETIME}&locale=de&theme=dark&email=ada@example.com");
    let answer = shop.call(Method::GET, &path, &[("origin", OTHER_SITE)], Vec::new()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), OTHER_SITE);
    assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
    let ours = shop.proxy.as_str();
    for part in [
        format!(r#"action="{ours}api/checkouts""#),
        format!(r#"data-app-js="{ours}"#),
        r#"lang="de""#.to_owned(),
        r#"data-theme="dark""#.to_owned(),
        r#"value="ada@example.com""#.to_owned(),
        r#"id="page-data""#.to_owned(),
        "E-Mail".to_owned(),
    ] {
        assert!(answer.text.contains(&part), "{part} is not in {}", answer.text);
    }
    for whole in ["<html", "<head", "<header", ":root", "1rem", "2rem", "5rem"] {
        let found = answer.text.find(whole).map(|at| &answer.text[at.saturating_sub(40)..at + 10]);
        assert_eq!(found, None, "{whole}");
    }
    let stranger = shop.call(Method::GET, &path, &[("origin", "https://evil.example")], Vec::new()).await;
    assert_eq!(stranger.header("access-control-allow-origin"), "");
    assert_eq!(stranger.header("cross-origin-resource-policy"), "same-origin");
}

#[tokio::test]
async fn a_return_is_embedded_as_its_status() {
    let shop = Shop::open().await;
    let answer = shop.get("/embed?request_id=order_1&checkout_id=ch_1&signature=ab").await;
    assert!(answer.text.contains(r#"data-payment-status="not_genuine""#), "{}", answer.text);
}

#[tokio::test]
async fn the_loader_is_small_and_stays_the_same_under_the_name_of_its_content() {
    let shop = Shop::open().await;
    let loader = shop.call(Method::GET, "/embed.js", &[("origin", OTHER_SITE)], Vec::new()).await;
    assert_eq!(loader.header("access-control-allow-origin"), OTHER_SITE, "its integrity is checked");
    let loader = shop.call(Method::GET, "/embed.js", &[("origin", "https://evil.example")], Vec::new()).await;
    assert_eq!(loader.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(loader.header("access-control-allow-origin"), "*", "where it may not sell, it says why");
    let packed = shop.proxy.join("embed.js").expect("an address");
    let packed =
        reqwest::Client::new().get(packed).header("accept-encoding", "gzip, br").send().await.expect("an answer");
    assert_eq!(packed.headers()["content-encoding"], "br");
    let packed = packed.bytes().await.expect("a file");
    assert!(packed.len() <= 3_000, "{}", packed.len());
    let mut unpacked = String::new();
    brotli::Decompressor::new(&*packed, 4096).read_to_string(&mut unpacked).expect("packed");
    assert_eq!(unpacked, loader.text);
    let snippet = proxy::snippet(&shop.proxy);
    let named = |name: &str| {
        let value = snippet.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
        value.unwrap_or_else(|| panic!("no {name} in {snippet}")).to_owned()
    };
    let path = named("src").replace(shop.proxy.as_str(), "/");
    let same = shop.call(Method::GET, &path, &[("origin", OTHER_SITE)], Vec::new()).await;
    assert_eq!((same.text == loader.text, same.header("cache-control")), (true, "public, max-age=31536000, immutable"));
    let integrity = STANDARD.encode(Sha384::digest(&same.text));
    assert_eq!(named("integrity"), ["sha384-", &integrity].concat());
}
