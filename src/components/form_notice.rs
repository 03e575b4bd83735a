//! What went wrong with the order as a whole, at the form's top, with the way on.

use std::sync::Arc;

use leptos::prelude::*;

use super::live::{self, IS_SERVED};
use super::parts::{Button, Line, Link};
use crate::api::Recovery;
use crate::checkout::{Checkout, recovery};
use crate::submit::Failure;
use crate::text::Text;

/// The notice of a failed attempt. A failure of one field is said there instead, and of a form that came back without
/// scripts there too.
#[component]
pub fn FormNotice(
    /// The checkout whose attempt may have failed.
    checkout: Checkout,
) -> impl IntoView {
    let is_here = move |failure: &Failure| checkout.came_back || !matches!(recovery(failure), Recovery::Fix(_));
    let failure = move || checkout.failure().filter(is_here);
    let action = move || failure().as_ref().and_then(action);
    let trace_id = move || failure().as_ref().and_then(trace_id).unwrap_or_default();
    let to_shop = move || {
        let is_of_link = failure().is_some_and(|failure| recovery(&failure) == Recovery::NewLink);
        let shop_url = checkout.settings.with_value(|settings| settings.shop_url.clone()).filter(|_| is_of_link)?;
        Some((shop_url, Text::BackToShop.say()))
    };
    view! {
        <div class="notice" id="form-error" role="alert" tabindex="-1" hidden=live::flag(move || failure().is_none())>
            <Line
                class="notice__text"
                text=live::said(move || failure().map(|failure| checkout.words_for(&failure)).unwrap_or_default())
                hidden=live::fixed(false)
            />
            <p class="notice__trace" hidden=live::flag(move || trace_id().is_empty())>
                {Text::ErrorReference.say()} " " <code translate="no">{live::said(trace_id)}</code>
            </p>
            <Button
                class="button"
                id="form-error-action"
                text=live::said(move || action().map(Text::say).unwrap_or_default())
                hidden=live::flag(move || IS_SERVED || action().is_none())
                press=Box::new(move || checkout.press())
            />
            <Link way=Arc::new(to_shop) />
        </div>
    }
}

fn action(failure: &Failure) -> Option<Text> {
    match recovery(failure) {
        Recovery::TryAgain => Some(Text::TryAgain),
        Recovery::Fix(_) | Recovery::ChooseAnother | Recovery::NewLink | Recovery::TellMerchant => None,
    }
}

/// The number to tell the merchant, where that is all the buyer can do.
fn trace_id(failure: &Failure) -> Option<String> {
    match failure {
        Failure::Call(error) if error.recovery() == Recovery::TellMerchant => error.trace_id().map(str::to_owned),
        Failure::Call(_) | Failure::UnsafeAddress => None,
    }
}
