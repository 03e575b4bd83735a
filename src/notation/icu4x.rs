//! The reader's notation where the proxy draws the page, by ICU4X and its tables.

use icu_datetime::DateTimeFormatter;
use icu_datetime::fieldsets::YMD;
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_experimental::dimension::currency::CurrencyType;
use icu_experimental::dimension::currency::formatter::CurrencyFormatter;
use icu_experimental::dimension::units::categorized_formatter::CategorizedFormatter;
use icu_experimental::dimension::units::options::Width;
use icu_experimental::measure::category::Duration;
use icu_locale_core::Locale;
use wire::{Date, Money};

use crate::language::of_speech;

/// The day on which the page is drawn.
pub(super) fn today() -> Date {
    of_speech(|speech| speech.today)
}

pub(super) fn folded(text: &str) -> String {
    text.to_lowercase()
}

pub(super) fn amount(money: Money, tag: &str) -> Option<String> {
    let locale = Locale::try_from_str(tag).ok()?;
    let exact = decimal(money);
    let currency: CurrencyType = money.currency.as_str().parse().ok()?;
    let mut written = in_tables(&locale, currency, &exact, money)?;
    let written_out = |(language, code, _): &&(&str, &str, &str)| {
        *language == locale.id.language.as_str() && *code == money.currency.as_str()
    };
    if let Some((_, code, sign)) = WRITTEN_OUT.iter().find(written_out) {
        written = written.replace(sign, code);
    }
    Some(match SEPARATORS.iter().find(|(tags, ..)| tags.contains(&tag)) {
        Some((_, group, decimal)) => separated(&written, money.currency.minor_digits() as usize, *group, *decimal),
        None => written,
    })
}

/// Where browsers write a currency's code, and ICU4X 2.4 its sign.
const WRITTEN_OUT: [(&str, &str, &str); 1] = [("fi", "INR", "₹")];

/// Where amounts are grouped and pointed otherwise than other numbers, which ICU4X 2.4 does not know yet: the mark
/// between thousands and the one before the small coins.
const SEPARATORS: [(&[&str], char, char); 5] = [
    (
        &[
            "en-BE", "en-CZ", "en-DE", "en-DK", "en-EE", "en-ES", "en-FI", "en-FR", "en-GE", "en-HU", "en-IT", "en-LT",
            "en-LV", "en-NL", "en-NO", "en-PL", "en-PT", "en-RO", "en-SE", "en-SI", "en-SK", "en-UA",
        ],
        ',',
        '.',
    ),
    (&["en-CH"], ',', '.'),
    (&["de-AT"], '.', ','),
    (&["fr-CH"], '\u{202f}', '.'),
    (&["pt-CV"], '\u{a0}', '$'),
];

/// The amount with these marks between its digits.
fn separated(written: &str, decimals: usize, group: char, decimal: char) -> String {
    let mut digits_to_come = written.chars().filter(|c| c.is_numeric()).count();
    let all = digits_to_come;
    let mut amount = String::new();
    for c in written.chars() {
        if c.is_numeric() {
            digits_to_come -= 1;
            amount.push(c);
        } else if digits_to_come == 0 || digits_to_come == all {
            amount.push(c);
        } else {
            amount.push(if digits_to_come == decimals { decimal } else { group });
        }
    }
    amount
}

/// The amount as the tables write it, with every digit that is charged.
fn in_tables(locale: &Locale, currency: CurrencyType, exact: &Decimal, money: Money) -> Option<String> {
    let formatter = CurrencyFormatter::try_new_symbol_narrow(locale.into(), currency, Default::default()).ok()?;
    let written = formatter.format_fixed_decimal(exact).to_string();
    let digits = exact.to_string().chars().filter(char::is_ascii_digit).count();
    if written.chars().filter(|c| c.is_numeric()).count() == digits {
        return Some(written);
    }
    // The tables' number of digits is that of the coins in use, ours that of what is charged.
    let number = DecimalFormatter::try_new(locale.into(), Default::default()).ok()?;
    let first = written.find(char::is_numeric)?;
    let after = written.trim_end_matches(|c: char| !c.is_numeric()).len();
    let number =
        number.format(&decimal(Money { amount_minor: money.amount_minor.saturating_abs(), ..money })).to_string();
    Some([&written[..first], &number, &written[after..]].concat())
}

/// The amount with all digits of its minor unit.
fn decimal(money: Money) -> Decimal {
    let digits = i16::try_from(money.currency.minor_digits()).unwrap_or_default();
    let mut decimal = Decimal::from(money.amount_minor);
    decimal.multiply_pow10(-digits);
    decimal.pad_end(-digits);
    decimal
}

