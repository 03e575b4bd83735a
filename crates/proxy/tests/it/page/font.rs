//! The shop's own font: named in every page, served from our own origin, and for the pages of allowed sites too.

use proxy::{Config, FontFile};
use reqwest::{Method, StatusCode};

use crate::shop::{Answer, OTHER_SITE, Shop, Webhooks};

/// Every letter in it is a bar.
const BARS: &[u8] = include_bytes!("../../fixtures/bars.woff2");

fn with_bars(config: &mut Config) {
    let font = FontFile::parse(BARS).expect("a font");
    config.page.theme = proxy::Theme::parse("font=Georgia").expect("a theme").with_font_file(font);
}

/// The address that the page has its font fetched from, as it is written there.
fn preloaded(page: &Answer) -> Option<&str> {
    let (_, rest) = page.text.split_once(r#"<link rel="preload" as="font" type="font/woff2" href=""#)?;
    rest.split_once(r#"" crossorigin>"#).map(|(address, _)| address)
}

async fn visit(shop: &Shop, path: &str) -> Answer {
    let url = format!("{}{path}", shop.proxy.as_str().trim_end_matches('/'));
    shop.call(Method::GET, &url, &[("accept", "text/html")], Vec::new()).await
}

#[tokio::test]
async fn every_page_has_the_font_fetched_at_once_and_names_it_before_all_others() {
    let shop = Shop::open_with(Webhooks::GetLost, with_bars).await;
    for (path, way_up) in [("/", ""), ("/status?request_id=order_1&checkout_id=ch_1", ""), ("/no/such/page", "../../")]
    {
        let page = visit(&shop, path).await;
        let address = preloaded(&page).unwrap_or_else(|| panic!("{path}: {}", page.text));
        assert!(address.starts_with(&format!("{way_up}shop/font-")), "{path}: {address}");
        assert!(page.text.contains(&format!(r#"src:url("{address}") format("woff2")"#)), "{path}");
        assert!(page.text.contains("font-display:optional"), "{path}: what is on the page does not move for it");
        let family = address.trim_start_matches(way_up).trim_start_matches("shop/").trim_end_matches(".woff2");
        assert!(page.text.contains(&format!(r#"--font: "{family}", "Georgia", system-ui"#)), "{path}: {}", page.text);
        assert!(page.header("content-security-policy").contains("; font-src 'self';"), "{path}");
    }
}

#[tokio::test]
async fn the_file_is_kept_for_ever_and_pages_of_allowed_sites_may_have_it() {
    let shop = Shop::open_with(Webhooks::GetLost, with_bars).await;
    let page = visit(&shop, "/").await;
    let path = format!("/{}", preloaded(&page).expect("an address"));
    for (origin, may) in [(OTHER_SITE, OTHER_SITE), ("https://evil.example", "")] {
        let file = shop.call(Method::GET, &path, &[("origin", origin)], Vec::new()).await;
        assert_eq!(file.status, StatusCode::OK);
        assert_eq!(file.header("content-type"), "font/woff2");
        assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(file.header("access-control-allow-origin"), may);
    }
    let url = shop.proxy.join(&path).expect("an address");
    assert_eq!(reqwest::get(url).await.expect("an answer").bytes().await.expect("a file"), BARS);
    assert_eq!(visit(&shop, "/shop/font-0123456789abcdef.woff2").await.status, StatusCode::NOT_FOUND);
}

// Browsers heed no font of a sheet in a shadow root, so that elements had the one behind it.
#[tokio::test]
async fn an_element_brings_the_font_for_the_page_around_it() {
    let element = visit(&Shop::open_with(Webhooks::GetLost, with_bars).await, "/embed").await;
    let rule = element.text.split(r#" data-font=""#).nth(1).and_then(|rest| rest.split('"').next());
    let rule = rule.unwrap_or_else(|| panic!("{}", element.text)).replace("&quot;", "\"");
    assert!(rule.starts_with("@font-face{font-family:\"font-") && rule.contains("url(\"http://"), "{rule}");
    assert_eq!(element.text.matches("@font-face").count(), 1, "{}", element.text);
    let plain = visit(&Shop::open().await, "/embed").await;
    assert!(!plain.text.contains("data-font"), "{}", plain.text);
}

#[tokio::test]
async fn a_link_that_asks_for_another_font_gets_it_and_a_shop_without_one_fetches_none() {
    let shop = Shop::open_with(Webhooks::GetLost, with_bars).await;
    assert!(preloaded(&visit(&shop, "/?font=Wingdings").await).is_some(), "one that cannot be read is no font");
    let linked = visit(&shop, "/?font=Verdana").await;
    assert_eq!(preloaded(&linked), None);
    assert!(!linked.text.contains("@font-face") && linked.text.contains(r#"--font: "Verdana", system-ui"#));
    let plain = visit(&Shop::open().await, "/").await;
    assert!(preloaded(&plain).is_none() && !plain.text.contains("@font-face"), "{}", plain.text);
}
