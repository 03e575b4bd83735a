//! The e-mail, judged gently: not before the buyer has finished with it, and at once again when it is mended.

use leptos::prelude::*;
use wire::ErrorCode;

use super::live;
use crate::browser::focus;
use crate::checkout::Checkout;
use crate::draft::{Draft, Field};
use crate::text::{self, Text};

/// The field for the e-mail.
#[component]
pub fn EmailField(
    /// The checkout that the e-mail is for.
    checkout: Checkout,
) -> impl IntoView {
    let problem = move || {
        let refused = checkout.refused(Field::Email).then(|| text::error(ErrorCode::EmailInvalid));
        checkout.draft.with(Draft::email_problem).map(text::email_problem).or(refused)
    };
    let meant = move || checkout.draft.with(Draft::email_meant);
    let typed = move |email| checkout.edit(|draft| draft.email = email);
    let accept = move |_| {
        if let Some(email) = checkout.draft.with_untracked(Draft::email_meant) {
            checkout.edit(|draft| draft.email = email);
            focus::focus("email");
        }
    };
    view! {
        <div class="field">
            <label class="field__label" for="email">{Text::Email.say()}</label>
            <input
                class="field__input"
                id="email"
                name="email"
                type="email"
                maxlength="254"
                autocomplete="email"
                required
                readonly=checkout.is_locked("email")
                aria-describedby="email-error email-hint"
                aria-invalid=live::text(move || problem().is_some().to_string())
                // At once, so that a caret can be put into it; `prop:value` comes a moment later.
                value=checkout.draft.with_untracked(|draft| draft.email.clone())
                prop:value=live::text(move || checkout.draft.with(|draft| draft.email.clone()))
                on:input:target=move |event| typed(event.target().value())
                on:blur=move |_| checkout.edit(Draft::leave_email)
            />
            <p class="field__error" id="email-error" hidden=live::flag(move || problem().is_none())>{live::text(move || problem().unwrap_or_default())}</p>
            <p class="field__meant" id="email-meant" role="status">
                <button
                    class="link-button"
                    id="email-accept"
                    type="button"
                    hidden=live::flag(move || meant().is_none())
                    on:click=accept
                >
                    {live::text(move || meant().map(|email| text::email_meant(&email)).unwrap_or_default())}
                </button>
            </p>
            <p class="field__hint" id="email-hint" hidden=live::flag(move || meant().is_some())>{Text::EmailHint.say()}</p>
        </div>
    }
}
