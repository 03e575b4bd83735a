//! What a press on the payment page does to the session: reads the fields, says what is wrong, moves on.

use std::collections::HashMap;

use axum::http::StatusCode;

use super::places;
use super::words::{
    CARD_HOLDER, CITY, COUNTRY, NAME, NEED_ANSWER, NEED_EMAIL, NEED_TICK, STATE, STREET, TOO_LONG, TOO_SHORT, Word,
    Words, ZIP,
};
use crate::api::is_email;
use crate::entity::card::{Decline, GOOD_CARD};
use crate::entity::{Checkout, CustomField, FieldType, HeldCard, Step};
use crate::payments::purchase::PayError;
use crate::world::World;
use crate::world::switches::PaymentPage;

/// Longest answer to any field, in characters.
const MAX_LENGTH: usize = 200;

/// What came of a press.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The session is at another step, or has another discount.
    Moved,
    /// It is paid.
    Paid,
    /// Something is wrong, and the same step is shown again.
    Wrong(Problems),
}

/// What is wrong, and with which control.
#[derive(Debug, Default)]
pub(super) struct Problems {
    controls: Vec<(String, String)>,
    /// Why the payment failed, if it did.
    pub(super) payment: Option<String>,
}

impl Problems {
    pub(super) fn add(&mut self, control: &str, sentence: impl Into<String>) {
        self.controls.push((control.to_owned(), sentence.into()));
    }

    /// What is wrong with a control.
    pub(super) fn of(&self, control: &str) -> Option<&str> {
        self.controls.iter().find(|(name, _)| name == control).map(|(_, sentence)| sentence.as_str())
    }

    /// Whether the control is the first to be put right.
    pub(super) fn is_first(&self, control: &str) -> bool {
        self.controls.first().is_some_and(|(name, _)| name == control)
    }

    /// How many controls have to be put right.
    pub(super) fn count(&self) -> usize {
        self.controls.len()
    }

    pub(super) fn status(&self) -> StatusCode {
        if self.payment.is_some() { StatusCode::PAYMENT_REQUIRED } else { StatusCode::UNPROCESSABLE_ENTITY }
    }

    fn or(self, good: impl FnOnce() -> Outcome) -> Outcome {
        if self.controls.is_empty() && self.payment.is_none() { good() } else { Outcome::Wrong(self) }
    }
}

/// The fields of a press.
pub(super) struct Typed<'a>(pub(super) &'a HashMap<String, String>);

impl Typed<'_> {
    /// What was typed, without the blanks around it.
    pub(super) fn get(&self, name: &str) -> String {
        self.0.get(name).map(|value| value.trim().chars().take(MAX_LENGTH).collect()).unwrap_or_default()
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

/// Does what was pressed.
pub(super) fn act(world: &mut World, checkout_id: &str, fields: &HashMap<String, String>, words: Words) -> Outcome {
    let typed = Typed(fields);
    let code = typed.get("discount_code");
    if world.switches.payment_page == PaymentPage::Single {
        // All questions are on one page, wherever the buyer was when there were several.
        session(world, checkout_id).step = Step::Details;
    }
    keep(world, checkout_id, &typed);
    match typed.get("action").as_str() {
        "remove" => {
            session(world, checkout_id).discount_id = None;
            Outcome::Moved
        }
        "fill" => {
            let checkout = session(world, checkout_id);
            checkout.fill_in();
            if checkout.card.is_none() {
                checkout.card = Some(HeldCard::of(GOOD_CARD));
            }
            Outcome::Moved
        }
        "edit" => {
            session(world, checkout_id).step = Step::Details;
            Outcome::Moved
        }
        "apply" if !code.is_empty() => apply(world, checkout_id, &code, words),
        _ => onward(world, checkout_id, &typed, words),
    }
}

fn session<'a>(world: &'a mut World, checkout_id: &str) -> &'a mut Checkout {
    world.checkouts.get_mut(checkout_id).expect("the session was found before the press was read")
}

/// Keeps what was typed, right or wrong, so that it is there when the page comes back. Of the card only the name.
fn keep(world: &mut World, checkout_id: &str, typed: &Typed<'_>) {
    let checkout = session(world, checkout_id);
    let locked = checkout.email_locked;
    let buyer = &mut checkout.buyer;
    let places = [
        ("email", &mut buyer.email),
        ("name", &mut buyer.name),
        ("country", &mut buyer.country),
        ("addressLine1", &mut buyer.address_line1),
        ("city", &mut buyer.city),
        ("postalCode", &mut buyer.postal_code),
        ("state", &mut buyer.state),
        ("cardHolderName", &mut buyer.card_holder),
    ];
    for (name, place) in places {
        if typed.has(name) && !(locked && name == "email") {
            *place = typed.get(name);
        }
    }
    if checkout.step == Step::Details && typed.has("email") {
        checkout.custom_fields.iter_mut().for_each(|field| keep_answer(field, typed));
    }
}

fn keep_answer(field: &mut CustomField, typed: &Typed<'_>) {
    let control = field.control();
    if let Some(text) = &mut field.text {
        text.value = Some(typed.0.get(&control).map(|value| value.trim().to_owned()).unwrap_or_default());
    }
    if let Some(checkbox) = &mut field.checkbox {
        checkbox.value = Some(typed.has(&control));
    }
}

