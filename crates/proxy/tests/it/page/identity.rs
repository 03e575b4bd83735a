//! Whose shop a page says it is: its sign, its links, its pictures, in the title and on the tab.

use proxy::{Config, Picture};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::shop::{Answer, LIFETIME, Shop, Webhooks};

const BROWSER: [(&str, &str); 1] = [("accept", "text/html")];
const WIDE: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><script>alert(1)</script></svg>"#;
const WIDE_DARK: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"></svg>"#;
const SQUARE: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"></svg>"#;

fn picture(svg: &'static str) -> Option<Picture> {
    Some(Picture::parse(svg).expect("a picture"))
}

/// A shop that says everything.
fn acme(config: &mut Config) {
    let url = |text: &str| Some(text.parse().expect("a URL"));
    config.page.shop = proxy::Shop {
        name: Some("Acme".into()),
        logo: picture(WIDE),
        logo_dark: picture(WIDE_DARK),
        icon: picture(SQUARE),
        url: url("https://acme.example/?a=1&b=2"),
        support: url("mailto:help@acme.example"),
        terms: url("https://acme.example/terms"),
        privacy: url("https://acme.example/privacy/"),
        refunds: url("https://acme.example/refunds"),
        ..proxy::Shop::default()
    };
}

/// What stands between two texts.
fn between<'h>(html: &'h str, start: &str, end: &str) -> &'h str {
    let rest = html.split_once(start).unwrap_or_else(|| panic!("{start} is not in {html}")).1;
    rest.split_once(end).unwrap_or_else(|| panic!("{end} is not in {rest}")).0
}

fn title(page: &Answer) -> &str {
    between(&page.text, "<title>", "</title>")
}

async fn visit(shop: &Shop, path: &str) -> Answer {
    let url = format!("{}{path}", shop.proxy.as_str().trim_end_matches('/'));
    shop.call(Method::GET, &url, &BROWSER, Vec::new()).await
}