pub(super) fn day(date: Date, tag: &str) -> Option<String> {
    let locale = Locale::try_from_str(tag).ok()?;
    let formatter = DateTimeFormatter::try_new((&locale).into(), YMD::medium()).ok()?;
    let (year, month, day) = date.civil();
    if locale.id.language.as_str() == "ko" {
        // ICU4X 2.4 writes the numbers between strokes, which browsers do not.
        return Some(format!("{year}. {month}. {day}."));
    }
    let date = icu_calendar::Date::try_new_iso(i32::try_from(year).ok()?, month.try_into().ok()?, day.try_into().ok()?);
    // Browsers write a plain space where the tables have a narrow one.
    Some(formatter.format(&date.ok()?).to_string().replace('\u{202f}', " "))
}

pub(super) fn count(count: u32, unit: &str, tag: &str) -> Option<String> {
    let locale = Locale::try_from_str(tag).ok()?;
    let unit = match unit {
        "day" => Duration::day(),
        "week" => Duration::week(),
        "month" => Duration::month(),
        "year" => Duration::year(),
        _ => return None,
    };
    let formatter =
        CategorizedFormatter::<Duration>::try_new_outlier((&locale).into(), unit, Width::Long.into()).ok()?;
    Some(formatter.format_fixed_decimal(&Decimal::from(count)).to_string())
}

#[cfg(test)]
mod tests {
    use wire::Currency;

    use super::*;

    fn written(tag: &str, currency: &str, amount_minor: i64) -> String {
        let currency = Currency::parse(currency).expect("a currency");
        amount(Money { amount_minor, currency }, tag).expect("a locale")
    }

    #[test]
    fn amounts_are_written_as_the_reader_does() {
        for (tag, currency, amount_minor, expected) in [
            ("en-US", "USD", 199_900, "$1,999.00"),
            ("en-GB", "USD", 1999, "$19.99"),
            ("de", "EUR", 1999, "19,99\u{a0}€"),
            ("fi", "INR", 100, "1,00\u{a0}INR"),
            ("de-AT", "EUR", 1999, "€\u{a0}19,99"),
            ("fr", "EUR", 123_456, "1\u{202f}234,56\u{a0}€"),
            ("ja", "JPY", 1234, "￥1,234"),
            ("en-IN", "INR", 12_345_678, "₹1,23,456.78"),
            ("en", "KWD", 1234, "KWD\u{a0}1.234"),
            ("de-AT", "USD", 123_456_789, "$\u{a0}1.234.567,89"),
            ("fr-CH", "EUR", 123_456, "1\u{202f}234.56\u{a0}€"),
            ("de-AT", "JPY", 12_000, "¥\u{a0}12.000"),
        ] {
            assert_eq!(written(tag, currency, amount_minor), expected, "{tag} {currency}");
        }
    }

    /// The tables leave small coins out that nobody pays with: RSD 1999.50 would be written RSD 2,000, and is charged.
    #[test]
    fn every_digit_that_is_charged_is_written() {
        for (currency, price, digits) in [
            ("RSD", 199_950, "1,999.50"),
            ("IQD", 1_234, "1.234"),
            ("LBP", 123_456, "1,234.56"),
            ("HUF", 123_456, "1,234.56"),
            ("JPY", 1_234, "1,234"),
            ("ISK", 1_234, "1,234"),
            ("UGX", 1_234, "1,234"),
            ("KWD", 1_234, "1.234"),
            ("CLF", 12_345, "1.2345"),
            ("USD", 199_900, "1,999.00"),
            ("USD", 0, "0.00"),
        ] {
            let written = written("en-US", currency, price);
            assert!(written.ends_with(digits), "{written}");
        }
    }

    #[test]
    fn each_language_has_its_own_plurals() {
        for (tag, number, said) in [
            ("en", 14, "14 days"),
            ("de", 1, "1 Tag"),
            ("de", 2, "2 Tage"),
            ("ja", 1, "1 日"),
            ("he", 2, "יומיים"),
            ("he", 7, "7 ימים"),
            ("ar", 2, "يومان"),
            ("ar", 7, "7 أيام"),
            ("ar", 14, "14 يومًا"),
            ("ar", 100, "100 يوم"),
            ("ar", 103, "103 أيام"),
        ] {
            assert_eq!(count(number, "day", tag).as_deref(), Some(said), "{tag} {number}");
        }
        for (unit, said) in [("week", "3\u{a0}semaines"), ("month", "3\u{a0}mois"), ("year", "3 ans")] {
            assert_eq!(count(3, unit, "fr").as_deref(), Some(said));
        }
    }

    #[test]
    fn days_are_written_as_the_reader_does() {
        let date = Date::parse("2026-12-06").expect("a date");
        for (tag, said) in [
            ("en-US", "Dec 6, 2026"),
            ("en-GB", "6 Dec 2026"),
            ("de", "06.12.2026"),
            ("ja", "2026/12/06"),
            ("ko", "2026. 12. 6."),
            ("uk", "6 груд. 2026 р."),
        ] {
            assert_eq!(day(date, tag).as_deref(), Some(said), "{tag}");
        }
    }
}
