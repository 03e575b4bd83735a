//! Amounts, numbers of things and days in the reader's own notation.

use js_sys::{Array, Function, Object, Reflect, global};
use wasm_bindgen::{JsCast, JsValue};
use wire::{Date, Money, locale};

use super::page;

/// Writes an amount as the browser's `Intl` does in the page's language, and in the country of `locale` or of the
/// browser where that speaks it, with every digit that is charged: `Intl` by itself leaves out those of some currencies'
/// small coins.
///
/// The currency's sign is the one that cannot be misread there: `$` in the United States, `US$` in Canada.
/// Without `Intl` the plain notation of [`Money::plain`] is left.
#[must_use]
pub fn format(money: Money, locale: Option<&str>) -> String {
    let digits = money.currency.minor_digits();
    let scale = 10_f64.powi(digits.cast_signed());
    #[expect(clippy::cast_precision_loss, reason = "amounts stay far below 2^53 minor units")]
    let amount = money.amount_minor as f64 / scale;
    let digits = ["0", "1", "2", "3"].get(digits as usize).copied().unwrap_or("4");
    let options = [
        ("style", "currency"),
        ("currency", money.currency.as_str()),
        ("minimumFractionDigits", digits),
        ("maximumFractionDigits", digits),
    ];
    let written = localized("Number", &amount.into(), &notation(locale), &options).unwrap_or_else(|| money.plain());
    in_one_order(&written)
}

/// The amount with a true minus sign, and, on a page from right to left, isolated from the words around it.
///
/// `Intl` puts its own marks there, which turn a negative amount round and not a positive one.
fn in_one_order(written: &str) -> String {
    let isolated = page::is_right_to_left();
    let mut amount = String::new();
    for c in written.chars() {
        amount.push(match c {
            '-' => '\u{2212}',
            '\u{200e}' | '\u{200f}' | '\u{61c}' if isolated => continue,
            c => c,
        });
    }
    if isolated { ["\u{2066}", &amount, "\u{2069}"].concat() } else { amount }
}

/// Writes a number of `unit`s (day, week, month, year) in the page's language, with the plural that its rules ask for.
#[must_use]
pub fn count(count: u32, unit: &str) -> Option<String> {
    let options = [("style", "unit"), ("unit", unit), ("unitDisplay", "long")];
    localized("Number", &count.into(), &page::language(), &options)
}

/// The page's language, in the country that the link or the buyer's browser names: amounts and words are never in two
/// languages.
fn notation(asked: Option<&str>) -> String {
    let page = page::language();
    let tag = asked.map(str::to_owned).or_else(|| locale::tag(&page::browser_language()));
    tag.filter(|tag| locale::language(tag) == locale::language(&page)).unwrap_or(page)
}

/// Writes a day in the same notation.
#[must_use]
pub fn day(date: Date, locale: Option<&str>) -> String {
    #[expect(clippy::cast_precision_loss, reason = "the calendar's milliseconds stay below 2^53")]
    let moment: JsValue = js_sys::Date::new(&JsValue::from_f64(date.unix_ms() as f64)).into();
    let options = [("day", "numeric"), ("month", "short"), ("year", "numeric"), ("timeZone", "UTC")];
    localized("Date", &moment, &notation(locale), &options).unwrap_or_default()
}

/// Calls the constructor's own `toLocaleString`, which reports a bad locale as an error that can be caught.
fn localized(constructor: &str, value: &JsValue, locale: &str, options: &[(&str, &str)]) -> Option<String> {
    let object = Object::new();
    for (name, value) in options {
        Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value)).ok()?;
    }
    let member = |object: &JsValue, name: &str| Reflect::get(object, &JsValue::from_str(name)).ok();
    let method = member(&member(&member(&global(), constructor)?, "prototype")?, "toLocaleString")?;
    let arguments = Array::of2(&JsValue::from_str(locale), &object);
    Reflect::apply(method.unchecked_ref::<Function>(), value, &arguments).ok()?.as_string()
}
