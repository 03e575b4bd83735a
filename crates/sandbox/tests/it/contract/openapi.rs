//! The document of the API, against the routes: what is described is there, and what is there is described. That answers
//! are as described is checked with every call of every test.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use crate::shop::Shop;

/// The operations that a path without a key finds: they ask for one, where nothing else does.
async fn is_there(shop: &Shop, method: &str, path: &str) -> bool {
    let request = Request::builder().method(method).uri(path).body(Body::empty()).expect("a request");
    shop.send(request).await.status == StatusCode::UNAUTHORIZED
}

#[tokio::test]
async fn what_is_described_is_there_and_what_is_there_is_described() {
    let shop = Shop::new();
    let described = shop.described().await.operations();
    assert_eq!(described.len(), 80, "as many as Creem documents");
    for (method, path) in &described {
        assert!(is_there(&shop, method, path).await, "{method} {path} is described only");
    }
    let paths: std::collections::BTreeSet<&String> = described.iter().map(|(_, path)| path).collect();
    for path in paths {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let is_described = described.contains(&(method.to_owned(), path.clone()));
            // The framework answers a word where a parameter may be, too.
            assert_eq!(is_there(&shop, method, path).await, is_described, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_document_is_read_without_a_key_and_is_no_call_of_the_api() {
    let shop = Shop::new();
    let reply = shop.send(Request::get("/openapi.json").body(Body::empty()).expect("a request")).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.headers["content-type"], "application/json");
    let document = reply.json();
    assert_eq!(
        (&document["openapi"], &document["servers"][0]["url"]),
        (&"3.1.0".into(), &"http://127.0.0.1:8081".into())
    );
    assert_eq!(shop.get("/_sandbox/requests").await.json(), serde_json::json!([]));
}