fn apply(world: &mut World, checkout_id: &str, code: &str, words: Words) -> Outcome {
    let checkout = session(world, checkout_id).clone();
    match world.applicable_discount(code, world.product_of(&checkout)) {
        Ok(discount) => {
            let id = discount.id.clone();
            session(world, checkout_id).discount_id = Some(id);
            Outcome::Moved
        }
        Err(refusal) => {
            let mut problems = Problems::default();
            problems.add("discount_code", words.refusal(refusal));
            Outcome::Wrong(problems)
        }
    }
}

fn onward(world: &mut World, checkout_id: &str, typed: &Typed<'_>, words: Words) -> Outcome {
    let checkout = session(world, checkout_id).clone();
    match checkout.step {
        Step::Details if world.switches.payment_page == PaymentPage::Single => {
            details(&checkout, words).or(|| pay(world, checkout_id, words))
        }
        Step::Details => {
            let next = if places::needs_address(&checkout.buyer.country) { Step::Address } else { Step::Card };
            details(&checkout, words).or(|| go(world, checkout_id, next))
        }
        Step::Address if places::needs_address(&checkout.buyer.country) => {
            address(&checkout, words).or(|| go(world, checkout_id, Step::Card))
        }
        // The country can be changed beside the address.
        Step::Address => details(&checkout, words).or(|| go(world, checkout_id, Step::Card)),
        Step::Card => {
            let mut problems = Problems::default();
            if world.needs_card(&checkout) && typed.get("cardHolderName").is_empty() {
                problems.add("cardHolderName", fill_in(words, CARD_HOLDER));
            }
            problems.or(|| pay(world, checkout_id, words))
        }
    }
}

fn go(world: &mut World, checkout_id: &str, step: Step) -> Outcome {
    session(world, checkout_id).step = step;
    Outcome::Moved
}

/// Charges the card that its frame took; one that was declined has to be typed again.
fn pay(world: &mut World, checkout_id: &str, words: Words) -> Outcome {
    let card = session(world, checkout_id).card.take().map_or(Err(Decline::Missing), |card| card.answer);
    match world.pay(checkout_id, card) {
        Ok(_) | Err(PayError::AlreadyPaid) => Outcome::Paid,
        Err(PayError::Declined(decline)) => {
            Outcome::Wrong(Problems { payment: Some(words.decline(decline)), ..Problems::default() })
        }
        Err(PayError::Unknown | PayError::Expired) => Outcome::Moved,
    }
}

/// That a field is empty.
pub(super) fn fill_in(words: Words, label: Word) -> String {
    words.fill(NEED_ANSWER, &[("label", words.say(label))])
}

fn details(checkout: &Checkout, words: Words) -> Problems {
    let mut problems = Problems::default();
    if !is_email(&checkout.buyer.email) {
        problems.add("email", words.say(NEED_EMAIL));
    }
    if checkout.buyer.name.is_empty() {
        problems.add("name", fill_in(words, NAME));
    }
    if !places::is_country(&checkout.buyer.country) {
        problems.add("country", fill_in(words, COUNTRY));
    }
    for field in &checkout.custom_fields {
        if let Some(sentence) = answer_problem(field, words) {
            problems.add(&field.control(), sentence);
        }
    }
    problems
}

fn answer_problem(field: &CustomField, words: Words) -> Option<String> {
    let text = field.text.clone().unwrap_or_default();
    let answer = text.value.unwrap_or_default();
    let length = u32::try_from(answer.chars().count()).unwrap_or(u32::MAX);
    let ticked = field.checkbox.as_ref().is_some_and(|checkbox| checkbox.value == Some(true));
    let labelled = |word| words.fill(word, &[("label", &field.label)]);
    let counted = |word, bound: Option<u32>| words.fill(word, &[("count", &bound.unwrap_or(0).to_string())]);
    match field.kind {
        FieldType::Text if answer.is_empty() => (!field.optional).then(|| labelled(NEED_ANSWER)),
        FieldType::Text if text.max_length.is_some_and(|most| length > most) => {
            Some(counted(TOO_LONG, text.max_length))
        }
        FieldType::Text if text.min_length.is_some_and(|least| length < least) => {
            Some(counted(TOO_SHORT, text.min_length))
        }
        FieldType::Checkbox if !ticked && !field.optional => Some(labelled(NEED_TICK)),
        FieldType::Text | FieldType::Checkbox => None,
    }
}

fn address(checkout: &Checkout, words: Words) -> Problems {
    let mut problems = Problems::default();
    let buyer = &checkout.buyer;
    let needed = [
        ("addressLine1", &buyer.address_line1, STREET),
        ("city", &buyer.city, CITY),
        ("postalCode", &buyer.postal_code, ZIP),
    ];
    for (control, value, label) in needed {
        if value.is_empty() {
            problems.add(control, fill_in(words, label));
        }
    }
    if !places::is_state(&buyer.state) {
        problems.add("state", fill_in(words, STATE));
    }
    problems
}
