//! The one button. It never freezes: while an order is sent a press changes nothing, and on the way to the payment
//! page a press goes there again.

use leptos::prelude::*;

use super::live::{self, IS_SERVED};
use crate::checkout::Checkout;
use crate::quote::QuoteDesk;
use crate::submit::Phase;
use crate::text::Text;

/// The form's submit button, with what is happening below it.
#[component]
pub fn PayButton(
    /// The checkout that is paid.
    checkout: Checkout,
) -> impl IntoView {
    let under_way = move || {
        checkout.submission.with(|submission| match submission.phase() {
            Phase::Judging { slow: true } => Some(Text::CodeChecking),
            Phase::Sending { slow: true } => Some(Text::PaySending),
            Phase::Leaving(_) => Some(Text::PayLeaving),
            Phase::Ready | Phase::Judging { .. } | Phase::Sending { .. } | Phase::Failed(_) => None,
        })
    };
    let label = move || {
        // Without scripts the code is sent again as long as it stands in its field.
        let without_code = !IS_SERVED && checkout.desk.with(QuoteDesk::goes_on_without);
        under_way().unwrap_or_else(|| if without_code { Text::PayWithoutCode } else { checkout.pay() })
    };
    let waits = move || matches!(under_way(), Some(Text::CodeChecking | Text::PaySending));
    let address = move || {
        checkout.submission.with(|submission| match submission.phase() {
            Phase::Leaving(address) => address.clone(),
            Phase::Ready | Phase::Judging { .. } | Phase::Sending { .. } | Phase::Failed(_) => String::new(),
        })
    };
    view! {
        // Not `disabled`: that would drop the focus and take the button out of reach of a screen reader.
        <button
            class="pay-button"
            id="pay"
            type="submit"
            aria-live="polite"
            aria-disabled=live::text(move || waits().to_string())
            data-busy=live::text(move || under_way().is_some().to_string())
        >
            {live::said(move || label().say())}
        </button>
        <p class="checkout__assurance" role="status">
            <span hidden=live::flag(move || !address().is_empty())>
                {live::said(move || if checkout.offline.get() { Text::Offline } else { Text::Assurance }.say())}
            </span>
            <a hidden=live::flag(move || address().is_empty()) href=live::text(address)>
                {Text::PayAgainLink.say()}
            </a>
        </p>
    }
}
