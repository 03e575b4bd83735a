//! Numbers for `/metrics`, all counted here so that their names stand in one place.
//!
//! Labels come from small fixed sets; nothing of a buyer is ever one.

use std::sync::{OnceLock, Weak};
use std::time::Duration;

use metrics::{Counter, Histogram, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::ledger::Recorded;

/// Upper bounds of the histograms' buckets, in seconds: from an answer out of memory to a Creem that times out.
const SECONDS: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0];

/// How often measurements are sorted into their buckets. Until then each response takes 16 bytes.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

static NUMBERS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts counting, once per process.
pub(crate) fn start() {
    NUMBERS.get_or_init(|| {
        let builder = PrometheusBuilder::new().set_buckets(&SECONDS).ok()?;
        let handle =
            builder.install_recorder().inspect_err(|error| tracing::warn!(%error, "nothing is counted")).ok()?;
        describe_counter!("checkout_requests_total", "Requests answered, by route, method and status");
        describe_histogram!("checkout_request_seconds", "How long answers took, by route");
        describe_counter!("checkout_upstream_calls_total", "Calls to Creem, by operation and outcome");
        describe_histogram!("checkout_upstream_seconds", "How long Creem took with all retries, by operation");
        describe_counter!("checkout_sessions_opened_total", "Checkout sessions opened");
        describe_counter!("checkout_webhooks_total", "Verified webhook deliveries, new or repeated");
        describe_counter!(
            "checkout_webhooks_not_understood_total",
            "Deliveries about money that could not be understood"
        );
        describe_counter!("checkout_mismatches_total", "Payments that contradict what their session was opened with");
        describe_counter!("checkout_paid_twice_total", "References with a second paid session");
        describe_counter!(
            "checkout_connections_rejected_total",
            "Connections closed at once because their client had too many"
        );
        describe_counter!("checkout_log_lines_dropped_total", "Lines of the log that nobody read in time");
        describe_gauge!("checkout_listeners", "Open streams of payment events");
        describe_counter!("checkout_notifications_total", "Changes sent to CHECKOUT_NOTIFY_URL, taken or not");
        describe_gauge!("checkout_notifications_waiting", "Changes that CHECKOUT_NOTIFY_URL has not taken yet");
        Some(handle)
    });
}

/// What was counted, as Prometheus reads it.
pub(crate) fn text() -> String {
    NUMBERS.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default()
}

/// Keeps the measurements small although nobody may ever read them, as long as their owner lives.
pub(crate) fn spawn_upkeep<T: Send + Sync + 'static>(owner: Weak<T>) {
    if let Some(Some(handle)) = NUMBERS.get() {
        tokio::spawn(repeatedly(UPKEEP_EVERY, owner, || handle.run_upkeep()));
    }
}

async fn repeatedly<T>(every: Duration, owner: Weak<T>, work: impl Fn()) {
    while owner.strong_count() > 0 {
        tokio::time::sleep(every).await;
        work();
    }
}

/// Where the answers to one kind of request are counted, found once.
pub(crate) struct Requests {
    answers: Counter,
    seconds: Histogram,
}

impl Requests {
    /// The route is one of our patterns, the method one of a few words.
    pub(crate) fn new(route: &str, method: &'static str, status: u16) -> Self {
        let labels = [("route", route.to_owned()), ("method", method.to_owned()), ("status", status.to_string())];
        Self {
            answers: counter!("checkout_requests_total", &labels),
            seconds: histogram!("checkout_request_seconds", "route" => route.to_owned()),
        }
    }

    /// Counts an answer.
    pub(crate) fn answered(&self, took: Duration) {
        self.answers.increment(1);
        self.seconds.record(took);
    }
}

/// A call to Creem.
pub(crate) fn upstream(operation: &'static str, outcome: &'static str, took: Duration) {
    counter!("checkout_upstream_calls_total", "operation" => operation, "outcome" => outcome).increment(1);
    histogram!("checkout_upstream_seconds", "operation" => operation).record(took);
}

/// A session was opened.
pub(crate) fn session_opened() {
    counter!("checkout_sessions_opened_total").increment(1);
}

/// A verified delivery, and what came of it.
pub(crate) fn webhook(recorded: &Recorded) {
    let is_new = !matches!(recorded, Recorded::Repeated);
    counter!("checkout_webhooks_total", "new" => if is_new { "true" } else { "false" }).increment(1);
    if let Recorded::Waiting(_) = recorded {
        counter!("checkout_webhooks_not_understood_total").increment(1);
    }
}

/// A payment that contradicts what its session was opened with.
pub(crate) fn mismatch() {
    counter!("checkout_mismatches_total").increment(1);
}

/// A reference was paid a second time.
pub(crate) fn paid_twice() {
    counter!("checkout_paid_twice_total").increment(1);
}

/// A connection was closed at once.
pub(crate) fn connection_rejected() {
    counter!("checkout_connections_rejected_total").increment(1);
}

/// Lines of the log found no reader.
pub fn log_lines_dropped(lines: u64) {
    counter!("checkout_log_lines_dropped_total").increment(lines);
}

/// A change was sent to the merchant's endpoint.
pub(crate) fn notification(taken: bool) {
    counter!("checkout_notifications_total", "taken" => if taken { "true" } else { "false" }).increment(1);
}

/// Changes that wait to be taken.
pub(crate) fn notifications_waiting(waiting: i64) {
    gauge!("checkout_notifications_waiting").set(u32::try_from(waiting).unwrap_or(u32::MAX));
}

/// Streams that are open now.
pub(crate) fn listeners(open: usize) {
    gauge!("checkout_listeners").set(u32::try_from(open).unwrap_or(u32::MAX));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    // Measurements were sorted into their buckets by the reader of `/metrics`, and never without one: 16 bytes a
    // response, for ever.
    #[tokio::test]
    async fn upkeep_runs_without_a_reader_as_long_as_the_proxy_lives() {
        let (owner, times) = (Arc::new(()), Arc::new(AtomicU32::new(0)));
        let tidied = Arc::clone(&times);
        let task = tokio::spawn(repeatedly(Duration::from_millis(1), Arc::downgrade(&owner), move || {
            tidied.fetch_add(1, Ordering::SeqCst);
        }));
        let again_and_again = async {
            while times.load(Ordering::SeqCst) < 3 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), again_and_again).await.expect("three times");
        drop(owner);
        tokio::time::timeout(Duration::from_secs(10), task).await.expect("an end").expect("no panic");
    }
}
