//! How many, where that is asked: typed, or one more and one less.

use leptos::prelude::*;
use wire::Field;

use super::live::IS_SERVED;
use super::node::{Node, node};
use super::parts::{Input, Takes, button, input, problem};
use crate::checkout::Checkout;
use crate::text::Text;

/// What the field takes.
const UNITS: Takes = Takes { kind: "text", keyboard: Some("numeric"), capitals: None, fill: None, required: true };

/// The field for the number of units.
#[component]
pub fn UnitsField(
    /// The checkout whose units are counted.
    checkout: Checkout,
) -> Node {
    let wrong = move || checkout.refused(Field::Units) || checkout.draft.with(|draft| draft.count().is_none());
    let step = |sign: &'static str, label: Text, by: i32| {
        button("button units__step", Box::new(move || checkout.edit(|draft| draft.step_units(by))))
            .with("aria-label", label.say())
            .when(IS_SERVED || checkout.is_locked(Field::Units), "hidden")
            .text(sign)
    };
    let field = Input {
        field: Field::Units,
        read: |draft| draft.units.clone().unwrap_or_default(),
        invalid: Box::new(wrong),
        write: |draft, typed| draft.units = Some(typed),
        leave: None,
        enter: None,
        label: None,
        class: "field__input units__input",
        takes: UNITS,
        described_by: "units-error",
    };
    let said = move || wrong().then(|| Text::ErrorUnitsInvalid.say());
    node("div", "field").with("id", "units-field").with("part", "field").holding([
        node("label", "field__label").with("part", "label").with("for", Field::Units.name()).text(Text::Units.say()),
        node("div", "units").holding([
            step("−", Text::UnitsLess, -1),
            input(checkout, field),
            step("+", Text::UnitsMore, 1),
        ]),
        problem("units-error", said).with("role", "status"),
    ])
}