#[tokio::test]
async fn every_page_says_whose_shop_it_is() {
    let shop = Shop::open_with(Webhooks::Arrive, acme).await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    let returned = shop.pay(created.checkout_id.as_str()).await;
    let status = format!("/status?{}", returned.query().expect("a query"));
    for (path, said, way_up) in [
        ("/", "Checkout · Acme", ""),
        (&status, "Payment received · Acme", ""),
        ("/no/such/page", "Page not found · Acme", "../../"),
        ("/?locale=de", "Kasse · Acme", ""),
        ("/?theme=dark", "Checkout · Acme", ""),
    ] {
        let page = visit(&shop, path).await;
        let html = &page.text;
        assert_eq!(title(&page), said, "{path}");
        assert!(html.contains(r#" data-title-end=" · Acme""#), "{path}: the app keeps it: {html}");
        let sign = between(html, r#"<div class="shop">"#, "</div>");
        assert!(sign.contains(r#"href="https://acme.example/?a=1&amp;b=2""#), "{path}: {sign}");
        assert!(sign.contains(r#"alt="Acme""#) && sign.contains(r#"width="1000" height="333""#), "{path}: {sign}");
        assert!(sign.contains(&format!(r#" src="{way_up}shop/picture-"#)), "{path}: {sign}");
        let links = between(html, r#"<ul class="page-footer__links">"#, "</ul>");
        let first = if path.ends_with("=de") { "Hilfe" } else { "Support" };
        assert!(links.contains(first) && links.matches("<li>").count() == 4, "{path}: {links}");
        assert!(links.contains(r#"data-address="acme.example/privacy""#), "{path}: {links}");
        assert_eq!(links.matches(r#"target="_blank""#).count(), 3, "an e-mail opens no page: {links}");
        assert!(html.find("page-footer__links") < html.find("merchant-notice"), "{path}");
        let icon = between(html, r#"<link rel="icon""#, ">");
        assert!(icon.contains(&format!(r#"href="{way_up}shop/picture-"#)), "{path}: {icon}");
        assert!(icon.contains(r#"type="image/svg+xml""#), "{path}: {icon}");
    }
}

#[tokio::test]
async fn a_shop_that_says_nothing_has_nothing_around_its_page() {
    let shop = Shop::open().await;
    let page = shop.get("/").await;
    assert_eq!(title(&page), "Checkout");
    for absent in ["class=\"shop", "page-footer__links", "data-title-end", "shop__logo"] {
        assert!(!page.text.contains(absent), "{absent}: {}", page.text);
    }
    assert!(page.text.contains(r#"<link rel="icon" href="./favicon-"#), "{}", page.text);
}

#[tokio::test]
async fn the_logo_for_dark_pages_comes_only_where_it_is_shown_and_the_other_always() {
    let shop = Shop::open_with(Webhooks::GetLost, acme).await;
    let page = visit(&shop, "/").await;
    let images: Vec<_> = between(&page.text, r#"<div class="shop">"#, "</div>").split("<img").skip(1).collect();
    let [light, dark] = images[..] else { panic!("two logos: {images:?}") };
    assert!(light.contains("shop__logo--light") && !light.contains("lazy"), "{light}");
    assert!(dark.contains("shop__logo--dark") && dark.contains(r#"loading="lazy""#), "{dark}");
    assert!(dark.contains(r#"alt="Acme""#), "only one of them is there for who cannot see it: {dark}");
    let one = Shop::open_with(Webhooks::GetLost, |config| {
        acme(config);
        config.page.shop.logo_dark = None;
    })
    .await;
    let page = visit(&one, "/?theme=dark").await;
    assert!(
        page.text.contains(r#"class="shop__logo""#) && !page.text.contains("class=\"shop__logo shop"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn a_name_is_written_where_there_is_no_picture_of_it() {
    for (logo, is_shown) in [(None, false), (picture(SQUARE), true)] {
        let shop = Shop::open_with(Webhooks::GetLost, |config| {
            config.page.shop.name = Some("Acme & <script>alert(1)</script>".into());
            config.page.shop.logo = logo;
        })
        .await;
        let page = visit(&shop, "/").await;
        let sign = between(&page.text, r#"<div class="shop">"#, "</div>");
        assert!(sign.contains("Acme &amp; &lt;script&gt;alert(1)&lt;/script&gt;</span>"), "{sign}");
        assert!(!sign.contains("href") && !page.text.contains("<script>alert"), "{}", page.text);
        assert!(title(&page).ends_with(" · Acme &amp; &lt;script&gt;alert(1)&lt;/script&gt;"), "{}", title(&page));
        assert_eq!(sign.contains(r#"alt="""#), is_shown, "what is written beside it is not said twice: {sign}");
    }
}

#[tokio::test]
async fn a_picture_is_kept_for_ever_and_runs_nothing() {
    let shop = Shop::open_with(Webhooks::GetLost, |config| {
        config.public_url = config.public_url.join("pay/").expect("a URL");
        acme(config);
    })
    .await;
    let page = visit(&shop, "/pay/").await;
    let address = between(&page.text, r#" src="shop/"#, "\"");
    for path in [format!("/pay/shop/{address}"), format!("/shop/{address}")] {
        let file = visit(&shop, &path).await;
        assert_eq!((file.status, file.text.as_str()), (StatusCode::OK, WIDE), "{path}");
        assert_eq!(file.header("content-type"), "image/svg+xml");
        assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        let policy = file.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';") && policy.ends_with("; sandbox"), "{policy}");
    }
    let head = shop.call(Method::HEAD, &format!("/pay/shop/{address}"), &[], Vec::new()).await;
    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
    assert_eq!(visit(&shop, "/pay/shop/picture-0123456789abcdef.svg").await.status, StatusCode::NOT_FOUND);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("img-src 'self'") && policy.contains("default-src 'none'"), "{policy}");
}

#[tokio::test]
async fn towards_a_sandbox_each_page_leads_to_its_side_of_the_sale() {
    let shop = Shop::open().await;
    let created = shop.create(&json!({"product_id": LIFETIME, "request_id": "order_1"})).await;
    let returned = shop.pay(created.checkout_id.as_str()).await;
    let status = format!("/status?{}", returned.query().expect("a query"));
    for (path, told) in [("/", "Test cards"), (&status, "order_1"), ("/none", "Test cards")] {
        let page = visit(&shop, path).await;
        let story = between(&page.text, r#"lang="en" translate="no"><a href=""#, "\"");
        let beside = reqwest::get(story).await.expect("an answer");
        assert_eq!(beside.status(), StatusCode::OK, "{path}: {story}");
        let text = beside.text().await.expect("a page");
        assert!(text.contains(told), "{path}: {story} tells {text}");
    }
    let live = Shop::open_with(Webhooks::Arrive, |config| config.mode = wire::PageMode::Live).await;
    let page = visit(&live, "/").await;
    assert!(!page.text.contains(live.sandbox.as_str()), "buyers are told of no sandbox: {}", page.text);
}
