//! What becomes of a code, for every term of its discount.

use proptest::prelude::*;

use super::*;
use crate::reader;

const NOW: &str = "2026-11-27T10:00:00Z";

/// What becomes of a discount of 10 %, or of what is said instead, on a purchase of `prod_1` in USD.
fn judged(terms: &str) -> String {
    let usual = r#""id":"dis_1","code":"TEN","status":"active","type":"percentage","percentage":10"#;
    // Of a repeated name the last counts.
    let discount: Discount = reader::entity(format!("{{{usual},{terms}}}").as_bytes()).expect("a discount");
    let verdict = discount.judge("prod_1", "USD", NOW.parse().expect("a moment"));
    format!("{verdict:?}").split('(').next().unwrap_or_default().to_owned()
}

#[test]
fn a_discount_keeps_its_id_and_every_status_has_its_own_word() {
    for (word, status) in [
        ("active", DiscountStatus::Active),
        ("draft", DiscountStatus::Draft),
        ("expired", DiscountStatus::Expired),
        ("scheduled", DiscountStatus::Scheduled),
        ("deleted", DiscountStatus::Deleted),
        ("paused", DiscountStatus::Unknown),
    ] {
        let json = format!(r#"{{"id":"dis_1","code":"TEN","status":"{word}","type":"percentage","percentage":10}}"#);
        let discount: Discount = reader::entity(json.as_bytes()).expect("a discount");
        assert_eq!((discount.id.as_str(), discount.code.as_str(), discount.status), ("dis_1", "TEN", status), "{word}");
    }
}

#[test]
fn each_term_decides_by_itself() {
    for (terms, verdict) in [
        (r#""name":"Ten""#, "Applies"),
        (r#""status":"ACTIVE""#, "Applies"),
        (r#""status":"expired""#, "Expired"),
        (r#""status":"scheduled""#, "NotStarted"),
        (r#""status":"draft""#, "Unknown"),
        (r#""status":"deleted""#, "Unknown"),
        (r#""status":"paused""#, "Unknown"),
        (r#""status":null"#, "Unknown"),
        (r#""max_redemptions":3,"redeem_count":2"#, "Applies"),
        (r#""max_redemptions":3,"redeem_count":3"#, "UsedUp"),
        (r#""max_redemptions":3"#, "Applies"),
        (r#""max_redemptions":0"#, "UsedUp"),
        (r#""redeem_count":900"#, "Applies"),
        (r#""applies_to_products":[]"#, "Applies"),
        (r#""applies_to_products":["prod_2","prod_1"]"#, "Applies"),
        (r#""applies_to_products":["prod_2"]"#, "WrongProduct"),
        (r#""type":"fixed","amount":500,"currency":"USD""#, "Applies"),
        (r#""type":"fixed","amount":500,"currency":"EUR""#, "WrongCurrency"),
        (r#""type":"fixed","amount":500"#, "Unknown"),
        (r#""type":"fixed","currency":"USD""#, "Unknown"),
        (r#""type":"percentage","percentage":null"#, "Unknown"),
        (r#""type":"gift""#, "Unknown"),
    ] {
        assert_eq!(judged(terms), verdict, "{terms}");
    }
}

// A date without a zone, or without a time, was no date to us: the code was shown as applied for ever, and refused
// when it was to be used.
#[test]
fn an_end_without_a_zone_or_a_time_is_meant_in_utc() {
    for (end, verdict) in [
        ("2026-11-27T10:00:00Z", "Expired"),
        ("2026-11-27T10:00:00.001Z", "Applies"),
        ("2026-11-27T09:59:59", "Expired"),
        ("2026-11-27T10:00:01", "Applies"),
        ("2026-11-27 09:59:59", "Expired"),
        ("2020-01-01", "Expired"),
        ("2026-11-27", "Expired"),
        ("2026-11-28", "Applies"),
        ("2026-11-27T11:30:00+02:00", "Expired"),
        ("", "Applies"),
    ] {
        assert_eq!(judged(&format!(r#""expiry_date":"{end}""#)), verdict, "{end}");
    }
    assert_eq!(judged(r#""expiry_date":1577836800"#), "Expired");
    assert_eq!(judged(r#""expiry_date":"1577836800000""#), "Expired");
    assert_eq!(judged(r#""expiry_date":"next summer""#), "Unknown", "nobody is promised what cannot be read");
}

// `usd` was another currency than `USD`.
#[test]
fn a_currency_is_the_same_in_any_case() {
    for currency in ["USD", "usd", "Usd", " usd "] {
        assert_eq!(judged(&format!(r#""type":"fixed","amount":500,"currency":"{currency}""#)), "Applies");
    }
}

#[test]
fn a_percentage_rounds_halves_for_the_buyer() {
    let off = |percent: u32, subtotal| Reduction::Percentage(percent.into()).amount_off(subtotal);
    assert_eq!(off(50, 2999), 1500);
    assert_eq!(off(25, 5997), 1499);
    assert_eq!(off(100, 1), 1);
    assert_eq!(off(0, 1999), 0);
    assert_eq!(off(u32::MAX, 1999), 1999);
}

proptest! {
    #[test]
    fn nothing_ever_costs_less_than_nothing(subtotal in 0_i64..i64::MAX, percent in 0_u32..500, fixed in i64::MIN..i64::MAX) {
        for reduction in [Reduction::Percentage(percent.into()), Reduction::Fixed { amount_minor: fixed, currency: "USD" }] {
            let off = reduction.amount_off(subtotal);
            prop_assert!((0..=subtotal).contains(&off));
        }
    }

    #[test]
    fn a_larger_percentage_never_takes_off_less(subtotal in 0_i64..1_000_000_000, percent in 0_u32..100) {
        let less = Reduction::Percentage(percent.into()).amount_off(subtotal);
        prop_assert!(less <= Reduction::Percentage((percent + 1).into()).amount_off(subtotal));
    }
}
