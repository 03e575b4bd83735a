//! What the overview's pages are made of: tables that fold on a phone, buttons, words that can be copied.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::clock::{day, iso};
use crate::world::World;

/// How many rows of each kind are shown, newest first.
const ROWS: usize = 20;

/// One row: as many cells as the table has columns.
pub(super) type Row = Vec<Markup>;

/// How good a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    Bad,
    Plain,
}

impl Tone {
    fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Plain => "plain",
        }
    }
}

/// A state in a word.
pub(super) fn pill(word: &str, tone: Tone) -> Markup {
    html! { span class="pill" data-tone=(tone.name()) { (word) } }
}

/// A word of the sandbox's, and a button that copies it.
pub(super) fn copied(word: &str) -> Markup {
    html! {
        span class="copied" {
            code { (word) }
            button type="button" class="copy" data-copy=(word) aria-label={ "Copy " (word) } hidden { "Copy" }
        }
    }
}

/// When something was: the time of today, else the day too.
pub(super) fn when(world: &World, at: Timestamp) -> Markup {
    let (exact, today) = (iso(at), iso(world.now()));
    let (date, time) = exact.split_once('T').unwrap_or((&exact, ""));
    let time = time.get(..8).unwrap_or(time);
    html! {
        time datetime=(exact) title=(exact) {
            @if date == day(&today) { (time) } @else { (date) " " (time.get(..5).unwrap_or(time)) }
        }
    }
}

/// The latest of a kind, newest first.
pub(super) fn rows<'a, T: 'a>(items: impl DoubleEndedIterator<Item = &'a T>, row: impl Fn(&T) -> Row) -> Vec<Row> {
    items.rev().take(ROWS).map(row).collect()
}

/// A table with a name for each column, which each cell bears where columns do not fit. A last column without a name is
/// for buttons.
pub(super) fn table(title: &str, columns: &[&str], rows: &[Row], none: &str) -> Markup {
    html! {
        @if rows.is_empty() { p class="none" { (none) } } @else {
            table aria-label=(title) {
                thead { tr { @for column in columns {
                    @if column.is_empty() { td {} } @else { th scope="col" { (column) } }
                } } }
                tbody { @for row in rows {
                    tr { @for (column, cell) in columns.iter().zip(row) { td data-label=(column) { div { (cell) } } } }
                } }
            }
            @if rows.len() == ROWS { p class="small" { "The latest " (ROWS) "." } }
        }
    }
}

/// A part of a page that its script keeps as the sandbox is.
pub(super) fn live(id: &str, content: &Markup) -> Markup {
    html! { div id=(id) data-live { (content) } }
}

/// A section with a heading that the page's index leads to.
pub(super) fn section(id: &str, title: &str, about: &str, content: &Markup) -> Markup {
    html! {
        section id=(id) aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } { (title) }
            @if !about.is_empty() { p class="muted" { (about) } }
            (content)
        }
    }
}

/// A control as a form of one button; it comes back to where it was pressed.
pub(super) fn button(action: &str, back: &str, field: (&str, &str), words: &str, label: &str) -> Markup {
    html! {
        form method="post" action=(control(action, back)) {
            button class="quiet" name=(field.0) value=(field.1) aria-label=(label) { (words) }
        }
    }
}

/// The address of a control that leads back to a place of the pages.
pub(super) fn control(action: &str, back: &str) -> String {
    let back: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
    format!("_sandbox/{action}?back={back}")
}

/// A field of a form with its label.
pub(super) fn field(id: &str, label: &str, control: &Markup) -> Markup {
    html! { div class="field" { label for=(id) { (label) } (control) } }
}

/// A native select of these words.
pub(super) fn choice(id: &str, name: &str, label: &str, options: &[(&str, &str)], chosen: &str) -> Markup {
    field(
        id,
        label,
        &html! {
            select id=(id) name=(name) {
                @for (value, words) in options { option value=(value) selected[*value == chosen] { (words) } }
            }
        },
    )
}
