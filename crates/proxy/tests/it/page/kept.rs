//! Answers that are made once: whoever gets one must not be able to tell.

use std::path::PathBuf;
use std::time::Duration;

use proxy::Assets;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::shop::{Answer, LIFETIME, MONTHLY, Shop, Webhooks, fixture};

const DAYS: Duration = Duration::from_secs(3 * 24 * 3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A shop whose page lies in memory, as in the binary that merchants run.
async fn shop(remembers_for: Duration) -> Shop {
    let file = |name: &str| -> (PathBuf, &'static [u8]) {
        (name.into(), std::fs::read(fixture().join(name)).expect("a file").leak())
    };
    let assets = Assets::in_memory(["index.html", "app-0123456789abcdef.css"].map(file));
    Shop::open_with(Webhooks::Arrive, |config| {
        config.assets = assets;
        config.catalog_fresh_for = remembers_for;
    })
    .await
}

/// Everything of an answer but the id of its own.
fn all_of(answer: &Answer) -> String {
    let mut headers = answer.headers.clone();
    for own in ["x-request-id", "date"] {
        headers.remove(own).unwrap_or_else(|| panic!("{own} is missing"));
    }
    // Compressed or not, an answer may be sent in chunks the first time.
    headers.remove("content-length");
    headers.remove("transfer-encoding");
    format!("{headers:?}{}", answer.text)
}

#[tokio::test]
async fn the_second_answer_is_the_first_with_an_id_of_its_own() {
    let shop = shop(DAYS).await;
    for path in ["/", "/?locale=de&theme=dark", "/embed?locale=ar", "/api/products", "/app-0123456789abcdef.css"] {
        let (first, second) = (shop.get(path).await, shop.get(path).await);
        assert_eq!(first.status, StatusCode::OK, "{path}");
        assert_eq!(all_of(&first), all_of(&second), "{path}");
        assert_ne!(first.header("x-request-id"), second.header("x-request-id"), "{path}");
    }
}

#[tokio::test]
async fn everyone_gets_what_was_asked_for() {
    let shop = shop(DAYS).await;
    // Twice, so that each could get what another asked for.
    for _ in 0..2 {
        for (language, word) in [("de", "Rabattcode"), ("fr", "Code de réduction"), ("en", "Discount code")] {
            let page = shop.call(Method::GET, "/", &[("accept-language", language)], Vec::new()).await;
            assert!(page.text.contains(word), "{language}: {}", page.text);
        }
        for (coding, encoding) in [("gzip", "gzip"), ("identity", ""), ("gzip;q=0", "")] {
            let page = shop.call(Method::GET, "/", &[("accept-encoding", coding)], Vec::new()).await;
            assert_eq!(page.header("content-encoding"), encoding, "{coding}");
        }
        let own = shop.get("/?email=ada%40example.com").await;
        assert!(own.text.contains("ada@example.com") && own.header("cache-control").contains("no-store"));
        assert!(!shop.get("/").await.text.contains("ada@example.com"));
        let wrong = shop.get("/?product=prod_gone").await;
        assert!(wrong.text.contains(r#""trace_id":""#), "{}", wrong.text);
        assert!(wrong.text.contains(wrong.header("x-request-id")), "an error names its own answer");
        let file = "/app-0123456789abcdef.css";
        let part = shop.call(Method::GET, file, &[("range", "bytes=0-3")], Vec::new()).await;
        assert_eq!((part.status, part.text.len()), (StatusCode::PARTIAL_CONTENT, 4));
        let whole = shop.get(file).await;
        let known = [("if-modified-since", whole.header("last-modified"))];
        let again = shop.call(Method::GET, file, &known, Vec::new()).await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
        assert_eq!(shop.call(Method::HEAD, "/", &[], Vec::new()).await.text, "");
    }
}

#[tokio::test]
async fn a_product_that_is_gone_is_shown_no_longer_than_it_is_remembered() {
    let shop = shop(Duration::from_secs(30)).await;
    for path in ["/", "/api/products"] {
        assert!(shop.get(path).await.text.contains(LIFETIME), "{path}");
    }
    let archived = json!({"archived": true});
    shop.control(Method::POST, &format!("/_sandbox/products/{LIFETIME}/archive"), archived).await;
    for path in ["/", "/api/products"] {
        assert!(shop.get(path).await.text.contains(LIFETIME), "{path}: it is remembered");
    }
    shop.advance(Duration::from_secs(31));
    for path in ["/", "/api/products"] {
        let is_gone = async { while shop.get(path).await.text.contains(LIFETIME) {} };
        tokio::time::timeout(Duration::from_secs(20), is_gone).await.expect("it is fetched anew");
    }
}

#[tokio::test]
async fn a_day_that_is_said_is_of_today() {
    let shop = shop(DAYS).await;
    let path = format!("/?product={MONTHLY}");
    let today = shop.get(&path).await.text;
    assert_eq!(today, shop.get(&path).await.text);
    shop.advance(DAY);
    assert_ne!(today, shop.get(&path).await.text, "the second payment is due a day later");
}
