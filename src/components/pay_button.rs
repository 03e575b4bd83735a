//! The one button. It never freezes: while an order is sent a press changes nothing, and on the way to the payment
//! page a press goes there again.

use leptos::prelude::*;

use super::live;
use crate::checkout::Checkout;
use crate::submit::Phase;
use crate::text::Text;

/// The form's submit button, with what is happening below it.
#[component]
pub fn PayButton(
    /// The checkout that is paid.
    checkout: Checkout,
) -> impl IntoView {
    let label = move || {
        checkout.submission.with(|submission| match submission.phase() {
            Phase::Sending { slow: true } => Text::PaySending,
            Phase::Leaving(_) => Text::PayLeaving,
            Phase::Ready | Phase::Sending { slow: false } | Phase::Failed(_) => checkout.pay(),
        })
    };
    let is_busy = move || matches!(label(), Text::PaySending | Text::PayLeaving);
    let address = move || {
        checkout.submission.with(|submission| match submission.phase() {
            Phase::Leaving(address) => address.clone(),
            Phase::Ready | Phase::Sending { .. } | Phase::Failed(_) => String::new(),
        })
    };
    view! {
        // Not `disabled`: that would drop the focus and take the button out of reach of a screen reader.
        <button
            class="pay-button"
            id="pay"
            type="submit"
            aria-live="polite"
            aria-disabled=live::text(move || (label() == Text::PaySending).to_string())
            data-busy=live::text(move || is_busy().to_string())
        >
            {live::text(move || label().say())}
        </button>
        <p class="checkout__assurance" role="status">
            <span hidden=live::flag(move || !address().is_empty())>{live::text(move || if checkout.offline.get() { Text::Offline } else { Text::Assurance }.say())}</span>
            <a hidden=live::flag(move || address().is_empty()) href=live::text(address)>
                {Text::PayAgainLink.say()}
            </a>
        </p>
    }
}
