//! `docs/intents.md`: each language signs an intent that the proxy takes, and nobody changes it afterwards.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::guide::{Snippet, root, snippets, text};
use crate::shell::Shell;
use crate::shop::Shop;

const GUIDE: &str = "docs/intents.md";

/// What stands for a token in the guide.
const EXAMPLE_TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9…";

/// A shop as the guide sets one up.
fn shop() -> Shop {
    let [settings, ..] = snippets::<8>(GUIDE);
    let mut shell = Shell::open();
    shell.export(&settings);
    Shop::open(shell)
}

/// What each language prints, by its name.
fn tokens(shell: &Shell) -> Vec<(String, String)> {
    let [_, _, _, programs @ ..] = snippets::<8>(GUIDE);
    let programs: [Snippet; 5] = programs;
    let token = |program: &Snippet| match program.language.as_str() {
        "rust" => shell.run("sign-intent"),
        _ => shell.speak(program),
    };
    programs.iter().map(|program| (program.language.clone(), token(program).trim().to_owned())).collect()
}

/// The guide's body with a token of our own.
fn body(token: &str) -> Value {
    let [_, _, body, ..] = snippets::<8>(GUIDE);
    serde_json::from_str(&body.with(EXAMPLE_TOKEN, token).code).expect("JSON")
}

#[tokio::test]
async fn what_each_language_signs_reaches_creem() {
    let shop = shop();
    for (language, token) in tokens(&shop.shell) {
        let (status, answer) = shop.create(&body(&token)).await;
        assert_eq!(status, StatusCode::CREATED, "{language}: {answer}");
        let asked = shop.requests().await.into_iter().rfind(|request| request["method"] == "POST");
        let asked = asked.expect("a session")["body"].take();
        assert_eq!((&asked["product_id"], &asked["units"]), (&json!("prod_SandboxTeamSeats000001"), &json!(3)));
        assert_eq!((&asked["request_id"], &answer["request_id"]), (&json!("order_1001"), &json!("order_1001")));
        assert_eq!(asked["customer"]["email"], "ada@example.com", "{language}: the buyer may add what is open");
        let [_, link, ..] = snippets::<8>(GUIDE);
        let link = link.with("https://pay.example/", shop.checkout.as_str()).with(EXAMPLE_TOKEN, &token);
        let page = shop.page(link.code.trim()).await;
        assert!(page.contains(&format!(r#"name="intent" value="{token}""#)), "{language}: {page}");
    }
}

#[tokio::test]
async fn whoever_changes_it_gets_the_code_of_the_guide_and_nothing_is_asked_of_creem() {
    let shop = shop();
    let before = shop.requests().await.len();
    for (language, token) in tokens(&shop.shell) {
        let other_units = json!({ "intent": token, "units": 1 });
        let answers = [
            (body(&with_one_unit(&token)), "intent_invalid", "intent"),
            (other_units, "intent_mismatch", "units"),
            (json!({ "product_id": "prod_SandboxTeamSeats000001" }), "intent_required", "intent"),
        ];
        for (body, code, field) in answers {
            let (status, answer) = shop.create(&body).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{language}: {answer}");
            assert_eq!((&answer["error"]["code"], &answer["error"]["field"]), (&json!(code), &json!(field)));
            assert!(text(GUIDE).contains(&format!("400 `{code}`")), "the guide says nothing of {code}");
        }
    }
    assert_eq!(shop.requests().await.len(), before);
}

/// The token of a buyer who would rather pay for one seat.
fn with_one_unit(token: &str) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).expect("base64")).expect("claims");
    claims["units"] = json!(1);
    format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(claims.to_string()), parts[2])
}

#[test]
fn the_program_in_rust_is_the_one_that_is_built() {
    let [.., rust] = snippets::<8>(GUIDE);
    let built = std::fs::read_to_string(root().join("tests/docs/src/sign_intent.rs")).expect("a program");
    let built = built.lines().filter(|line| !line.starts_with("//!")).map(|line| format!("{line}\n"));
    assert_eq!(rust.code, built.skip(1).collect::<String>());
}
