//! The document around: the mount point's fields, and on a page of its own the title, the texts and the look.

use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlInputElement, Window};

use super::Host;

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

/// The text, case-folded.
#[must_use]
pub fn folded(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// The language of the buyer's browser, as it calls it.
#[must_use]
pub fn browser_language() -> String {
    window().navigator().language().unwrap_or_default()
}

/// Puts text on the clipboard. Where the browser forbids it nothing happens; the text stays selectable.
pub fn copy(text: &str) {
    drop(window().navigator().clipboard().write_text(text));
}

impl Host {
    /// Sets the page's title. What the proxy has put behind it, the shop's name, stays there.
    pub fn set_title(&self, title: &str) {
        if self.is_page() {
            let end = self.attribute_around("data-title-end").unwrap_or_default();
            document().set_title(&[title, &end].concat());
        }
    }

    /// Puts other words into an element of the page around the mount point.
    pub fn set_text(&self, id: &str, text: &str) {
        if let Some(element) = document().get_element_by_id(id).filter(|_| self.is_page()) {
            element.set_text_content(Some(text));
        }
    }

    /// Fixes the look of the whole page.
    pub fn set_theme(&self, theme: &str) {
        if let Some(root) = document().document_element().filter(|_| self.is_page()) {
            // Setting an attribute by a constant, valid name cannot fail.
            root.set_attribute("data-theme", theme).ok();
        }
    }

    /// The text in a served field, if it is another than was served.
    #[must_use]
    pub fn typed(&self, id: &str) -> Option<String> {
        let field: HtmlInputElement = self.element(id)?.dyn_into().ok()?;
        let value = field.value();
        (value != field.default_value()).then_some(value)
    }

    /// The text in a field.
    #[must_use]
    pub fn value(&self, id: &str) -> Option<String> {
        Some(self.element(id)?.dyn_into::<HtmlInputElement>().ok()?.value())
    }

    /// Something, if the box with this `id` is ticked.
    #[must_use]
    pub fn ticked(&self, id: &str) -> Option<String> {
        let field: HtmlInputElement = self.element(id)?.dyn_into().ok()?;
        field.checked().then(String::new)
    }

    /// The value of the radio button of this name that the buyer has checked, if it is another than the served one.
    #[must_use]
    pub fn chosen(&self, name: &str) -> Option<String> {
        self.checked(name).filter(|radio| !radio.default_checked()).map(|radio| radio.value())
    }

    /// The value of the radio button of this name that is checked.
    #[must_use]
    pub fn choice(&self, name: &str) -> Option<String> {
        self.checked(name).map(|radio| radio.value())
    }

    fn checked(&self, name: &str) -> Option<HtmlInputElement> {
        self.find(&["input[name=\"", name, "\"]:checked"].concat())?.dyn_into().ok()
    }
}
