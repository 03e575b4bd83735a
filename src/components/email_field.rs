//! The e-mail, judged gently: not before the buyer has finished with it, and at once again when it is mended.

use leptos::prelude::*;
use wire::Field;

use super::node::{Node, node};
use super::parts::{Input, Takes, button, input, problem};
use crate::checkout::Checkout;
use crate::form::draft::Draft;
use crate::text::{self, Text};

/// What the field takes.
const EMAIL: Takes = Takes { kind: "email", keyboard: None, capitals: None, fill: Some("email"), required: true };

/// The field for the e-mail.
#[component]
pub fn EmailField(
    /// The checkout that the e-mail is for.
    checkout: Checkout,
) -> Node {
    let wrong = move || {
        let refused = checkout.refused(Field::Email).then(|| Text::EmailIncomplete.say());
        checkout.draft.with(Draft::email_problem).map(text::email_problem).or(refused)
    };
    let meant = move || checkout.draft.with(Draft::email_meant);
    let accept = move || {
        if let Some(email) = checkout.draft.with_untracked(Draft::email_meant) {
            checkout.edit(|draft| draft.email = email);
            checkout.focus(Field::Email);
        }
    };
    let field = Input {
        field: Field::Email,
        read: |draft| draft.email.clone(),
        invalid: Box::new(move || wrong().is_some()),
        write: |draft, typed| draft.email = typed,
        leave: Some(Draft::leave_email),
        enter: None,
        label: None,
        class: "field__input",
        takes: EMAIL,
        described_by: "email-error email-hint",
    };
    let offer = button("link-button", Box::new(accept))
        .with("id", "email-accept")
        .while_it("hidden", Box::new(move || meant().is_none()))
        .said(Box::new(move || meant().map(|email| text::email_suggestion(&email)).unwrap_or_default()));
    node("div", "field").with("part", "field").holding([
        node("label", "field__label").with("part", "label").with("for", Field::Email.name()).text(Text::Email.say()),
        input(checkout, field),
        problem("email-error", wrong),
        node("p", "field__meant").with("id", "email-meant").with("role", "status").holding([offer]),
        node("p", "field__hint")
            .with("id", "email-hint")
            .while_it("hidden", Box::new(move || meant().is_some()))
            .text(Text::EmailHint.say()),
    ])
}
