//! Focus and caret, carried over from one element to its successor.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDocument, HtmlInputElement};

use super::page::{by_id, document};

/// A character that no field holds, used to find the caret.
const MARK: char = '\u{e000}';

/// Where the buyer was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The focused element's `id`.
    pub id: String,
    /// Start and end of the selection, in UTF-16 units, if it is a text field.
    pub selection: Option<(u32, u32)>,
}

impl Place {
    /// Notes the focused element and its caret. Text that is selected is not in the field afterwards, so read the
    /// values first.
    #[must_use]
    pub fn take() -> Option<Self> {
        let focused = document().active_element().filter(|element| !element.id().is_empty())?;
        let selection = focused.dyn_ref::<HtmlInputElement>().and_then(selection);
        Some(Self { id: focused.id(), selection })
    }

    /// Goes there again.
    pub fn restore(&self) {
        focus(&self.id);
        if let (Some((start, end)), Some(input)) = (self.selection, input(&self.id)) {
            select(&input, start, end);
        }
    }
}

/// Gives the focus to the element with this `id`, and unfolds what it is folded in.
pub fn focus(id: &str) {
    if let Some(element) = by_id(id) {
        if let Ok(Some(fold)) = element.closest("details") {
            unfold(&fold);
        }
        element.focus().ok();
    }
}

/// Whether the element with this `id` is unfolded.
#[must_use]
pub fn is_unfolded(id: &str) -> bool {
    by_id(id).is_some_and(|fold| fold.has_attribute("open"))
}

/// Unfolds an element.
pub fn unfold(fold: &Element) {
    // Setting an attribute by a constant, valid name cannot fail.
    fold.set_attribute("open", "").ok();
}

fn input(id: &str) -> Option<HtmlInputElement> {
    by_id(id)?.dyn_into().ok()
}

/// E-mail fields do not tell their selection, so typing a mark over it shows where it was.
fn selection(input: &HtmlInputElement) -> Option<(u32, u32)> {
    if let (Ok(Some(start)), Ok(Some(end))) = (input.selection_start(), input.selection_end()) {
        return Some((start, end));
    }
    if input.type_() != "email" {
        return None;
    }
    let before = length(&input.value());
    let page = document().dyn_into::<HtmlDocument>().ok()?;
    page.exec_command_with_show_ui_and_value("insertText", false, "\u{e000}").ok()?;
    let marked = input.value();
    let (head, tail) = marked.split_once(MARK)?;
    Some((length(head), before - length(tail)))
}

/// E-mail fields do not take a selection either, but keep the one they had as a text field.
fn select(input: &HtmlInputElement, start: u32, end: u32) {
    let kind = input.type_();
    input.set_type("text");
    input.set_selection_range(start, end).ok();
    input.set_type(&kind);
}

fn length(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}
