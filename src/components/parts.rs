//! The small parts that the components are made of: a text field, a button, a line of text.
//!
//! Each exists once. The same elements written out in every component would be as many types, and the framework's
//! code for each of them a part of the download.

use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::prelude::event_target_value;
use leptos::wasm_bindgen::JsCast;
use wire::Field;

use super::live::{Action, LiveFlag};
use super::node::{Node, node};
use crate::checkout::Checkout;
use crate::form::draft::Draft;
use crate::text::Text;

/// What a text field is for.
pub struct Input {
    /// Which field it is; its `id` and its name are the field's.
    pub field: Field,
    /// What the draft holds for it.
    pub read: fn(&Draft) -> String,
    /// Whether what it holds is wrong.
    pub invalid: LiveFlag,
    /// Takes what is typed.
    pub write: fn(&mut Draft, String),
    /// The buyer has finished with it for now.
    pub leave: Option<fn(&mut Draft)>,
    /// The buyer presses Enter in it, where that is not to send the form.
    pub enter: Option<fn(Checkout)>,
    /// What it is called, where no label stands beside it.
    pub label: Option<Text>,
    /// How it looks.
    pub class: &'static str,
    /// What it takes, as attributes of the element.
    pub takes: Takes,
    /// The `id`s of what is said about it.
    pub described_by: &'static str,
}

/// A text field of the form of a checkout, whose draft it shows and changes.
pub fn input(checkout: Checkout, input: Input) -> Node {
    let Input { field, read, mut invalid, write, leave, enter, label, class, takes, described_by } = input;
    let id = field.name();
    let Takes { kind, keyboard, capitals, fill, required } = takes;
    let input = node("input", class)
        .with("part", "input")
        .with("id", id)
        .with("name", id)
        .with("type", kind)
        .maybe("inputmode", keyboard.map(str::to_owned))
        .maybe("maxlength", field.max_chars().map(|chars| chars.to_string()))
        .maybe("autocomplete", fill.map(str::to_owned))
        .maybe("autocapitalize", capitals.map(str::to_owned))
        .with("spellcheck", "false")
        // An address or a code reads the same on a page from right to left.
        .with("dir", "ltr")
        .when(required, "required")
        .when(checkout.is_locked(field), "readonly")
        .maybe("aria-label", label.map(Text::say))
        .with("aria-describedby", described_by)
        .following("aria-invalid", Box::new(move || Some(invalid.now().to_string())))
        .following("value", Box::new(move || Some(checkout.draft.with(read))))
        .on("input", Box::new(move |event| checkout.edit(|draft| write(draft, event_target_value(&event)))));
    let input = match leave {
        Some(leave) => input.on("blur", Box::new(move |_| checkout.edit(leave))),
        None => input,
    };
    match enter {
        Some(enter) => input.on(
            "keydown",
            Box::new(move |event| {
                if event.dyn_ref().is_some_and(is_enter) {
                    event.prevent_default();
                    enter(checkout);
                }
            }),
        ),
        None => input,
    }
}

/// Whether a key is the one that sends a form. What ends the composition of a word is not.
#[must_use]
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
    /// Whether it may not be left empty.
    pub required: bool,
}

/// A button besides the one that pays; it never sends the form.
#[must_use]
pub fn button(class: &'static str, press: Action) -> Node {
    node("button", class).with("type", "button").pressed(press)
}

/// What is wrong with a field, said as an error and described by its `id`; nothing while there are no words.
pub fn problem(id: &'static str, words: impl Fn() -> Option<String> + Send + Sync + 'static) -> Node {
    said_problem(id, Arc::new(words))
}

fn said_problem(id: &'static str, words: Arc<dyn Fn() -> Option<String> + Send + Sync>) -> Node {
    let (known, prefixed) = (Arc::clone(&words), Arc::clone(&words));
    let prefix = [&Text::Error.say(), " "].concat();
    node("p", "field__error").with("id", id).while_it("hidden", Box::new(move || known().is_none())).holding([
        // What describes a field is read out of it even while it is hidden.
        node("span", "unseen").said(Box::new(move || prefixed().map(|_| prefix.clone()).unwrap_or_default())),
        node("span", "").said(Box::new(move || words().unwrap_or_default())),
    ])
}
