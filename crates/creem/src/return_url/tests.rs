//! Genuine returns are read, and whatever was changed is not believed.

use proptest::prelude::*;

use super::*;

fn key() -> ApiKey {
    ApiKey::parse("creem_test_vector").expect("a key")
}

const ONE_TIME: &str = "request_id=order_7&checkout_id=ch_A1&order_id=ord_B2&customer_id=cust_C3&product_id=prod_D4";

fn signed(query: &str) -> String {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    format!("{query}&signature={}", sign(pairs_in_order(&pairs), &key()))
}

// The expected digests were made with `printf '…|salt=creem_test_vector' | sha256sum`.
#[test]
fn known_vectors() {
    let pairs = [
        ("request_id", "order_7"),
        ("checkout_id", "ch_A1"),
        ("order_id", "ord_B2"),
        ("customer_id", "cust_C3"),
        ("product_id", "prod_D4"),
    ];
    assert_eq!(sign(pairs, &key()), "d7446a94b2308ba77c63ad3b1bad87a27ef50d197a143916eb3b816c3e55f55b");
    assert_eq!(
        sign([("checkout_id", "ch_A1"), ("subscription_id", "null"), ("order_id", "")], &key()),
        "d27014e2491d5ca2972a5e125d1d41b8e0148d2d7c1991ddf9d82147318f50b8"
    );
}

#[test]
fn a_query_is_looked_at_up_to_its_limit_and_what_is_wrong_is_said() {
    let filled = |length: usize| {
        let signed = signed(ONE_TIME);
        format!("x={}&{signed}", "a".repeat(length - signed.len() - "x=&".len()))
    };
    assert!(verify(&filled(8192), [&key()]).is_ok(), "the longest");
    assert_eq!(verify(&filled(8193), [&key()]), Err(ReturnUrlError::TooLong));
    for (error, said) in [
        (ReturnUrlError::TooLong, "the query is too long"),
        (ReturnUrlError::Missing("signature"), "signature is missing"),
        (ReturnUrlError::Duplicate("order_id"), "order_id appears twice"),
        (ReturnUrlError::Malformed("checkout_id"), "checkout_id is malformed"),
        (ReturnUrlError::Signature, "the signature does not fit"),
    ] {
        assert_eq!(error.to_string(), said);
    }
}

#[test]
fn a_genuine_url_is_read() {
    let url = verify(&signed(ONE_TIME), [&key()]).expect("genuine");
    assert_eq!(url.request_id.as_deref(), Some("order_7"));
    assert_eq!(url.checkout_id, "ch_A1");
    assert_eq!(url.subscription_id, None);
}

#[test]
fn a_rotated_key_keeps_urls_in_flight_valid() {
    let newer = ApiKey::parse("creem_test_newer").expect("a key");
    assert!(verify(&signed(ONE_TIME), [&newer, &key()]).is_ok());
    assert_eq!(verify(&signed(ONE_TIME), [&newer]), Err(ReturnUrlError::Signature));
    let six_signed = format!("plan=pro&{}", signed(ONE_TIME));
    assert!(verify(&six_signed, [&key(), &key()]).is_ok(), "the same key twice");
}

#[test]
fn the_signature_may_stand_anywhere() {
    let signed = signed(ONE_TIME);
    let (parameters, signature) = signed.rsplit_once('&').expect("a signature");
    assert!(verify(&format!("{signature}&{parameters}"), [&key()]).is_ok());
}

#[test]
fn both_readings_of_an_own_query_are_accepted() {
    let own = format!("plan=pro&{ONE_TIME}");
    assert!(verify(&signed(&own), [&key()]).is_ok(), "all parameters signed");
    let six_signed = format!("plan=pro&{}", signed(ONE_TIME));
    assert!(verify(&six_signed, [&key()]).is_ok(), "only Creem's six signed");
}

// A full stop behind a copied address, or a tracker's parameter behind one with a query of its own, made the buyer
// who had paid read that the link could not be verified.
#[test]
fn what_is_added_behind_an_address_changes_nothing() {
    let own = signed(&format!("plan=pro&{ONE_TIME}"));
    for address in [signed(ONE_TIME), own] {
        for added in ["?", ".", ").", "%E2%80%8B", "&fbclid=x", "&utm_source=a&utm_medium=b", "&"] {
            assert!(verify(&[&address, added].concat(), [&key()]).is_ok(), "{added}");
        }
    }
}

#[test]
fn a_parameter_of_creems_behind_the_signature_is_not_believed() {
    let without = "plan=pro&checkout_id=ch_A1&order_id=ord_B2&customer_id=cust_C3&product_id=prod_D4";
    let added = format!("{}&request_id=victim", signed(without));
    assert_eq!(verify(&added, [&key()]), Err(ReturnUrlError::Signature));
}

#[test]
fn an_own_query_cannot_imitate_creems_parameters() {
    // The shop's own `x` smuggles a whole foreign payment into the string that Creem signs.
    let smuggled = "1|request_id=victim|checkout_id=ch_V|order_id=ord_V|customer_id=cust_V|product_id=prod_V";
    let mut pairs = vec![("x", smuggled)];
    pairs.extend([("request_id", "order_7"), ("checkout_id", "ch_A1"), ("order_id", "ord_B2")]);
    pairs.extend([("customer_id", "cust_C3"), ("product_id", "prod_D4")]);
    let signature = sign(pairs, &key());
    let forged = format!(
        "x=1&request_id=victim&checkout_id=ch_V&order_id=ord_V&customer_id=cust_V&product_id=prod_V\
             &request_id%3Dorder_7%7Ccheckout_id%3Dch_A1%7Corder_id%3Dord_B2%7Ccustomer_id%3Dcust_C3%7Cproduct_id=prod_D4\
             &signature={signature}"
    );
    assert_eq!(verify(&forged, [&key()]), Err(ReturnUrlError::Signature));
}

#[test]
fn what_creem_never_sends_is_refused_by_name() {
    let twice = format!("{}&checkout_id=ch_A1", signed(ONE_TIME));
    assert_eq!(verify(&twice, [&key()]), Err(ReturnUrlError::Duplicate("checkout_id")));
    assert_eq!(verify(ONE_TIME, [&key()]), Err(ReturnUrlError::Missing("signature")));
    let odd = signed("request_id=a%7Cb&checkout_id=ch_A1&customer_id=cust_C3&product_id=prod_D4");
    assert_eq!(verify(&odd, [&key()]), Err(ReturnUrlError::Malformed("request_id")));
    assert_eq!(verify(&"a".repeat(9000), [&key()]), Err(ReturnUrlError::TooLong));
}

proptest! {
    #[test]
    fn one_changed_character_is_never_genuine(position in 0usize..200, with in "[ -~]") {
        let genuine = signed(ONE_TIME);
        let position = position % genuine.len();
        let mut changed = genuine.clone();
        changed.replace_range(position..=position, &with);
        let reads_the_same = form_urlencoded::parse(changed.as_bytes())
            .eq(form_urlencoded::parse(genuine.as_bytes()));
        prop_assume!(!reads_the_same);
        prop_assert!(verify(&changed, [&key()]).is_err(), "{changed}");
    }
}
