//! Amounts and numbers of things in the reader's own notation.

use js_sys::{Array, Function, Object, Reflect, global};
use wasm_bindgen::{JsCast, JsValue};
use wire::Money;

use super::page;

/// Writes an amount as the browser's `Intl` does for `locale`, or for its own language.
///
/// The currency's sign is the one that cannot be misread there: `$` in the United States, `US$` in Canada.
/// A locale that the browser refuses leaves the plain notation of [`Money::plain`].
#[must_use]
pub fn format(money: Money, locale: Option<&str>) -> String {
    let scale = 10_f64.powi(money.currency.minor_digits().cast_signed());
    #[expect(clippy::cast_precision_loss, reason = "amounts stay far below 2^53 minor units")]
    let amount = money.amount_minor as f64 / scale;
    let written = localized(amount, locale, &[("style", "currency"), ("currency", money.currency.as_str())]);
    let Some(mut written) = written else { return money.plain() };
    // From right to left the sign of `US$` would come before its letters; a mark at the end keeps them together.
    if written.starts_with('\u{200f}') {
        written.push('\u{200e}');
    }
    written
}

/// Writes a number of `unit`s (day, week, month, year) in the page's language, with the plural that its rules ask for.
#[must_use]
pub fn count(count: u32, unit: &str) -> Option<String> {
    localized(f64::from(count), Some(&page::language()), &[("style", "unit"), ("unit", unit), ("unitDisplay", "long")])
}

/// Calls `Number.prototype.toLocaleString`, which reports a bad locale as an error that can be caught.
fn localized(number: f64, locale: Option<&str>, options: &[(&str, &str)]) -> Option<String> {
    let object = Object::new();
    for (name, value) in options {
        Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value)).ok()?;
    }
    let member = |object: &JsValue, name: &str| Reflect::get(object, &JsValue::from_str(name)).ok();
    let method = member(&member(&member(&global(), "Number")?, "prototype")?, "toLocaleString")?;
    let locale = locale.map_or(JsValue::UNDEFINED, JsValue::from_str);
    let arguments = Array::of2(&locale, &object);
    Reflect::apply(method.unchecked_ref::<Function>(), &JsValue::from_f64(number), &arguments).ok()?.as_string()
}
