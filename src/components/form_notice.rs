//! What went wrong with the order as a whole, at the form's top, with the way on.

use leptos::prelude::*;

use super::live;
use super::parts::{Button, Line};
use crate::api::Recovery;
use crate::browser::navigation;
use crate::checkout::{Checkout, recovery};
use crate::submit::Failure;
use crate::text::Text;

/// The notice of a failed attempt. A failure of one field is said there instead.
#[component]
pub fn FormNotice(
    /// The checkout whose attempt may have failed.
    checkout: Checkout,
) -> impl IntoView {
    let failure = move || checkout.failure().filter(|failure| !matches!(recovery(failure), Recovery::Fix(_)));
    let action = move || failure().as_ref().and_then(action);
    let trace_id = move || failure().as_ref().and_then(trace_id).unwrap_or_default();
    let go = move || if action() == Some(Text::StartOver) { navigation::reload() } else { checkout.press() };
    view! {
        <div class="notice" id="form-error" role="alert" tabindex="-1" hidden=live::flag(move || failure().is_none())>
            <Line
                class="notice__text"
                text=live::text(move || failure().map(|failure| checkout.words_for(&failure)).unwrap_or_default())
                hidden=live::fixed(false)
            />
            <p class="notice__trace" hidden=live::flag(move || trace_id().is_empty())>
                {Text::ProblemCode.say()} " " <code>{live::text(trace_id)}</code>
            </p>
            <Button
                class="button"
                id="form-error-action"
                text=live::text(move || action().map(Text::say).unwrap_or_default())
                hidden=live::flag(move || action().is_none())
                press=Box::new(go)
            />
        </div>
    }
}

fn action(failure: &Failure) -> Option<Text> {
    match recovery(failure) {
        Recovery::TryAgain => Some(Text::TryAgain),
        Recovery::StartOver => Some(Text::StartOver),
        Recovery::Fix(_) | Recovery::TellMerchant => None,
    }
}

/// The number to tell the merchant, where that is all the buyer can do.
fn trace_id(failure: &Failure) -> Option<String> {
    match failure {
        Failure::Call(error) if action(failure).is_none() => error.trace_id().map(str::to_owned),
        Failure::Call(_) | Failure::UnsafeAddress => None,
    }
}
