//! The e-mail, judged gently: not before the buyer has finished with it, and at once again when it is mended.

use leptos::prelude::*;

use super::live;
use super::parts::{Button, Input, Line, Problem, Takes};
use crate::checkout::Checkout;
use crate::draft::{Draft, Field};
use crate::text::{self, Text};

/// What the field takes.
const EMAIL: Takes =
    Takes { kind: "email", keyboard: None, capitals: None, fill: Some("email"), longest: "254", required: true };

/// The field for the e-mail.
#[component]
pub fn EmailField(
    /// The checkout that the e-mail is for.
    checkout: Checkout,
) -> impl IntoView {
    let problem = move || {
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
    view! {
        <div class="field">
            <label class="field__label" for="email">{Text::Email.say()}</label>
            <Input
                checkout
                field=Field::Email
                read=|draft| draft.email.clone()
                invalid=live::text(move || problem().is_some().to_string())
                write=|draft, typed| draft.email = typed
                leave=Draft::leave_email
                class="field__input"
                takes=EMAIL
                described_by="email-error email-hint"
            />
            <Problem
                id="email-error"
                text=live::said(move || problem().unwrap_or_default())
                hidden=live::flag(move || problem().is_none())
            />
            <p class="field__meant" id="email-meant" role="status">
                <Button
                    class="link-button"
                    id="email-accept"
                    text=live::said(move || meant().map(|email| text::email_suggestion(&email)).unwrap_or_default())
                    hidden=live::flag(move || meant().is_none())
                    press=Box::new(accept)
                />
            </p>
            <Line
                class="field__hint"
                id="email-hint"
                text=live::said(|| Text::EmailHint.say())
                hidden=live::flag(move || meant().is_some())
            />
        </div>
    }
}
