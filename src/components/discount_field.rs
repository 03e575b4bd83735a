//! The discount code and what became of it. A wrong code is said, and in the way once at most.

use leptos::prelude::*;
use wire::{DiscountOutcome, Money};

use super::live::{self, IS_SERVED};
use super::parts::{Button, Input, Takes};
use crate::browser::focus;
use crate::checkout::Checkout;
use crate::draft::Field;
use crate::quote::CodeState;
use crate::text::{self, Text};

/// What the field takes; `maxlength` is [`wire::MAX_DISCOUNT_CODE_CHARS`].
const CODE: Takes =
    Takes { kind: "text", keyboard: None, capitals: Some("characters"), fill: None, longest: "64", required: false };

/// The field for a discount code.
#[component]
pub fn DiscountField(
    /// The checkout that the code is for.
    checkout: Checkout,
) -> impl IntoView {
    let code = move || {
        let code = checkout.desk.with(|desk| desk.code());
        // Without scripts nobody asks.
        if IS_SERVED && code == CodeState::Asking { CodeState::None } else { code }
    };
    let verdict = move || match code() {
        CodeState::None => "none",
        CodeState::Asking => "asking",
        CodeState::Unchecked => "unchecked",
        CodeState::Judged(discount) if discount.outcome == DiscountOutcome::Applied => "applied",
        CodeState::Judged(_) => "refused",
    };
    let sentence = move || match code() {
        CodeState::None => String::new(),
        CodeState::Asking => Text::CodeChecking.say(),
        CodeState::Unchecked => Text::CodeUnchecked.say(),
        CodeState::Judged(discount) => {
            let Some(price) = checkout.price() else { return String::new() };
            let amount = checkout.money(Money { amount_minor: discount.amount, ..price.total });
            text::code_outcome(&discount, &amount, price.due.reduced_for(&price.product))
        }
    };
    let stays = move || {
        IS_SERVED || checkout.is_locked("discount_code") || checkout.draft.with(|draft| draft.discount_code.is_empty())
    };
    let remove = move || {
        checkout.edit(|draft| draft.discount_code.clear());
        focus::focus("discount_code");
    };
    view! {
        <div class="field field--code">
            <label class="field__label" for="discount_code">
                {Text::Code.say()} " "
                <span class="field__optional">{Text::Optional.say()}</span>
            </label>
            <Input
                checkout
                field=Field::DiscountCode
                read=|draft| draft.discount_code.clone()
                invalid=live::text(move || (verdict() == "refused").to_string())
                write=|draft, typed| draft.discount_code = typed
                enter=Checkout::ask_about_code
                class="field__input"
                takes=CODE
                described_by="discount_code-outcome"
            />
            <Button
                class="field__remove"
                label=Text::CodeRemove
                text=live::said(|| "×")
                hidden=live::flag(stays)
                press=Box::new(remove)
            />
            <p
                class="field__outcome"
                id="discount_code-outcome"
                role="status"
                data-outcome=live::text(verdict)
            >
                {live::said(sentence)}
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_takes_as_much_as_the_proxy_looks_up() {
        assert_eq!(CODE.longest, wire::MAX_DISCOUNT_CODE_CHARS.to_string());
    }
}
