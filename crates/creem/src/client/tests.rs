use std::error::Error;

use backon::BackoffBuilder;

use super::*;

#[test]
fn a_buyer_waits_for_two_short_pauses_at_most() {
    let pauses: Vec<Duration> = backoff().build().collect();
    assert_eq!(pauses.len(), 2);
    assert!(pauses.iter().all(|pause| *pause >= Duration::from_millis(200) && *pause < Duration::from_secs(1)));
}

#[test]
fn the_next_try_is_made_when_creem_allows_it_or_never_when_that_is_too_late() {
    let planned = Some(Duration::from_millis(400));
    for (asked, next_ms) in
        [(None, Some(400)), (Some(0), Some(400)), (Some(1), Some(1000)), (Some(2), Some(2000)), (Some(3), None)]
    {
        let body = ApiErrorBody { retry_after: asked.map(Duration::from_secs), ..ApiErrorBody::default() };
        let failure = Failure::lasting(ApiError::of_status(429, body));
        assert_eq!(failure.not_before(planned), next_ms.map(Duration::from_millis), "{asked:?} s");
        assert_eq!(failure.not_before(None), None, "no try is left");
    }
}

#[test]
fn an_error_says_what_caused_it() {
    #[derive(Debug, thiserror::Error)]
    #[error("{says}")]
    struct Layer {
        says: &'static str,
        source: Option<Box<dyn Error + Send + Sync>>,
    }

    let trouble = Layer { says: "connection refused", source: None };
    let error = Layer { says: "error sending request", source: Some(trouble.into()) };
    assert_eq!(with_causes(&error), "error sending request: connection refused");
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_is_not_asked_for_again() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", silent.local_addr().expect("an address"));
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let error = http.get(url).timeout(Duration::ZERO).send().await.expect_err("no answer");
    let failure = Failure::of_transport(error);
    assert!(matches!(failure.error, ApiError::Timeout) && !failure.may_pass && !failure.nothing_happened);
}
