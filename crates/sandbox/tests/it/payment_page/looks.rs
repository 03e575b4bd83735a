//! How the payment page looks and reads: theme, policy, amounts and language.

use axum::http::header;
use serde_json::json;

use super::page::details;
use crate::shop::{LIFETIME, MONTHLY, Shop, TEAM, page_path};

#[tokio::test]
async fn the_theme_is_honoured_on_every_step() {
    let shop = Shop::new();
    let path = format!("{}?theme=dark&locale=de", page_path(&shop.open(json!({ "product_id": LIFETIME })).await));
    assert!(shop.get(&path).await.text.contains("data-theme=\"dark\""));
    assert_eq!(shop.submit(&path, &details("DE")).await.location(), path);
    let odd = shop.get(&path.replace("dark", "%22onload")).await;
    assert!(!odd.text.contains("data-theme") && !odd.text.contains("\"onload"));
}

#[tokio::test]
async fn no_page_has_an_inline_script_or_style() {
    let shop = Shop::new();
    let checkout = shop.open(json!({ "product_id": TEAM })).await;
    for path in [page_path(&checkout), "/test/checkout/prod_x/ch_x".to_owned(), "/".to_owned()] {
        let page = shop.get(&path).await;
        let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("a policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        for inline in ["<script>", "<style", " style=", " onclick="] {
            assert!(!page.text.contains(inline), "{inline} in {path}");
        }
        assert!(page.text.contains("Sandbox"), "the banner");
    }
    assert!(shop.get("/_sandbox/style.css").await.text.contains("--accent"));
}

#[tokio::test]
async fn amounts_follow_the_locale() {
    let shop = Shop::new();
    let path = page_path(&shop.open(json!({ "product_id": TEAM })).await);
    assert!(shop.get(&format!("{path}?locale=de-AT")).await.text.contains("9,00\u{a0}€"));
    assert!(shop.get(&format!("{path}?locale=en")).await.text.contains("€9.00"));
}

#[tokio::test]
async fn the_page_speaks_the_buyers_language() {
    let shop = Shop::new();
    let checkout = shop.open(json!({ "product_id": MONTHLY, "success_url": "https://shop.example/" })).await;
    let page = async |locale: &str| shop.visit(&format!("{}?locale={locale}", page_path(&checkout))).await.text;
    for (locale, language, words) in [
        ("de-AT", "lang=\"de\" dir=\"ltr\"", ["Weiter zur Zahlung", "pro Monat"]),
        ("ar", "lang=\"ar\" dir=\"rtl\"", ["الاسم الكامل", "ابتداءً من"]),
        ("xx", "lang=\"en\" dir=\"ltr\"", ["Continue to payment", "per month"]),
    ] {
        let text = page(locale).await;
        assert!(text.contains(language), "{locale}: {text}");
        for word in words {
            assert!(text.contains(word), "{locale} does not say {word}: {text}");
        }
    }
    let path = format!("{}?locale=de", page_path(&checkout));
    let wrong = shop.submit(&path, &[("action", "continue"), ("email", "ada"), ("name", ""), ("country", "")]).await;
    assert!(wrong.text.contains("Füllen Sie „Vollständiger Name“ aus."), "{}", wrong.text);
    let code = shop.submit(&path, &[("action", "apply"), ("discount_code", "EXPIRED")]).await;
    assert!(code.text.contains("Dieser Code ist abgelaufen."), "{}", code.text);
}
