//! Decimal numbers, read from their digits, because a floating-point number of an amount is another amount.

/// Digits that fit an `i64`; whatever has more does not.
const MOST_DIGITS: usize = 19;

/// A number times a power of ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scaled {
    /// Rounded to the nearest whole number, halves away from zero.
    pub(crate) value: i64,
    /// Whether nothing was lost by rounding.
    pub(crate) is_exact: bool,
}

/// Reads a JSON number times ten to the power of `places`; `None` when the text is no number or has too many digits.
pub(crate) fn scaled(text: &str, places: i64) -> Option<Scaled> {
    let negative = text.strip_prefix('-');
    let unsigned = negative.unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let all = [whole, fraction].concat();
    let digits = all.trim_start_matches('0');
    if digits.is_empty() {
        return Some(Scaled { value: 0, is_exact: true });
    }
    let shift = exponent.saturating_add(places).saturating_sub(i64::try_from(fraction.len()).ok()?);
    let (kept, lost, zeros) = match usize::try_from(shift) {
        Ok(zeros) => (digits, "", zeros),
        // So far behind the point that not even the first digit rounds to one.
        Err(_) if shift.unsigned_abs() > digits.len() as u64 => ("", "1", 0),
        Err(_) => {
            let (kept, lost) = digits.split_at(digits.len() - usize::try_from(shift.unsigned_abs()).ok()?);
            (kept, lost, 0)
        }
    };
    if kept.len().saturating_add(zeros) > MOST_DIGITS {
        return None;
    }
    let magnitude = kept.bytes().fold(0_i128, |value, digit| value * 10 + i128::from(digit - b'0'));
    let magnitude = magnitude * 10_i128.pow(u32::try_from(zeros).ok()?) + i128::from(lost >= "5");
    let is_exact = lost.bytes().all(|digit| digit == b'0');
    let value = if negative.is_some() { -magnitude } else { magnitude };
    i64::try_from(value).ok().map(|value| Scaled { value, is_exact })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(text: &str) -> Option<i64> {
        scaled(text, 0).filter(|number| number.is_exact).map(|number| number.value)
    }

    #[test]
    fn whole_numbers_are_read_in_every_spelling_and_nothing_is_rounded_to_one() {
        for (text, value) in [
            ("1999", Some(1999)),
            ("1999.0", Some(1999)),
            ("1.999e3", Some(1999)),
            ("1999000E-3", Some(1999)),
            ("-0", Some(0)),
            ("-7.0", Some(-7)),
            ("0e400", Some(0)),
            ("0.000", Some(0)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("19.99", None),
            ("1e400", None),
            ("1e-400", None),
            ("1e99999999999999999999", None),
            ("1e-9223372036854775808", None),
            ("", None),
            ("-", None),
            (".5", None),
            ("1.", None),
            ("+1", None),
            ("0x10", None),
            ("1_000", None),
            ("1e", None),
            ("1.5.5", None),
            ("٣", None),
        ] {
            assert_eq!(whole(text), value, "{text}");
        }
    }

    #[test]
    fn decimals_are_scaled_from_their_digits() {
        let of = |text, places| scaled(text, places).map(|number| (number.value, number.is_exact));
        assert_eq!(of("12.5", 4), Some((125_000, true)));
        assert_eq!(of("33.33335", 4), Some((333_334, false)));
        assert_eq!(of("33.33334", 4), Some((333_333, false)));
        assert_eq!(of("-0.5", 0), Some((-1, false)));
        assert_eq!(of("0.05", 0), Some((0, false)));
        assert_eq!(of("0.9", 0), Some((1, false)));
    }

    proptest! {
        #[test]
        fn any_whole_number_is_read_whatever_its_exponent(value: i64, zeros in 0_usize..8) {
            let written = format!("{value}{}e-{zeros}", "0".repeat(zeros));
            prop_assert_eq!(whole(&written), Some(value));
            let pointed = format!("{value}.{}", "0".repeat(zeros + 1));
            prop_assert_eq!(whole(&pointed), Some(value));
        }

        #[test]
        fn no_text_is_too_odd(text in "[-+.eE0-9]{0,12}", places in 0_i64..6) {
            let _ = scaled(&text, places);
        }
    }
}
