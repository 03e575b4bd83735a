//! A genuine intent in its time is read, and what it fixes cannot be changed.

use serde_json::json;

use super::*;

const NOW: i64 = 1_800_000_000;

fn token(header: &Value, claims: &Value, secret: &str) -> String {
    signed(&header.to_string(), &claims.to_string(), secret)
}

fn signed(header: &str, claims: &str, secret: &str) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn read(token: &str) -> Result<Intent, ProxyError> {
    Intents::of_tests("shared").read(token, Timestamp::from_second(NOW).unwrap())
}

#[test]
fn only_a_genuine_token_in_its_time_is_read() {
    let (header, exp) = (json!({"alg": "HS256"}), NOW + 60);
    let good = json!({"product_id": "prod_1", "exp": exp, "iat": NOW, "iss": "shop"});
    let intent = read(&token(&header, &good, "shared")).expect("genuine");
    assert_eq!(intent.locked(), ["product_id"]);
    let bad = [
        token(&header, &good, "other"),
        token(&json!({"alg": "none"}), &good, "shared"),
        token(&json!({"alg": "HS256", "crit": ["b64"]}), &good, "shared"),
        token(&header, &json!({"product_id": "prod_1"}), "shared"),
        token(&header, &json!({"exp": NOW}), "shared"),
        token(&header, &json!({"exp": NOW + 25 * 3600}), "shared"),
        token(&header, &json!({"exp": exp, "iat": NOW + 3600}), "shared"),
        token(&header, &json!({"exp": exp, "nbf": NOW + 3600}), "shared"),
        token(&header, &json!({"exp": "soon"}), "shared"),
        token(&header, &json!({"exp": exp, "price": 1}), "shared"),
        token(&header, &json!({"exp": exp, "units": "many"}), "shared"),
        token(&header, &json!({"exp": exp, "intent": "x.y.z"}), "shared"),
        format!("{}.x", token(&header, &good, "shared")),
        String::new(),
        "..".to_owned(),
    ];
    for token in bad {
        assert_eq!(read(&token).expect_err(&token).code(), ErrorCode::IntentInvalid);
    }
}

#[test]
fn a_number_that_would_be_rounded_is_refused() {
    let claims = |number: &str| format!(r#"{{"metadata":{{"n":{number}}},"exp":{}}}"#, NOW + 60);
    let token = |number: &str| signed(r#"{"alg":"HS256"}"#, &claims(number), "shared");
    assert!(read(&token("18446744073709551615")).is_ok());
    let error = read(&token("18446744073709551616")).expect_err("it would be another number");
    assert!(error.detail("").message.contains("digits"));
}

// `"discount_code": null` looked like "no discount", and left the code to the buyer.
#[test]
fn a_null_is_refused_by_name_and_an_empty_text_fixes_none() {
    let header = json!({"alg": "HS256"});
    for (claim, name) in [
        (json!({"discount_code": null}), "discount_code"),
        (json!({"customer": null}), "customer"),
        (json!({"customer": {"email": null}}), "customer.email"),
        (json!({"iss": null}), "iss"),
    ] {
        let mut claims = json!({"product_id": "prod_1", "exp": NOW + 60});
        claims.as_object_mut().unwrap().extend(claim.as_object().unwrap().clone());
        let error = read(&token(&header, &claims, "shared")).expect_err(name);
        assert_eq!((error.code(), error.field()), (ErrorCode::IntentInvalid, Some("intent")));
        let said = error.detail("").message;
        assert!(said.contains(&format!(" {name} is null")), "{said}");
    }
    let claims = json!({"discount_code": "", "metadata": {"plan": null}, "exp": NOW + 60});
    let intent = read(&token(&header, &claims, "shared")).expect("genuine");
    let asked = CheckoutRequest { discount_code: Some("SAVE25".into()), ..CheckoutRequest::default() };
    let error = intent.completes(asked).expect_err("there is to be none");
    assert_eq!(error.field(), Some("discount_code"));
}

// The answer did not say which claim was wrong. PHP's empty array, Python's `3.0` and a line's end behind the token
// were refused as well.
#[test]
fn what_other_languages_write_is_read_and_what_is_wrong_is_named() {
    let signed = |more: Value| {
        let mut claims = json!({"product_id": "prod_1", "exp": NOW + 60});
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        token(&json!({"alg": "HS256"}), &claims, "shared")
    };
    let intent = read(&format!(" {}\r\n", signed(json!({"units": 3.0, "metadata": []})))).expect("genuine");
    assert_eq!((intent.fields().units, intent.fields().metadata.as_ref().map(Map::len)), (Some(3), Some(0)));
    let asked = CheckoutRequest { units: Some(3), ..CheckoutRequest::default() };
    assert_eq!(intent.completes(asked).expect("the same").units, Some(3));
    for (more, named) in [
        (json!({"price": 1}), "no session has: price"),
        (json!({"quantity": 3, "units": 3}), "no session has: quantity"),
        (json!({"customer": {"name": "Ada"}}), "no session has: customer.name"),
        (json!({"units": "3"}), "its claim units "),
        (json!({"metadata": [1]}), "its claim metadata "),
        (json!({"customer": "grace hopper"}), "its claim customer "),
        (json!({"custom_fields": [{"type": "text", "label": "A"}]}), "its claim custom_fields[0] "),
    ] {
        let said = read(&signed(more)).expect_err(named).detail("").message;
        assert!(said.contains(named) && !said.contains("grace"), "{said}");
    }
}

// Made with `openssl dgst -sha256 -hmac shared` over header and claims in base64url.
#[test]
fn a_token_of_another_program_is_read() {
    let token = concat!(
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.",
        "eyJwcm9kdWN0X2lkIjoicHJvZF8xIiwiZXhwIjoxODAwMDAwMDYwfQ.",
        "_N1gmWOzdkren0Korhn7u9tig8hxy7Hokwa93Y3Dw6M"
    );
    assert_eq!(read(token).expect("genuine").fields().product_id, "prod_1");
}

#[test]
fn what_is_fixed_can_be_repeated_but_not_changed() {
    let claims = json!({
        "product_id": "prod_1", "discount_code": "SAVE25", "customer": {"email": "ada@example.com"}, "exp": NOW + 60
    });
    let intent = read(&token(&json!({"alg": "HS256"}), &claims, "shared")).expect("genuine");
    let asked = |body: Value| intent.clone().completes(serde_json::from_value(body).expect("a request"));
    let done = asked(json!({"discount_code": " save25", "units": 2})).expect("fits");
    assert_eq!(
        (done.product_id.as_str(), done.units, done.discount_code.as_deref()),
        ("prod_1", Some(2), Some("SAVE25"))
    );
    for (body, field) in [
        (json!({"product_id": "prod_2"}), "product_id"),
        (json!({"discount_code": "OTHER"}), "discount_code"),
        (json!({"customer": {"email": "eve@example.com"}}), "customer"),
    ] {
        let error = asked(body).expect_err("changed");
        assert_eq!((error.code(), error.field()), (ErrorCode::IntentMismatch, Some(field)));
    }
}
