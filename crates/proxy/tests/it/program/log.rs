//! What the proxy logs, in the words of `CHECKOUT_LOG_FORMAT=json`.

use std::cell::RefCell;
use std::io;
use std::sync::Once;

use serde_json::Value;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

thread_local! {
    /// What was logged on this thread, when somebody listens.
    static WRITTEN: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

static INSTALLED: Once = Once::new();

/// What is logged on a test's thread, where all its tasks run, until it is dropped.
pub(crate) struct Log(());

struct Page;

impl io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WRITTEN.with_borrow_mut(|written| written.get_or_insert_default().extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Begins to listen, to more than anybody writes down in operation.
    pub(crate) fn listen() -> Self {
        // One for all threads: with one for each, a thread that has none can turn off what the others hear.
        INSTALLED.call_once(|| {
            let heard = dynamic_filter_fn(|_, _| WRITTEN.with_borrow(Option::is_some));
            let log = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(|| Page);
            let heard = log.with_filter(heard.with_max_level_hint(LevelFilter::DEBUG));
            tracing_subscriber::registry().with(heard).init();
        });
        WRITTEN.set(Some(Vec::new()));
        Self(())
    }

    /// All of it.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(WRITTEN.with_borrow(|written| written.clone().unwrap_or_default())).expect("text")
    }

    /// What was logged of one request.
    pub(crate) fn of(&self, trace_id: &str) -> Vec<Value> {
        let lines = self.text();
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("each line is JSON"));
        lines.filter(|line| line["trace_id"] == trace_id).collect()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        WRITTEN.set(None);
    }
}
