//! How many, where that is asked: typed, or one more and one less.

use leptos::prelude::*;

use super::live::{self, IS_SERVED};
use super::parts::{Button, Input, Problem, Takes};
use crate::checkout::Checkout;
use crate::draft::Field;
use crate::text::Text;

/// What the field takes.
const UNITS: Takes =
    Takes { kind: "text", keyboard: Some("numeric"), capitals: None, fill: None, longest: "4", required: true };

/// The field for the number of units.
#[component]
pub fn UnitsField(
    /// The checkout whose units are counted.
    checkout: Checkout,
) -> impl IntoView {
    let wrong = move || checkout.refused(Field::Units) || checkout.draft.with(|draft| draft.count().is_none());
    let step = move |sign: &'static str, label: Text, by: i32| {
        view! {
            <Button
                class="button units__step"
                label
                text=live::said(move || sign)
                hidden=live::fixed(IS_SERVED || checkout.is_locked("units"))
                press=Box::new(move || checkout.edit(|draft| draft.step_units(by)))
            />
        }
    };
    view! {
        <div class="field" id="units-field">
            <label class="field__label" for="units">{Text::Units.say()}</label>
            <div class="units">
                {step("−", Text::UnitsLess, -1)}
                <Input
                    checkout
                    field=Field::Units
                    read=|draft| draft.units.clone().unwrap_or_default()
                    invalid=live::text(move || wrong().to_string())
                    write=|draft, typed| draft.units = Some(typed)
                    class="field__input units__input"
                    takes=UNITS
                    described_by="units-error"
                />
                {step("+", Text::UnitsMore, 1)}
            </div>
            <Problem
                id="units-error"
                role="status"
                text=live::said(move || if wrong() { Text::ErrorUnitsInvalid.say() } else { String::new() })
                hidden=live::flag(move || !wrong())
            />
        </div>
    }
}
