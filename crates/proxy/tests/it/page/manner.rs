//! How the page is served to one buyer: its language, its look, the merchant's words and the way back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proxy::{OwnSentences, Theme};
use reqwest::{Method, StatusCode};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::checkout::intents::SECRET;
use crate::shop::{Answer, LIFETIME, MONTHLY, Shop, Webhooks};

/// The page without its table of sentences, which holds the English ones as keys.
fn shown(html: &str) -> String {
    let start = html.find(r#"id="sentences">"#).expect("the table");
    let end = start + html[start..].find("</script>").expect("its end");
    [&html[..start], &html[end..]].concat()
}

/// The style sheet in a page: the only one, and the one that its policy allows.
pub(crate) fn style(page: &Answer) -> String {
    let mut sheets = page.text.split("<style>").skip(1);
    let sheet = sheets.next().and_then(|rest| rest.split_once("</style>")).expect("a style sheet").0;
    assert!(sheets.next().is_none() && !page.text.contains("rel=\"stylesheet\""), "{}", page.text);
    let hash = STANDARD.encode(Sha256::digest(sheet));
    let policy = page.header("content-security-policy");
    assert!(policy.contains(&format!("style-src 'self' 'sha256-{hash}';")), "{policy}");
    sheet.to_owned()
}

#[tokio::test]
async fn the_page_is_served_in_the_language_the_browser_accepts() {
    let shop = Shop::open().await;
    let page = shop.call(Method::GET, "/", &[("accept-language", "de-AT,de;q=0.9,en;q=0.5")], Vec::new()).await;
    let html = shown(&page.text);
    assert!(html.contains(r#"<html lang="de" dir="ltr">"#), "{html}");
    for said in
        ["<title>Kasse</title>", "Rabattcode", "Weiter zur Zahlung", r#"aria-label="Bestellübersicht""#, "pro Monat"]
    {
        assert!(html.contains(said), "{said}: {html}");
    }
    for english in ["Discount code", "Continue to payment", "per month", "Sandbox: no real money moves."] {
        assert!(!html.contains(english), "{english}: {html}");
    }
    assert!(page.text.contains(r#""due-today":"Heute zu zahlen""#), "the app gets the table");
    assert_eq!((page.header("vary"), page.header("content-language")), ("accept-language", "de"));
    let english = shop.get("/").await;
    assert!(english.text.contains(r#"id="sentences"></script>"#), "English needs no table");
}

#[tokio::test]
async fn a_link_chooses_language_and_look_and_the_form_keeps_them() {
    let shop = Shop::open().await;
    let page = shop.get("/?locale=ar&theme=dark").await;
    assert!(page.text.contains(r#"<html lang="ar" dir="rtl" data-theme="dark">"#), "{}", page.text);
    let fields = format!("product_id={MONTHLY}&email=ada%40example.com&locale=de&theme=dark&accent=7c3aed");
    let again = shop.post_form(&format!("{fields}&discount_code=EXPIRED")).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert!(again.text.contains("Dieser Code ist abgelaufen."), "{}", again.text);
    assert!(again.text.contains(r#"name="locale" value="de""#) && again.text.contains(r#"data-theme="dark""#));
    assert!(style(&again).contains("--accent: #7c3aed;"), "{}", again.text);
    let sold = shop.post_form(&fields).await;
    assert_eq!(sold.status, StatusCode::SEE_OTHER, "{}", sold.text);
    assert!(sold.header("location").ends_with("locale=de&theme=dark"), "{}", sold.header("location"));
}

#[tokio::test]
async fn the_status_is_served_in_the_buyers_language_with_the_way_back_to_the_shop() {
    let shop = Shop::open_with(Webhooks::Arrive, |config| {
        config.page.shop.url = Some("https://shop.example/home".parse().expect("a URL"));
    })
    .await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    let returned = shop.pay(created.checkout_id.as_str()).await;
    let path = format!("/status?{}&locale=fr", returned.query().expect("a query"));
    let page = shop.call(Method::GET, &path, &[("accept-language", "fr")], Vec::new()).await;
    assert!(page.text.contains(r#"<a href="https://shop.example/home" class="button">Retour à la boutique</a>"#));
    assert!(!shown_status(&page.text).contains("Payment received"), "{}", page.text);
}

fn shown_status(html: &str) -> &str {
    let start = html.find("<main").expect("the screen");
    &html[start..start + html[start..].find("</main>").expect("its end")]
}

#[tokio::test]
async fn a_merchants_own_sentences_are_served_in_english_too() {
    let own = OwnSentences::parse(r#"{"en": {"pay": "Buy now", "email": "<b>Mail</b>"}}"#);
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.page.sentences = own.expect("sentences")).await;
    let page = shop.get("/").await;
    assert!(page.text.contains("Buy now</button>") && page.text.contains("&lt;b&gt;Mail"), "{}", page.text);
    assert!(page.text.contains(r#""pay":"Buy now""#), "the app says it too");
}

#[tokio::test]
async fn the_merchants_look_is_in_the_page_and_a_link_may_change_it() {
    let theme = Theme::parse("accent=#7c3aed; radius=4px").expect("a theme");
    let shop = Shop::open_with(Webhooks::GetLost, |config| config.page.theme = theme).await;
    let own = style(&shop.get("/").await);
    assert!(own.contains("--accent: #7c3aed;") && own.contains("--radius: 4.0px;"), "{own}");
    let linked = style(&shop.get("/?accent=%236d28d9&radius=url(x)&font=%3C%2Fstyle%3E").await);
    assert!(linked.contains("--accent: #6d28d9;") && linked.contains("--radius: 4.0px;"), "{linked}");
    let hostile = style(&shop.get("/?font=a%22%7D*%7Bdisplay:none&accent=red;}&surface=url(//evil.example)").await);
    assert_eq!(hostile, own);
}

#[tokio::test]
async fn the_buyer_is_told_what_the_payment_page_will_ask_and_it_asks() {
    let shop = Shop::open().await;
    let questions = r#"[{"type":"text","key":"company","label":"Company","optional":true}]"#;
    let encoded: String = url::form_urlencoded::byte_serialize(questions.as_bytes()).collect();
    let page = shop.get(&format!("/?custom_fields={encoded}")).await;
    assert!(page.text.contains("The payment page also asks for: Company (optional)."), "{}", page.text);
    assert!(page.text.contains(r#""custom_fields":[{"type":"text","key":"company""#), "the app is told too");
    let fields = format!("product_id={LIFETIME}&email=ada%40example.com&custom_fields={encoded}");
    assert_eq!(shop.post_form(&fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(shop.creations().await[0]["custom_fields"][0]["label"], "Company");
}

#[tokio::test]
async fn questions_that_creem_would_refuse_are_refused_before_the_press_and_after_it() {
    let shop = Shop::open().await;
    let long = format!(r#"[{{"type":"text","key":"company","label":"{}"}}]"#, "x".repeat(51));
    for questions in [long.as_str(), "company", r#"[{"type":"number","key":"a","label":"A"}]"#] {
        let encoded: String = url::form_urlencoded::byte_serialize(questions.as_bytes()).collect();
        let page = shop.get(&format!("/?custom_fields={encoded}")).await;
        let refused = shop.post_form(&format!("product_id={LIFETIME}&custom_fields={encoded}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        for html in [&page.text, &refused.text] {
            assert!(html.contains(r#""code":"custom_field_invalid""#), "{questions}: {html}");
            assert!(html.contains("This checkout link isn’t set up correctly"), "{questions}: {html}");
        }
    }
    assert!(shop.creations().await.is_empty());
}

/// Only the shop can give another link, and the page offered to load this one again.
#[tokio::test]
async fn a_link_that_is_no_longer_valid_leads_to_the_shop_where_one_is_known() {
    for (shop_url, is_linked) in [(Some("https://shop.example/home"), true), (None, false)] {
        let shop = Shop::open_with(Webhooks::Arrive, |config| {
            config.intent_secret = Some(SECRET.into());
            config.page.shop.url = shop_url.map(|url| url.parse().expect("a URL"));
        })
        .await;
        let page = shop.get("/?intent=a.b.c").await;
        assert!(page.text.contains("This link is no longer valid"), "{}", page.text);
        let link = r#"<a href="https://shop.example/home" class="button">Back to the shop</a>"#;
        assert_eq!(page.text.contains(link), is_linked, "{}", page.text);
        assert!(!shop.get("/").await.text.contains(link), "a link in order needs none");
    }
}
