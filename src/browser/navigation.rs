//! The page's address: reading it, tidying it, leaving it, and coming back to it.

use js_sys::encode_uri_component;
use leptos::ev;
use leptos::prelude::window_event_listener;
use wasm_bindgen::JsValue;

use super::page::window;

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

/// Loads the page anew.
pub fn reload() {
    window().location().reload().ok();
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
