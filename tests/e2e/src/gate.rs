//! A gate in front of the app's WebAssembly, for what a buyer does before it has arrived.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::watch;

/// Open unless a journey closes it.
#[derive(Clone)]
pub(crate) struct Gate {
    open: watch::Sender<bool>,
}

impl Gate {
    /// An open one.
    pub(crate) fn new() -> Self {
        Self { open: watch::Sender::new(true) }
    }

    /// From now on what arrives waits.
    pub(crate) fn close(&self) {
        self.open.send_replace(false);
    }

    /// Lets through what waits, and what comes after it.
    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }
}

/// Holds answers to requests for WebAssembly back while the gate is closed.
pub(crate) async fn hold(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    if request.uri().path().ends_with(".wasm") {
        // The gate lives as long as the shop; without it nobody waits for the answer.
        let _ = gate.open.subscribe().wait_for(|open| *open).await;
    }
    next.run(request).await
}
