//! What day it is, and waiting. The only place with timers.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

use super::page::window;

/// The day it is in UTC, in which Creem counts.
#[must_use]
pub fn today() -> wire::Date {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 stay far below 2^53")]
    wire::Date::from_unix_ms(js_sys::Date::now() as i64)
}

/// Waits for `delay_ms`. Whoever waits no longer leaves no timer behind.
pub async fn sleep(delay_ms: u32) {
    let mut timer = None;
    let promise = Promise::new(&mut |resolve: Function, _reject| timer = Some(Timer::new(&resolve, delay_ms)));
    JsFuture::from(promise).await.expect("a timer's promise is never rejected");
}

/// Calls a function after a time, unless it is dropped before.
struct Timer(i32);

impl Timer {
    fn new(callback: &Function, delay_ms: u32) -> Self {
        let delay_ms = i32::try_from(delay_ms).unwrap_or(i32::MAX);
        let set = window().set_timeout_with_callback_and_timeout_and_arguments_0(callback, delay_ms);
        Self(set.expect("a window accepts timers"))
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        window().clear_timeout_with_handle(self.0);
    }
}

/// Aborts a call after a time, or when it is dropped, with the call that it guards.
pub struct Deadline {
    controller: AbortController,
    passed: Rc<Cell<bool>>,
    _timer: Timer,
    _on_time: Closure<dyn FnMut()>,
}

impl Deadline {
    /// Starts to run now.
    #[must_use]
    pub fn after(delay_ms: u32) -> Self {
        let controller = AbortController::new().expect("every browser with WebAssembly has it");
        let passed = Rc::new(Cell::new(false));
        let on_time = {
            let (controller, passed) = (controller.clone(), Rc::clone(&passed));
            Closure::new(move || {
                passed.set(true);
                controller.abort();
            })
        };
        let timer = Timer::new(on_time.as_ref().unchecked_ref(), delay_ms);
        Self { controller, passed, _timer: timer, _on_time: on_time }
    }

    /// What the call listens to.
    #[must_use]
    pub fn signal(&self) -> AbortSignal {
        self.controller.signal()
    }

    /// Whether the call was aborted because its time was up.
    #[must_use]
    pub fn has_passed(&self) -> bool {
        self.passed.get()
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        self.controller.abort();
    }
}
