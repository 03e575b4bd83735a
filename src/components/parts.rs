//! The small parts that the components are made of: a text field, a button, a line of text.
//!
//! Each exists once. The same elements written out in every component would be as many types, and the framework's
//! code for each of them a part of the download.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::live::{Action, LiveFlag, LiveText, LiveWay, Said, flag, said, served, text, value};
use crate::checkout::Checkout;
use crate::draft::{Draft, Field};
use crate::text::Text;

/// A text field of the form. Its `id` and its name are the field's.
#[component]
pub fn Input(
    /// The checkout whose draft it shows and changes.
    checkout: Checkout,
    /// Which field it is.
    field: Field,
    /// What the draft holds for it.
    read: fn(&Draft) -> String,
    /// Whether what it holds is wrong: `true` or `false`.
    invalid: LiveText,
    /// Takes what is typed.
    write: fn(&mut Draft, String),
    /// The buyer has finished with it for now.
    #[prop(optional)]
    leave: Option<fn(&mut Draft)>,
    /// The buyer presses Enter in it, where that is not to send the form.
    #[prop(optional)]
    enter: Option<fn(Checkout)>,
    /// What it is called, where no label stands beside it.
    #[prop(optional)]
    label: Option<Text>,
    /// How it looks.
    class: &'static str,
    /// What it takes, as attributes of the element.
    takes: Takes,
    /// The `id`s of what is said about it.
    described_by: &'static str,
) -> impl IntoView {
    let id = field.element_id();
    let Takes { kind, keyboard, capitals, fill, longest, required } = takes;
    view! {
        <input
            class=class
            id=id
            name=id
            type=kind
            inputmode=keyboard
            maxlength=longest
            autocomplete=fill
            autocapitalize=capitals
            spellcheck="false"
            // An address or a code reads the same on a page from right to left.
            dir="ltr"
            required=required
            readonly=checkout.is_locked(id)
            aria-label=label.map(Text::say)
            aria-describedby=described_by
            aria-invalid=invalid
            value=served(|| checkout.draft.with_untracked(read))
            prop:value=value(move || checkout.draft.with(read))
            on:input:target=move |event| checkout.edit(|draft| write(draft, event.target().value()))
            on:blur=move |_| if let Some(leave) = leave { checkout.edit(leave) }
            on:keydown=move |event| {
                if let Some(enter) = enter && is_enter(&event) {
                    event.prevent_default();
                    enter(checkout);
                }
            }
        />
    }
}

/// Whether a key is the one that sends a form. What ends the composition of a word is not.
pub fn is_enter(event: &KeyboardEvent) -> bool {
    event.key() == "Enter" && !event.is_composing()
}

/// What a field takes, for the browser's keyboards and fillers.
#[derive(Clone, Copy)]
pub struct Takes {
    /// The `type`.
    pub kind: &'static str,
    /// The `inputmode`, where it is not the type's.
    pub keyboard: Option<&'static str>,
    /// The `autocapitalize`, where there is one.
    pub capitals: Option<&'static str>,
    /// The `autocomplete`, where there is something to fill in; never `off`, for which WebKit empties a field on Back.
    pub fill: Option<&'static str>,
    /// The `maxlength`.
    pub longest: &'static str,
    /// Whether it may not be left empty.
    pub required: bool,
}

/// A button besides the one that pays; it never sends the form.
#[component]
pub fn Button(
    /// How it looks.
    class: &'static str,
    /// Its `id`, where the focus goes to it.
    #[prop(optional)]
    id: Option<&'static str>,
    /// What it is called, where its text is only a sign.
    #[prop(optional)]
    label: Option<Text>,
    /// Its text.
    text: Said,
    /// Whether there is nothing to press.
    hidden: LiveFlag,
    /// The buyer presses it.
    press: Action,
) -> impl IntoView {
    view! {
        <button
            class=class
            id=id
            type="button"
            aria-label=label.map(Text::say)
            hidden=hidden
            on:click=move |_| press()
        >
            {text}
        </button>
    }
}

/// A link that looks like a button, while it leads somewhere.
#[component]
pub fn Link(
    /// Where it leads.
    way: LiveWay,
) -> impl IntoView {
    let (hidden_by, named_by) = (way.clone(), way.clone());
    view! {
        <a
            class="button"
            href=text(move || way().unwrap_or_default().0)
            hidden=flag(move || hidden_by().is_none())
        >
            {said(move || named_by().unwrap_or_default().1)}
        </a>
    }
}

/// What is wrong with a field, said as an error.
#[component]
pub fn Problem(
    /// Its `id`, by which the field is described.
    id: &'static str,
    /// `status` where a change is to be spoken.
    #[prop(optional)]
    role: Option<&'static str>,
    /// Its words.
    text: Said,
    /// Whether nothing is wrong.
    hidden: LiveFlag,
) -> impl IntoView {
    view! {
        <p class="field__error" id=id role=role hidden=hidden>
            <span class="unseen">{Text::Error.say()}</span>
            " "
            <span>{text}</span>
        </p>
    }
}

/// A line of text, which may be spoken when it changes.
#[component]
pub fn Line(
    /// How it looks.
    class: &'static str,
    /// Its `id`, where a field is described by it.
    #[prop(optional)]
    id: Option<&'static str>,
    /// `status` where a change is to be spoken.
    #[prop(optional)]
    role: Option<&'static str>,
    /// Its words.
    text: Said,
    /// Whether it is not shown.
    hidden: LiveFlag,
) -> impl IntoView {
    view! {
        <p class=class id=id role=role hidden=hidden>
            {text}
        </p>
    }
}
