//! Leaving the page, coming back to it, and its connection.

use js_sys::encode_uri_component;
use leptos::ev;
use leptos::prelude::{on_cleanup, window_event_listener};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlFormElement;

use super::Host;
use super::page::{document, window};

/// Text as it may stand in a query.
#[must_use]
pub fn encoded(text: &str) -> String {
    encode_uri_component(text).into()
}

/// Leaves for another address.
pub fn go_to(address: &str) {
    // An address that the browser refuses leaves the page as it is, with its link to the same address.
    window().location().assign(address).ok();
}

/// Leaves by posting a form of these fields, as a page without scripts does: what blocks calls of scripts lets it pass.
pub fn post_form(address: &str, fields: &[(String, String)]) {
    let document = document();
    let made = |kind: &str, attributes: &[(&str, &str)]| {
        let element = document.create_element(kind).ok()?;
        for (name, value) in attributes {
            element.set_attribute(name, value).ok()?;
        }
        Some(element)
    };
    let Some(form) = made("form", &[("method", "post"), ("action", address)]) else { return };
    for (name, value) in fields {
        if let Some(field) = made("input", &[("type", "hidden"), ("name", name), ("value", value)]) {
            form.append_child(&field).ok();
        }
    }
    // A form sends only from inside the document.
    if let Some(body) = document.body() {
        body.append_child(&form).ok();
    }
    if let Ok(form) = form.dyn_into::<HtmlFormElement>() {
        form.submit().ok();
    }
}

impl Host {
    /// Replaces the query in the page's address bar, without a step in the history. That of a site around is not ours.
    pub fn replace_query(&self, query: &str) {
        if let Some(history) = window().history().ok().filter(|_| self.is_page()) {
            history.replace_state_with_url(&JsValue::NULL, "", Some(query)).ok();
        }
    }
}

/// Whether the browser knows that it has no connection. It may have none and not know.
#[must_use]
pub fn is_offline() -> bool {
    !window().navigator().on_line()
}

/// Calls `on_change` each time the connection is lost or found again, as long as the current owner lives.
pub fn on_connection(on_change: impl Fn() + Clone + 'static) {
    let on_found = on_change.clone();
    let found = window_event_listener(ev::online, move |_| on_found());
    let lost = window_event_listener(ev::offline, move |_| on_change());
    on_cleanup(move || {
        found.remove();
        lost.remove();
    });
}

/// Calls `on_leave` each time the page is left, for another one or for good, as long as the current owner lives.
pub fn on_left(on_leave: impl Fn() + 'static) {
    let left = window_event_listener(ev::pagehide, move |_| on_leave());
    on_cleanup(move || left.remove());
}

/// Calls `on_back` each time the browser brings the page back as the buyer left it (back/forward cache), as long as the
/// current owner lives.
pub fn on_restored(on_back: impl Fn() + 'static) {
    let restored = window_event_listener(ev::pageshow, move |event| {
        if event.persisted() {
            on_back();
        }
    });
    on_cleanup(move || restored.remove());
}
