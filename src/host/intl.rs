//! The reader's notation by the browser's own `Intl`. Only [`crate::notation`] asks here.

use js_sys::{Array, Function, Object, Reflect, global};
use wasm_bindgen::{JsCast, JsValue};
use wire::{Date, Money};

pub use super::clock::today;
pub use super::page::folded;

/// An amount with all digits of its minor unit; `None` where the browser does not know the locale.
#[must_use]
pub fn amount(money: Money, tag: &str) -> Option<String> {
    let digits = money.currency.minor_digits();
    let scale = 10_f64.powi(digits.cast_signed());
    #[expect(clippy::cast_precision_loss, reason = "amounts stay far below 2^53 minor units")]
    let amount = money.amount_minor as f64 / scale;
    let digits = ["0", "1", "2", "3"].get(digits as usize).copied().unwrap_or("4");
    let options = [
        ("style", "currency"),
        ("currency", money.currency.as_str()),
        ("currencyDisplay", "narrowSymbol"),
        ("minimumFractionDigits", digits),
        ("maximumFractionDigits", digits),
    ];
    localized("Number", &amount.into(), tag, &options)
}

/// A number of `unit`s (day, week, month, year).
#[must_use]
pub fn count(count: u32, unit: &str, tag: &str) -> Option<String> {
    localized("Number", &count.into(), tag, &[("style", "unit"), ("unit", unit), ("unitDisplay", "long")])
}

/// A day.
#[must_use]
pub fn day(date: Date, tag: &str) -> Option<String> {
    #[expect(clippy::cast_precision_loss, reason = "the calendar's milliseconds stay below 2^53")]
    let moment: JsValue = js_sys::Date::new(&JsValue::from_f64(date.unix_ms() as f64)).into();
    localized("Date", &moment, tag, &[("dateStyle", "medium"), ("timeZone", "UTC")])
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
