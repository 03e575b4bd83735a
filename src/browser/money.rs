//! Amounts and numbers of things in the reader's own notation.

use js_sys::{Array, Function, Object, Reflect, global};
use wasm_bindgen::{JsCast, JsValue};
use wire::{Money, locale};

use super::page;

/// Writes an amount as the browser's `Intl` does in the page's language, and in the country of `locale` or of the
/// browser where that speaks it.
///
/// The currency's sign is the one that cannot be misread there: `$` in the United States, `US$` in Canada.
/// Without `Intl` the plain notation of [`Money::plain`] is left.
#[must_use]
pub fn format(money: Money, locale: Option<&str>) -> String {
    let scale = 10_f64.powi(money.currency.minor_digits().cast_signed());
    #[expect(clippy::cast_precision_loss, reason = "amounts stay far below 2^53 minor units")]
    let amount = money.amount_minor as f64 / scale;
    let written = localized(amount, &notation(locale), &[("style", "currency"), ("currency", money.currency.as_str())]);
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
    localized(f64::from(count), &page::language(), &[("style", "unit"), ("unit", unit), ("unitDisplay", "long")])
}

/// The page's language, in the country that the link or the buyer's browser names: amounts and words are never in two
/// languages.
fn notation(asked: Option<&str>) -> String {
    let page = page::language();
    let tag = asked.map(str::to_owned).or_else(|| locale::tag(&page::browser_language()));
    tag.filter(|tag| locale::language(tag) == locale::language(&page)).unwrap_or(page)
}

/// Calls `Number.prototype.toLocaleString`, which reports a bad locale as an error that can be caught.
fn localized(number: f64, locale: &str, options: &[(&str, &str)]) -> Option<String> {
    let object = Object::new();
    for (name, value) in options {
        Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value)).ok()?;
    }
    let member = |object: &JsValue, name: &str| Reflect::get(object, &JsValue::from_str(name)).ok();
    let method = member(&member(&member(&global(), "Number")?, "prototype")?, "toLocaleString")?;
    let arguments = Array::of2(&JsValue::from_str(locale), &object);
    Reflect::apply(method.unchecked_ref::<Function>(), &JsValue::from_f64(number), &arguments).ok()?.as_string()
}
