//! The page around the app: mount point, data block, title, theme, clipboard.

use leptos::prelude::window_event_listener_untyped;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, HtmlInputElement, Window};

/// The window; the app runs in no worker.
#[must_use]
pub fn window() -> Window {
    web_sys::window().expect("the app runs in a window")
}

/// The document.
#[must_use]
pub fn document() -> Document {
    window().document().expect("a window has a document")
}

/// The element with this `id`.
#[must_use]
pub fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The text of a data block; empty where there is none.
#[must_use]
pub fn block(id: &str) -> String {
    by_id(id).and_then(|block| block.text_content()).unwrap_or_default()
}

/// Empties the mount point of what was served in it.
pub fn clear(mount_point: &Element) {
    mount_point.set_text_content(None);
}

/// Sets the document's title. What the proxy has put behind it, the shop's name, stays there.
pub fn set_title(title: &str) {
    document().set_title(&[title, &root_attribute("data-title-end").unwrap_or_default()].concat());
}

fn root_attribute(name: &str) -> Option<String> {
    document().document_element()?.get_attribute(name)
}

/// Puts other words into an element of the page around the app.
pub fn set_text(id: &str, text: &str) {
    if let Some(element) = by_id(id) {
        element.set_text_content(Some(text));
    }
}

/// The text without the difference between capital and small letters.
#[must_use]
pub fn folded(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// Fixes the look of the whole page.
pub fn set_theme(theme: &str) {
    if let Some(root) = document().document_element() {
        // Setting an attribute by a constant, valid name cannot fail.
        root.set_attribute("data-theme", theme).ok();
    }
}

/// The language the page is in; English where it does not say.
#[must_use]
pub fn language() -> String {
    root_attribute("lang").filter(|language| !language.is_empty()).unwrap_or_else(|| "en".to_owned())
}

/// The language of the buyer's browser, as it calls it.
#[must_use]
pub fn browser_language() -> String {
    window().navigator().language().unwrap_or_default()
}

/// Whether the page is written from right to left.
#[must_use]
pub fn is_right_to_left() -> bool {
    root_attribute("dir").is_some_and(|dir| dir == "rtl")
}

/// Puts text on the clipboard. Where the browser forbids it nothing happens; the text stays selectable.
pub fn copy(text: &str) {
    drop(window().navigator().clipboard().write_text(text));
}

/// Calls `go` as soon as the buyer is in the middle of nothing: neither of words that an input method composes, nor of a
/// press. `boot.js` keeps the mark and says when it goes.
pub fn when_idle(go: impl Fn() + 'static) {
    if root_attribute("data-busy").is_none() {
        go();
        return;
    }
    let gone = std::cell::Cell::new(false);
    window_event_listener_untyped("idle", move |_| {
        if !gone.replace(true) {
            go();
        }
    });
}

/// The text in a served field, if it is another than was served.
#[must_use]
pub fn typed(id: &str) -> Option<String> {
    let field: HtmlInputElement = by_id(id)?.dyn_into().ok()?;
    let value = field.value();
    (value != field.default_value()).then_some(value)
}

/// The text in a field.
#[must_use]
pub fn value(id: &str) -> Option<String> {
    Some(by_id(id)?.dyn_into::<HtmlInputElement>().ok()?.value())
}

/// The value of the radio button of this name that the buyer has checked, if it is another than the served one.
#[must_use]
pub fn chosen(name: &str) -> Option<String> {
    checked(name).filter(|radio| !radio.default_checked()).map(|radio| radio.value())
}

/// The value of the radio button of this name that is checked.
#[must_use]
pub fn choice(name: &str) -> Option<String> {
    checked(name).map(|radio| radio.value())
}

fn checked(name: &str) -> Option<HtmlInputElement> {
    let selector = ["input[name=\"", name, "\"]:checked"].concat();
    document().query_selector(&selector).ok()??.dyn_into().ok()
}
