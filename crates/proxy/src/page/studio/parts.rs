//! What the studio's page is made of: fields, parts that its script renews, words that can be copied.

use maud::{Markup, html};

/// A field with its label, and beneath it what is wrong with it or what helps.
pub(super) fn field(name: &str, label: &str, control: &Markup, hint: &str, problem: Option<&str>) -> Markup {
    html! {
        div class="field" {
            label for=(name) { (label) }
            div class="control" { (control) }
            p class="hint" id={ (name) "-hint" } data-live data-bad[problem.is_some()] aria-live="polite" {
                (problem.unwrap_or(hint))
            }
        }
    }
}

/// A text field.
pub(super) fn text(name: &str, value: &str, placeholder: &str, list: Option<&str>) -> Markup {
    html! {
        input id=(name) name=(name) value=(value) placeholder=(placeholder) list=[list]
            aria-describedby={ (name) "-hint" } autocomplete="off" spellcheck="false";
    }
}

/// A native select of these words.
pub(super) fn choice<'o>(name: &str, options: impl IntoIterator<Item = (&'o str, &'o str)>, chosen: &str) -> Markup {
    html! {
        select id=(name) name=(name) aria-describedby={ (name) "-hint" } {
            @for (value, words) in options { option value=(value) selected[value == chosen] { (words) } }
        }
    }
}

/// A result with its heading, which the script renews.
pub(super) fn result(id: &str, title: &str, content: &Markup) -> Markup {
    html! {
        section aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } { (title) }
            div id=(id) data-live { (content) }
        }
    }
}

/// Words that are to stand elsewhere, and a button that copies them.
pub(super) fn copied(words: &str, what: &str) -> Markup {
    html! {
        div class="copied" {
            pre tabindex="0" { (words) }
            button type="button" class="copy" hidden aria-label={ "Copy " (what) } { "Copy" }
        }
    }
}
