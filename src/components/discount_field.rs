//! The discount code and what became of it. It is asked for behind a question, and once it applies it is a line of the
//! order. A wrong code is said, and in the way once at most.

use leptos::prelude::*;
use wire::{DiscountOutcome, Money};

use super::live::{self, IS_SERVED};
use super::parts::{Button, Input, Takes};
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
    let is_empty = move || checkout.draft.with(|draft| draft.discount_code.is_empty());
    let is_locked = checkout.is_locked("discount_code");
    let remove = move || {
        checkout.edit(|draft| draft.discount_code.clear());
        checkout.focus(Field::DiscountCode);
    };
    let off = move || {
        let price = checkout.price().filter(|price| price.discount.amount_minor > 0);
        let off = price.map(|price| Money { amount_minor: -price.discount.amount_minor, ..price.discount });
        off.map(|off| checkout.money(off)).unwrap_or_default()
    };
    view! {
        <details class="code" id="code" open=is_locked || !untrack(is_empty)>
            // Both texts are one line: the question, and, unfolded, the field's name.
            <summary class="fold" inert=is_locked>
                <span class="code__ask">{Text::CodeAsk.say()}</span>
                <span class="code__name">{Text::Code.say()}</span>
            </summary>
            <div class="code__row" data-line="discount">
                <Input
                    checkout
                    field=Field::DiscountCode
                    read=|draft| draft.discount_code.clone()
                    invalid=live::text(move || (verdict() == "refused").to_string())
                    write=|draft, typed| draft.discount_code = typed
                    enter=Checkout::ask_about_code
                    label=Text::Code
                    class="field__input code__input"
                    takes=CODE
                    described_by="discount_code-outcome"
                />
                <Button
                    class="code__remove"
                    label=Text::CodeRemove
                    text=live::said(|| "×")
                    hidden=live::flag(move || IS_SERVED || is_locked || is_empty())
                    press=Box::new(remove)
                />
                <span class="code__off" translate="no">{live::said(off)}</span>
            </div>
            <p
                class="field__outcome"
                id="discount_code-outcome"
                role="status"
                data-outcome=live::text(verdict)
            >
                {live::said(sentence)}
            </p>
        </details>
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
