//! The card's frame: number, date and security code on a page of their own, as at Creem, where it is the payment
//! provider's. What was typed goes no further; the session learns only what the card will say.

use std::collections::HashMap;

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::controls::Control;
use super::document::{Appearance, frame};
use super::form::{Problems, Typed, fill_in};
use super::words::{
    CARD_ANOTHER, CARD_CODE, CARD_ENDING, CARD_EXPIRY, CARD_KEEP, CARD_NUMBER, NEED_CODE, NEED_EXPIRY, PAST_EXPIRY,
    Words,
};
use super::{CARD, Visit, answer, see_other};
use crate::Sandbox;
use crate::entity::card::{Decline, TEST_CARDS};
use crate::entity::{Checkout, HeldCard};

/// Before the number of a test card in what a press says.
const TEST_CARD: &str = "card-";

/// `GET` of the frame.
pub(super) async fn show(State(sandbox): State<Sandbox>, visit: Visit) -> Response {
    match visit.open_session(&sandbox.world()) {
        Some(checkout) => answer(StatusCode::OK, page(&visit.look, &checkout, &Problems::default())),
        None => visit.not_found(),
    }
}

/// `POST` of the frame: takes the card, or lets another one be typed.
pub(super) async fn submit(
    State(sandbox): State<Sandbox>,
    visit: Visit,
    Form(fields): Form<HashMap<String, String>>,
) -> Response {
    let mut world = sandbox.world();
    let Some(checkout) = visit.open_session(&world) else { return visit.not_found() };
    let typed = Typed(&fields);
    let pressed = typed.get("action");
    let held = if pressed == "another" {
        None
    } else if let Some(number) = pressed.strip_prefix(TEST_CARD) {
        Some(HeldCard::of(number))
    } else {
        let problems = problems(&typed, world.now(), visit.look.words);
        if problems.count() > 0 {
            return answer(StatusCode::UNPROCESSABLE_ENTITY, page(&visit.look, &checkout, &problems));
        }
        Some(HeldCard::of(&typed.get("number")))
    };
    if let Some(session) = world.checkouts.get_mut(&checkout.id) {
        session.card = held;
    }
    see_other(&visit.address(CARD))
}

fn page(look: &Appearance, checkout: &Checkout, problems: &Problems) -> Markup {
    let words = look.words;
    let body = match &checkout.card {
        Some(card) => html! {
            form method="post" class="held" data-card="kept" {
                p role="status" { (words.fill_markup(CARD_ENDING, |_| html! { strong { (card.last_four) } })) }
                button class="link" type="submit" name="action" value="another" { (words.say(CARD_ANOTHER)) }
            }
        },
        None => html! {
            form method="post" class="card" novalidate aria-label="Card" {
                (digits("number", "payment-numberInput", words.say(CARD_NUMBER), "cc-number").show(problems))
                div class="pair" {
                    (digits("expirationDate", "payment-expiryInput", words.say(CARD_EXPIRY), "cc-exp").show(problems))
                    (digits("cvv", "payment-cvcInput", words.say(CARD_CODE), "cc-csc").show(problems))
                }
                noscript { button class="quiet" type="submit" name="action" value="keep" { (words.say(CARD_KEEP)) } }
            }
            (test_cards())
        },
    };
    frame(look, "Card", body)
}

/// A field as both of Creem's payment providers have it: the name is one's, the id the other's.
fn digits(name: &'static str, id: &'static str, label: &'static str, autocomplete: &'static str) -> Control<'static> {
    Control { id, autocomplete, input_mode: Some("numeric"), ..Control::text(name, label, "") }
}

/// Every test card at one press. A form of their own, so that the Enter key in a field presses none of them.
fn test_cards() -> Markup {
    html! {
        form method="post" class="cards" aria-label="Test cards" {
            @for (number, says) in TEST_CARDS {
                @let word = says.err().map_or("succeeds", Decline::word);
                button class="quiet" type="submit" name="action" value={ (TEST_CARD) (number) } title=(number) {
                    (number[number.len() - 4..]) " " (word)
                }
            }
        }
    }
}

fn problems(typed: &Typed<'_>, now: Timestamp, words: Words) -> Problems {
    let mut problems = Problems::default();
    let digits = |name: &str| typed.get(name).chars().filter(char::is_ascii_digit).count();
    if !(12..=19).contains(&digits("number")) {
        problems.add("number", fill_in(words, CARD_NUMBER));
    }
    match expiry(&typed.get("expirationDate")) {
        None => problems.add("expirationDate", words.say(NEED_EXPIRY)),
        Some(end) if end < this_month(now) => problems.add("expirationDate", words.say(PAST_EXPIRY)),
        Some(_) => {}
    }
    if !matches!(digits("cvv"), 3 | 4) {
        problems.add("cvv", words.say(NEED_CODE));
    }
    problems
}

/// Year and month of `MM/YY`, `MM / YYYY` or `MMYY`.
fn expiry(text: &str) -> Option<(i16, i8)> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !matches!(digits.len(), 4 | 6) {
        return None;
    }
    let month: i8 = digits[..2].parse().ok().filter(|month| (1..=12).contains(month))?;
    let year: i16 = digits[2..].parse().ok()?;
    Some((if year < 100 { 2000 + year } else { year }, month))
}

fn this_month(now: Timestamp) -> (i16, i8) {
    let today = TimeZone::UTC.to_datetime(now);
    (today.year(), today.month())
}
