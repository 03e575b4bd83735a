//! One press is one order, however often and on whatever way it is made.

use super::*;

fn created(checkout_url: &str) -> CheckoutCreated {
    serde_json::from_value(serde_json::json!({
        "request_id": "order_1001", "checkout_id": "ch_1", "checkout_url": checkout_url
    }))
    .expect("an answer")
}

fn send(submission: &mut Submission, body: &str, key: &str) -> Attempt {
    match submission.press(body.into(), || key.into()) {
        Press::Send(attempt) => attempt,
        other @ (Press::GoTo(_) | Press::Nothing) => panic!("expected an attempt, got {other:?}"),
    }
}

#[test]
fn a_second_press_sends_nothing() {
    let mut submission = Submission::default();
    send(&mut submission, "body", "key_1");
    assert_eq!(submission.press("body".into(), || "key_2".into()), Press::Nothing);
}

#[test]
fn trying_again_uses_the_same_key_and_a_changed_order_a_new_one() {
    let mut submission = Submission::default();
    send(&mut submission, "body", "key_1");
    submission.answered(Err(ApiError::TimedOut));
    assert_eq!(send(&mut submission, "body", "key_2").key, "key_1");
    submission.answered(Err(ApiError::Offline));
    assert_eq!(send(&mut submission, "other", "key_3").key, "key_3");
}

#[test]
fn back_gives_a_live_button_and_the_same_order_its_open_session() {
    let mut submission = Submission::default();
    send(&mut submission, "body", "key_1");
    assert!(submission.answered(Ok(created("https://creem.io/checkout/x"))).is_some());
    submission.reopen();
    assert_eq!(submission.phase(), &Phase::Ready);
    assert_eq!(send(&mut submission, "body", "key_2").key, "key_1");
}

#[test]
fn a_press_while_leaving_goes_there_again_and_creates_nothing() {
    let mut submission = Submission::default();
    send(&mut submission, "body", "key_1");
    submission.answered(Ok(created("https://creem.io/checkout/x")));
    let press = submission.press("body".into(), || "key_2".into());
    assert_eq!(press, Press::GoTo("https://creem.io/checkout/x".into()));
}

/// A page that was not left after all, such as one whose way the buyer stopped, led to the same session for ever,
/// also when that had ended or was paid.
#[test]
fn a_page_that_was_not_left_asks_the_proxy_again() {
    let mut submission = Submission::default();
    send(&mut submission, "body", "key_1");
    let number = submission.number();
    submission.answered(Ok(created("https://creem.io/checkout/x")));
    submission.stayed(number);
    assert_eq!(send(&mut submission, "body", "key_2").key, "key_1", "it knows which sessions are over");
    submission.stayed(number);
    assert!(submission.is_busy(), "a timer of an older attempt changes nothing");
}

#[test]
fn a_press_that_waited_for_the_code_goes_on_without_a_flicker() {
    let mut submission = Submission::default();
    let number = submission.judge();
    assert!(submission.is_judging() && submission.is_busy());
    submission.slow(number);
    send(&mut submission, "body", "key_1");
    assert_eq!(submission.phase(), &Phase::Sending { slow: true });
}

#[test]
fn only_web_addresses_are_followed() {
    for address in ["javascript:alert(1)", "/checkout", "data:text/html,x", ""] {
        let mut submission = Submission::default();
        send(&mut submission, "body", "key_1");
        assert_eq!(submission.answered(Ok(created(address))), None, "{address}");
        assert_eq!(submission.phase(), &Phase::Failed(Failure::UnsafeAddress));
    }
}

#[test]
fn a_timer_of_an_older_attempt_does_not_mark_the_newer_one_slow() {
    let mut submission = Submission::default();
    send(&mut submission, "body", "key_1");
    let older = submission.number();
    submission.answered(Err(ApiError::Offline));
    send(&mut submission, "body", "key_1");
    submission.slow(older);
    assert_eq!(submission.phase(), &Phase::Sending { slow: false });
    submission.slow(submission.number());
    assert_eq!(submission.phase(), &Phase::Sending { slow: true });
}
