//! Server-sent events.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use super::Host;

impl Host {
    /// Hands the data of each event called `name` to `on_event`, until that answers that it has heard enough.
    ///
    /// The browser connects again by itself; where it cannot, nothing comes, and whoever listens has to ask instead.
    pub fn listen(&self, address: &str, name: &str, mut on_event: impl FnMut(String) -> bool + 'static) {
        let Ok(source) = EventSource::new(address) else { return };
        let kept = source.clone();
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if on_event(event.data().as_string().unwrap_or_default()) {
                kept.close();
            }
        });
        source.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref()).ok();
        self.at_end(move || {
            source.close();
            drop(heard);
        });
    }
}
