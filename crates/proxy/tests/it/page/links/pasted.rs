//! Addresses, codes and locales as keyboards, messages and operating systems write them.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{data, encoded, press};
use crate::shop::{LIFETIME, MONTHLY, Shop};

// Marks that nobody sees made another customer of the address, one without a receipt; a bare `+` was refused.
#[tokio::test]
async fn an_address_is_sent_as_it_was_meant() {
    let shop = Shop::open().await;
    for (linked, meant) in [
        ("ada+shop@example.com", "ada+shop@example.com"),
        ("ada%2540example.com", "ada@example.com"),
        ("%E2%80%8Bada@example.com%EF%BB%BF", "ada@example.com"),
    ] {
        let page = shop.get(&format!("/?email={linked}")).await;
        assert_eq!(data(&page)["values"]["email"], meant);
    }
    for (typed, answer) in [
        ("ada@example.com\u{200b}", StatusCode::SEE_OTHER),
        ("\u{202a}ada@example.com\u{202c}", StatusCode::SEE_OTHER),
        ("a\u{200b}da@example.com", StatusCode::BAD_REQUEST),
        ("ada@exam\u{ad}ple.com", StatusCode::BAD_REQUEST),
        ("ada@gmail.c", StatusCode::BAD_REQUEST),
        ("ada@example.123", StatusCode::BAD_REQUEST),
    ] {
        let form = format!("product_id={LIFETIME}&email={}", encoded(typed));
        assert_eq!(shop.post_form(&form).await.status, answer, "{typed:?}");
    }
    let creations = shop.creations().await;
    assert_eq!(creations.len(), 2);
    assert!(creations.iter().all(|creation| creation["customer"]["email"] == "ada@example.com"));
}

/// The codes that Creem was asked for.
async fn looked_up(shop: &Shop) -> Vec<String> {
    let requests = shop.control(Method::GET, "/_sandbox/requests", Value::Null).await;
    let paths = requests.as_array().expect("a list").iter().filter_map(|request| request["path"].as_str());
    paths.filter(|path| path.contains("discounts")).map(str::to_owned).collect()
}

// Codes as keyboards, messages and word processors write them were told "There is no such code".
#[tokio::test]
async fn a_code_is_known_however_it_was_pasted() {
    for written in [
        "“SAVE25”",
        "«SAVE25»",
        "SAVE25.",
        "SAVE 25",
        "ＳＡＶＥ２５",
        "\u{200b}SAVE25\u{feff}",
        "SA\u{ad}VE25",
        "save25\u{a0}",
    ] {
        let shop = Shop::open().await;
        let quote =
            shop.get(&format!("/api/quote?product_id={MONTHLY}&discount_code={}", encoded(written))).await.json();
        assert_eq!((&quote["discount"]["outcome"], &quote["discount"]["code"]), (&json!("applied"), &json!("SAVE25")));
        let order = json!({"product_id": MONTHLY, "discount_code": written, "customer": {"email": "ada@example.com"}});
        shop.create(&order).await;
        assert_eq!(shop.creations().await[0]["discount_code"], "SAVE25", "{written}");
        let asked = looked_up(&shop).await;
        assert!(asked.len() <= 5, "{written}: {asked:?}");
    }
}

#[tokio::test]
async fn a_code_that_is_really_written_so_is_found_at_once() {
    let shop = Shop::open().await;
    let code = json!({"id": "dis_1", "code": "50% OFF", "status": "active", "type": "percentage", "percentage": 50});
    let fault = json!({"method": "GET", "path": "/v1/discounts", "times": 1, "status": 200, "body": code.to_string()});
    shop.control(Method::POST, "/_sandbox/faults", fault).await;
    let quote = shop.get(&format!("/api/quote?product_id={MONTHLY}&discount_code=50%25%20off")).await.json();
    assert_eq!((&quote["discount"]["outcome"], &quote["discount"]["code"]), (&json!("applied"), &json!("50% OFF")));
    assert_eq!(looked_up(&shop).await.len(), 1);
}

// `de_DE` gave an English page, and Creem's page was asked for nothing at all.
#[tokio::test]
async fn a_locale_is_read_as_systems_write_it_and_passed_on_as_browsers_do() {
    let shop = Shop::open().await;
    for (asked, language, passed_on) in [
        ("de_DE", "de", "locale=de-DE"),
        ("pt_BR", "pt-BR", "locale=pt-BR"),
        ("fr_FR%40euro", "fr", "locale=fr-FR"),
        ("iw", "he", "locale=he"),
        ("zh_CN.UTF-8", "zh-CN", "locale=zh-CN"),
        ("mt", "en", "locale=mt"),
        ("C", "ja", ""),
        ("POSIX", "ja", ""),
    ] {
        let link = format!("/?product={LIFETIME}&locale={asked}");
        let page = shop.call(Method::GET, &link, &[("accept-language", "ja")], Vec::new()).await;
        assert_eq!(page.header("content-language"), language, "{asked}");
        let sold = shop.post_form(&press(&page, &format!("product_id={LIFETIME}&email=ada%40example.com"))).await;
        let to = url::Url::parse(sold.header("location")).expect("an address");
        assert_eq!(to.query().unwrap_or_default(), passed_on, "{asked}");
    }
    let posted = shop.post_form(&format!("product_id={LIFETIME}&email=ada%40example.com&locale=de_DE")).await;
    assert!(posted.header("location").ends_with("locale=de-DE"), "{}", posted.header("location"));
}
