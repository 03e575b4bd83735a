//! `docs/payments.md`: a merchant's shell asks what was paid, and the answer looks as the guide shows it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::guide::{Snippet, snippets};
use crate::shell::Shell;
use crate::shop::Shop;

/// How long a webhook may take on one machine.
const LIMIT: Duration = Duration::from_secs(10);

#[tokio::test]
async fn the_merchant_reads_one_reference_and_then_everything() {
    let [one, documented, everything, odd] = snippets::<4>("docs/payments.md");
    let mut shell = Shell::open();
    shell.set("CHECKOUT_API_TOKEN", "a-token-of-a-merchant");
    let shop = Shop::open(shell);
    let ask = |snippet: &Snippet| {
        let command = snippet.with("https://pay.example/", shop.checkout.as_str());
        let told = shop.shell.run(&command.with("curl ", "curl --silent --fail ").code);
        serde_json::from_str::<Value>(&told).expect("JSON")
    };
    let order = json!({
        "product_id": "prod_SandboxLifetime0000001", "request_id": "order_1001", "metadata": { "plan": "pro" },
        "customer": { "email": "ada@example.com" }
    });
    let (_, created) = shop.create(&order).await;
    shop.pay(created["checkout_id"].as_str().expect("a session")).await;

    let begin = Instant::now();
    let known = loop {
        let known = ask(&one);
        if known["status"] == "paid" || begin.elapsed() > LIMIT {
            break known;
        }
    };
    let documented = serde_json::from_str(&documented.code).expect("JSON");
    assert_shown("the answer", &documented, &known);

    let all = ask(&everything);
    assert_eq!((&all["items"][0]["request_id"], &all["items"][0]["status"]), (&json!("order_1001"), &json!("paid")));
    assert!(all["next_cursor"].is_string(), "{all}");
    let odd = ask(&odd);
    assert_eq!((&odd["items"], &odd["events"]), (&json!([]), &json!([])), "{odd}");
}

/// Asserts that an answer holds exactly what is documented: `…` at the end of a text stands for any, and as a name for
/// any more.
fn assert_shown(place: &str, documented: &Value, actual: &Value) {
    match (documented, actual) {
        (Value::Object(documented), Value::Object(actual)) => {
            for (name, value) in documented.iter().filter(|(name, _)| *name != "…") {
                assert_shown(name, value, actual.get(name).unwrap_or_else(|| panic!("no {name} in {place}")));
            }
            let more = actual.keys().find(|name| !documented.contains_key(*name));
            assert!(more.is_none() || documented.contains_key("…"), "{place} has {more:?}, which is not documented");
        }
        (Value::Array(documented), Value::Array(actual)) => {
            assert_eq!(documented.len(), actual.len(), "entries of {place}");
            documented.iter().zip(actual).for_each(|(documented, actual)| assert_shown(place, documented, actual));
        }
        (Value::String(documented), Value::String(actual)) if documented.ends_with('…') => {
            assert!(actual.starts_with(documented.trim_end_matches('…')), "{place} is {actual}");
        }
        (documented, actual) => assert_eq!(documented, actual, "{place}"),
    }
}
