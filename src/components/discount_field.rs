//! The discount code and what became of it. A wrong code is said, and never in the way.

use leptos::prelude::*;
use wire::{DiscountOutcome, MAX_DISCOUNT_CODE_CHARS, Money};

use super::live;
use crate::checkout::Checkout;
use crate::quote::CodeState;
use crate::text::{self, Text};

/// The field for a discount code.
#[component]
pub fn DiscountField(
    /// The checkout that the code is for.
    checkout: Checkout,
) -> impl IntoView {
    let code = move || checkout.desk.with(|desk| desk.code());
    let verdict = move || match code() {
        CodeState::None => "none",
        CodeState::Asking => "asking",
        CodeState::Unchecked => "unchecked",
        CodeState::Judged(discount) if discount.outcome == DiscountOutcome::Applied => "applied",
        CodeState::Judged(_) => "refused",
    };
    let sentence = move || match code() {
        CodeState::None => String::new(),
        CodeState::Asking => Text::CodeAsking.say(),
        CodeState::Unchecked => Text::CodeUnchecked.say(),
        CodeState::Judged(discount) => {
            let currency = checkout.product().map(|product| product.currency);
            let amount = currency.map(|currency| Money { amount_minor: discount.amount, currency });
            let amount = amount.map(|amount| checkout.money(amount)).unwrap_or_default();
            text::code_outcome(&discount, &amount, checkout.locale().as_deref())
        }
    };
    let typed = move |code| checkout.edit(|draft| draft.discount_code = code);
    view! {
        <div class="field">
            <label class="field__label" for="discount_code">
                {Text::DiscountCode.say()} " "
                <span class="field__optional">{Text::Optional.say()}</span>
            </label>
            <input
                class="field__input field__input--code"
                id="discount_code"
                name="discount_code"
                type="text"
                maxlength=MAX_DISCOUNT_CODE_CHARS.to_string()
                autocapitalize="characters"
                spellcheck="false"
                readonly=checkout.is_locked("discount_code")
                aria-describedby="discount_code-outcome"
                aria-invalid=live::text(move || (verdict() == "refused").to_string())
                // At once, so that a caret can be put into it; `prop:value` comes a moment later.
                value=checkout.draft.with_untracked(|draft| draft.discount_code.clone())
                prop:value=live::text(move || checkout.draft.with(|draft| draft.discount_code.clone()))
                on:input:target=move |event| typed(event.target().value())
            />
            <p class="field__outcome" id="discount_code-outcome" role="status" data-outcome=live::text(verdict)>
                {live::text(sentence)}
            </p>
        </div>
    }
}
