//! `GET /healthz`: the process is alive. Whether it can serve is another question.

/// Says so.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}
