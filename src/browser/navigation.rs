//! The page's address: reading it, tidying it, leaving it, and coming back to it.

use js_sys::encode_uri_component;
use leptos::ev;
use leptos::prelude::window_event_listener;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlFormElement;

use super::page::{document, window};

/// The address's query as it stands, with its `?`.
#[must_use]
pub fn query() -> String {
    window().location().search().unwrap_or_default()
}

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

/// Replaces the query in the address bar, without a step in the history.
pub fn replace_query(query: &str) {
    if let Ok(history) = window().history() {
        history.replace_state_with_url(&JsValue::NULL, "", Some(query)).ok();
    }
}

/// Whether the browser knows that it has no connection. It may have none and not know.
#[must_use]
pub fn is_offline() -> bool {
    !window().navigator().on_line()
}

/// Calls `on_change` each time the connection is lost or found again.
pub fn on_connection(on_change: impl Fn() + Clone + 'static) {
    let on_found = on_change.clone();
    window_event_listener(ev::online, move |_| on_found());
    window_event_listener(ev::offline, move |_| on_change());
}

/// Calls `on_back` each time the browser brings the page back as the buyer left it (back/forward cache).
pub fn on_restored(on_back: impl Fn() + 'static) {
    // The handle is not kept: the page itself is what it belongs to.
    window_event_listener(ev::pageshow, move |event| {
        if event.persisted() {
            on_back();
        }
    });
}
