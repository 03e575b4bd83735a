//! Work that goes on beside the page.

use std::pin::Pin;

use wasm_bindgen_futures::spawn_local;

/// Runs a future to its end. Boxed, so that the code that drives it exists once in the binary.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    let future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    spawn_local(future);
}
