//! Numbers in JSON that would come back as other numbers.
//!
//! The reader rounds what has more digits than a machine's number, and the merchant who wrote an id as a number would
//! get another one back. So such numbers are refused; as text they are kept.

/// Whether every number of a JSON text is kept digit by digit. The text must be JSON.
pub(crate) fn are_kept(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some((first, after)) = rest.split_first() {
        let length = match first {
            b'"' => text_bytes(after) + 1,
            b'-' | b'0'..=b'9' => {
                let length = rest.iter().take_while(|byte| is_of_a_number(**byte)).count();
                if !str::from_utf8(&rest[..length]).is_ok_and(is_kept) {
                    return false;
                }
                length
            }
            _ => 1,
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    true
}

/// How many bytes of a text's inside and its closing quotation mark lie here.
fn text_bytes(inside: &[u8]) -> usize {
    let mut is_escaped = false;
    let closing = inside.iter().position(|byte| {
        let closes = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        closes
    });
    closing.map_or(inside.len(), |closing| closing + 1)
}

fn is_of_a_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')
}

fn is_kept(number: &str) -> bool {
    let is_whole = number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok();
    // Of two texts that are as short and as near, writers choose differently; what counts is what ours writes.
    let written = || serde_json::Number::from_f64(number.parse().ok()?);
    is_whole || written().is_some_and(|written| scientific(&written.to_string()) == scientific(number))
}

/// The digits of a number without zeros around them, and the power of ten of the last one.
fn scientific(number: &str) -> Option<(bool, String, i64)> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (is_negative, mantissa) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, decimals].concat();
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Some((false, String::new(), 0));
    }
    let zeros = digits.len() - digits.trim_end_matches('0').len();
    let shift = i64::try_from(zeros).ok()? - i64::try_from(decimals.len()).ok()?;
    Some((is_negative, significant.to_owned(), exponent.parse::<i64>().ok()?.checked_add(shift)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // `123456789012345678901234567890` came back as `1.2345678901234568e29`.
    #[test]
    fn a_number_with_more_digits_than_are_kept_is_noticed() {
        for kept in [
            "0",
            "-0",
            "1.5",
            "-1.50",
            "1e2",
            "1E+2",
            "0.1",
            "801253390909659.2",
            "9223372036854775807",
            "18446744073709551615",
            "1e30",
            "-9223372036854775808",
            "{\"a\":[1,2.25],\"123456789012345678901\":\"1e999\"}",
            "[\"\\\"\",0.001]",
            "[]",
            "",
        ] {
            assert!(are_kept(kept.as_bytes()), "{kept}");
        }
        for lost in [
            "123456789012345678901234567890",
            "18446744073709551616",
            "-9223372036854775809",
            "3.14159265358979323846",
            "801253390909659.3",
            "[1,{\"a\":12345678901234567890.5}]",
            "{\"\\\\\":100000000000000000000001}",
        ] {
            assert!(!are_kept(lost.as_bytes()), "{lost}");
        }
    }

    proptest! {
        #[test]
        fn what_a_machine_writes_is_kept(whole in any::<i64>(), decimal in any::<f64>()) {
            let json = serde_json::json!({ "whole": whole, "\"1.": [decimal] }).to_string();
            prop_assert!(are_kept(json.as_bytes()), "{}", json);
        }

        #[test]
        fn nonsense_does_not_panic(json in any::<Vec<u8>>()) {
            are_kept(&json);
        }
    }
}
