//! The payment page's form controls: each with its label, a note, and what is wrong with it.

use maud::{Markup, html};

use super::form::Problems;
use super::words::{OPTIONAL, Words};
use crate::entity::{CustomField, FieldType};

/// One input with its label, note and problem.
pub(super) struct Control<'a> {
    pub(super) name: &'a str,
    pub(super) id: &'a str,
    pub(super) label: &'a str,
    pub(super) value: &'a str,
    pub(super) kind: &'static str,
    pub(super) autocomplete: &'static str,
    pub(super) input_mode: Option<&'static str>,
    pub(super) readonly: bool,
    pub(super) max_length: Option<u32>,
    pub(super) hint: Option<&'static str>,
}

impl<'a> Control<'a> {
    /// A text field with nothing special about it.
    pub(super) fn text(name: &'a str, label: &'a str, value: &'a str) -> Self {
        Self {
            name,
            id: name,
            label,
            value,
            kind: "text",
            autocomplete: "on",
            input_mode: None,
            readonly: false,
            max_length: None,
            hint: None,
        }
    }

    /// Its markup.
    pub(super) fn show(&self, problems: &Problems) -> Markup {
        html! {
            div class="field" {
                label for=(self.id) { (self.label) }
                input type=(self.kind) id=(self.id) name=(self.name) value=(self.value)
                    autocomplete=(self.autocomplete) inputmode=[self.input_mode] maxlength=[self.max_length]
                    readonly[self.readonly] autofocus[problems.is_first(self.name)]
                    aria-invalid=[problems.of(self.name).map(|_| "true")] aria-describedby={ (self.name) "-note" };
                (note(self.name, self.hint, problems))
            }
        }
    }
}

/// A native select, with a first option that is no choice.
pub(super) fn select<'a>(
    name: &str,
    label: &str,
    autocomplete: &str,
    prompt: &str,
    options: impl Iterator<Item = (&'a str, &'a str)>,
    chosen: &str,
    problems: &Problems,
) -> Markup {
    html! {
        div class="field" {
            label for=(name) { (label) }
            select id=(name) name=(name) autocomplete=(autocomplete) autofocus[problems.is_first(name)]
                aria-invalid=[problems.of(name).map(|_| "true")] aria-describedby={ (name) "-note" } {
                option value="" { (prompt) }
                @for (value, text) in options { option value=(value) selected[value == chosen] { (text) } }
            }
            (note(name, None, problems))
        }
    }
}

fn note(name: &str, hint: Option<&str>, problems: &Problems) -> Markup {
    html! {
        p class="note" id={ (name) "-note" } {
            @match (problems.of(name), hint) {
                (Some(problem), _) => span class="problem" { (problem) },
                (None, Some(hint)) => (hint),
                (None, None) => {},
            }
        }
    }
}

/// The control of a question of the merchant's.
pub(super) fn custom(field: &CustomField, words: Words, problems: &Problems) -> Markup {
    let name = field.control();
    let label = if field.optional { words.fill(OPTIONAL, &[("label", &field.label)]) } else { field.label.clone() };
    match field.kind {
        FieldType::Text => {
            let text = field.text.clone().unwrap_or_default();
            let value = text.value.unwrap_or_default();
            Control { autocomplete: "off", max_length: text.max_length, ..Control::text(&name, &label, &value) }
                .show(problems)
        }
        FieldType::Checkbox => {
            let checkbox = field.checkbox.clone().unwrap_or_default();
            html! {
                div class="tick" {
                    input type="checkbox" id=(name) name=(name) value="true" checked[checkbox.value == Some(true)]
                        autofocus[problems.is_first(&name)]
                        aria-invalid=[problems.of(&name).map(|_| "true")] aria-describedby={ (name) "-note" };
                    label for=(name) {
                        (label)
                        @if let Some(more) = &checkbox.label { span class="muted" { (markdown_links(more)) } }
                    }
                    (note(&name, None, problems))
                }
            }
        }
    }
}

/// A checkbox label's markdown, of which only web links are understood; everything else stays the text it is.
fn markdown_links(text: &str) -> Markup {
    let Some((before, rest)) = text.split_once('[') else { return html! { (text) } };
    let link = rest.split_once("](").and_then(|(name, rest)| rest.split_once(')').map(|(to, after)| (name, to, after)));
    match link.filter(|(_, to, _)| to.starts_with("https://") || to.starts_with("http://")) {
        Some((name, to, after)) => html! {
            (before) a href=(to) target="_blank" rel="noopener noreferrer" { (name) } (markdown_links(after))
        },
        None => html! { (before) "[" (markdown_links(rest)) },
    }
}
