//! Stands in for the crate `wasm-streams`, which Leptos brings along for the streams of server functions.
//!
//! The app has no server functions. The real crate exports four JavaScript classes, and what is exported no linker
//! may drop: 5 kB of every buyer's download for something that is never called. `[patch.crates-io]` puts this in its
//! place; it has what Leptos names, and every stream in it is at its end. It can go when Leptos makes server
//! functions optional.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use wasm_bindgen::JsValue;

/// A stream with nothing in it.
#[derive(Debug)]
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// Keeps the browser's stream, for [`Self::into_raw`].
    #[must_use]
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// Drops a stream of ours.
    ///
    /// # Panics
    /// Where the browser has no streams.
    pub fn from_stream<S: Stream<Item = Result<JsValue, JsValue>> + 'static>(_: S) -> Self {
        Self(web_sys::ReadableStream::new().expect("every browser with WebAssembly has streams"))
    }

    /// The browser's stream.
    #[must_use]
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// Its items: none.
    #[must_use]
    pub fn into_stream(self) -> Ended {
        Ended
    }
}

/// A stream at its end.
#[derive(Clone, Copy, Debug)]
pub struct Ended;

impl Stream for Ended {
    type Item = Result<JsValue, JsValue>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(None)
    }
}
