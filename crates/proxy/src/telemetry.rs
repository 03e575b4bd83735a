//! Numbers for `/metrics`, all counted here so that their names stand in one place.
//!
//! Labels come from small fixed sets; nothing of a buyer is ever one.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::ledger::Recorded;

/// Upper bounds of the histograms' buckets, in seconds: from an answer out of memory to a Creem that times out.
const SECONDS: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0];

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
        describe_counter!("checkout_webhooks_not_understood_total", "Deliveries about money that could not be understood");
        describe_counter!("checkout_mismatches_total", "Payments that contradict what their session was opened with");
        describe_counter!("checkout_paid_twice_total", "References with a second paid session");
        describe_gauge!("checkout_listeners", "Open streams of payment events");
        Some(handle)
    });
}

/// What was counted, as Prometheus reads it.
pub(crate) fn text() -> String {
    let Some(Some(handle)) = NUMBERS.get() else { return String::new() };
    handle.run_upkeep();
    handle.render()
}

/// An answered request.
pub(crate) fn request(route: &str, method: &str, status: u16, took: Duration) {
    let labels = [("route", route.to_owned()), ("method", method.to_owned()), ("status", status.to_string())];
    counter!("checkout_requests_total", &labels).increment(1);
    histogram!("checkout_request_seconds", "route" => route.to_owned()).record(took);
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

/// Streams that are open now.
pub(crate) fn listeners(open: usize) {
    gauge!("checkout_listeners").set(u32::try_from(open).unwrap_or(u32::MAX));
}
