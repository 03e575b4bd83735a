//! How many, where that is asked: typed, or one more and one less.

use leptos::prelude::*;
use wire::ErrorCode;

use super::live;
use crate::checkout::Checkout;
use crate::draft::Field;
use crate::text::{self, Text};

/// The field for the number of units.
#[component]
pub fn UnitsField(
    /// The checkout whose units are counted.
    checkout: Checkout,
) -> impl IntoView {
    let wrong = move || checkout.refused(Field::Units) || checkout.draft.with(|draft| draft.count().is_none());
    let typed = move |units| checkout.edit(|draft| draft.units = Some(units));
    let step = move |sign: &'static str, label: Text, by: i32| {
        view! {
            <button
                class="button units__step"
                type="button"
                aria-label=label.say()
                aria-controls="units"
                hidden=checkout.is_locked("units")
                on:click=move |_| checkout.edit(|draft| draft.step_units(by))
            >
                {sign}
            </button>
        }
    };
    view! {
        <div class="field" id="units-field">
            <label class="field__label" for="units">{Text::Units.say()}</label>
            <div class="units">
                {step("−", Text::UnitsLess, -1)}
                <input
                    class="field__input units__input"
                    id="units"
                    name="units"
                    type="text"
                    inputmode="numeric"
                    maxlength="4"
                    required
                    readonly=checkout.is_locked("units")
                    aria-describedby="units-error"
                    aria-invalid=live::text(move || wrong().to_string())
                    value=checkout.draft.with_untracked(|draft| draft.units.clone().unwrap_or_default())
                    prop:value=live::text(move || checkout.draft.with(|draft| draft.units.clone().unwrap_or_default()))
                    on:input:target=move |event| typed(event.target().value())
                />
                {step("+", Text::UnitsMore, 1)}
            </div>
            <p class="field__error" id="units-error" role="status" hidden=live::flag(move || !wrong())>
                {live::text(move || if wrong() { text::error(ErrorCode::UnitsInvalid) } else { String::new() })}
            </p>
        </div>
    }
}
