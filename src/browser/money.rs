//! Amounts in the reader's own notation.

use js_sys::{Array, Function, Object, Reflect, global};
use wasm_bindgen::{JsCast, JsValue};
use wire::Money;

/// Writes an amount as the browser's `Intl` does for `locale`, or for its own language.
///
/// A locale that the browser refuses leaves the plain notation of [`Money::plain`].
#[must_use]
pub fn format(money: Money, locale: Option<&str>) -> String {
    localized(money, locale).unwrap_or_else(|| money.plain())
}

/// Calls `Number.prototype.toLocaleString`, which reports a bad locale as an error that can be caught.
fn localized(money: Money, locale: Option<&str>) -> Option<String> {
    let options = Object::new();
    for (name, value) in [("style", "currency"), ("currency", money.currency.as_str())] {
        Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value)).ok()?;
    }
    let scale = 10_f64.powi(money.currency.minor_digits().cast_signed());
    #[expect(clippy::cast_precision_loss, reason = "amounts stay far below 2^53 minor units")]
    let amount = JsValue::from_f64(money.amount_minor as f64 / scale);
    let member = |object: &JsValue, name: &str| Reflect::get(object, &JsValue::from_str(name)).ok();
    let method = member(&member(&member(&global(), "Number")?, "prototype")?, "toLocaleString")?;
    let locale = locale.map_or(JsValue::UNDEFINED, JsValue::from_str);
    let arguments = Array::of2(&locale, &options);
    Reflect::apply(method.unchecked_ref::<Function>(), &amount, &arguments).ok()?.as_string()
}
