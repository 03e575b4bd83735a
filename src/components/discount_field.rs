//! The discount code and what became of it. It is asked for behind a question, and once it applies it is a line of the
//! order. A wrong code is said, and in the way once at most.

use leptos::prelude::*;
use wire::{DiscountOutcome, Field, Money};

use super::live::IS_SERVED;
use super::node::{Node, node};
use super::parts::{Input, Takes, button, input};
use crate::checkout::Checkout;
use crate::form::quote::CodeState;
use crate::text::{self, Text};

/// What the field takes.
const CODE: Takes = Takes { kind: "text", keyboard: None, capitals: Some("characters"), fill: None, required: false };

/// The field for a discount code.
#[component]
pub fn DiscountField(
    /// The checkout that the code is for.
    checkout: Checkout,
) -> Node {
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
    let is_locked = checkout.is_locked(Field::DiscountCode);
    let remove = move || {
        checkout.edit(|draft| draft.discount_code.clear());
        checkout.focus(Field::DiscountCode);
    };
    let off = move || {
        let price = checkout.price().filter(|price| price.discount.amount_minor > 0);
        let off = price.map(|price| Money { amount_minor: -price.discount.amount_minor, ..price.discount });
        off.map(|off| checkout.money(off)).unwrap_or_default()
    };
    let field = Input {
        field: Field::DiscountCode,
        read: |draft| draft.discount_code.clone(),
        invalid: Box::new(move || verdict() == "refused"),
        write: |draft, typed| draft.discount_code = typed,
        leave: None,
        enter: Some(Checkout::ask_about_code),
        label: Some(Text::Code),
        class: "field__input code__input",
        takes: CODE,
        described_by: "discount_code-outcome",
    };
    // Both texts are one line: the question, and, unfolded, the field's name.
    let fold = node("summary", "fold").when(is_locked, "inert").holding([
        node("span", "code__ask").text(Text::CodeAsk.say()),
        node("span", "code__name").text(Text::Code.say()),
    ]);
    let take_out = button("code__remove", Box::new(remove))
        .with("aria-label", Text::CodeRemove.say())
        .while_it("hidden", Box::new(move || IS_SERVED || is_locked || is_empty()))
        .text("×");
    let row = node("div", "code__row").with("data-line", "discount").holding([
        input(checkout, field),
        take_out,
        node("span", "code__off").with("translate", "no").said(Box::new(off)),
    ]);
    let outcome = node("p", "field__outcome")
        .with("id", "discount_code-outcome")
        .with("role", "status")
        .following("data-outcome", Box::new(move || Some(verdict().to_owned())))
        .said(Box::new(sentence));
    let unfolded = is_locked || !untrack(is_empty);
    node("details", "code")
        .with("id", "code")
        .with("part", "field")
        .when(unfolded, "open")
        .holding([fold, row, outcome])
}
