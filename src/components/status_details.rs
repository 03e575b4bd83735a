//! The facts of a payment: the reference to quote, what was charged, the order.

use leptos::prelude::*;
use wire::Money;

use super::live;
use super::parts::Button;
use crate::host::page;
use crate::notation;
use crate::status::Tracking;
use crate::text::Text;

/// The list of facts, each as soon as it is known.
#[component]
pub fn StatusDetails(
    /// The payment being followed.
    tracking: RwSignal<Tracking>,
    /// In which language amounts are written.
    locale: Option<String>,
) -> impl IntoView {
    let reference =
        move || tracking.with(|tracking| tracking.reference().map(|id| id.as_str().to_owned()).unwrap_or_default());
    let charged = move || {
        tracking.with(|tracking| {
            let payment = tracking.payment()?;
            Some(Money { amount_minor: payment.amount?, currency: payment.currency? })
        })
    };
    let amount = move || charged().map(|amount| notation::money(amount, locale.as_deref())).unwrap_or_default();
    let order = move || {
        tracking.with(|tracking| tracking.payment().and_then(|payment| payment.order_id.clone()).unwrap_or_default())
    };
    let copied = RwSignal::new(false);
    let copy = move || {
        page::copy(&reference());
        copied.set(true);
    };
    view! {
        <dl class="status__details">
            <div hidden=live::flag(move || reference().is_empty())>
                <dt>{Text::Reference.say()}</dt>
                <dd class="status__reference" translate="no">{live::said(reference)}</dd>
                // Its room at least: to copy needs scripts.
                <dd class="status__copy" aria-live="polite" inert=live::served(|| true)>
                    <Button
                        class="button"
                        text=live::said(move || if copied.get() { Text::Copied } else { Text::Copy }.say())
                        hidden=live::fixed(false)
                        press=Box::new(copy)
                    />
                </dd>
            </div>
            <div hidden=live::flag(move || charged().is_none())>
                <dt>{Text::Amount.say()}</dt>
                <dd translate="no">{live::said(amount)}</dd>
            </div>
            <div hidden=live::flag(move || order().is_empty())>
                <dt>{Text::OrderNumber.say()}</dt>
                <dd class="status__reference" translate="no">{live::said(order)}</dd>
            </div>
        </dl>
    }
}
