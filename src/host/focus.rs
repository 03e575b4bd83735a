//! Focus and caret, carried over from one element to its successor.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDocument, HtmlElement, HtmlInputElement};

use super::Host;
use super::page::document;

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

impl Host {
    /// Notes the focused element and its caret. Text that is selected is not in the field afterwards, so read the
    /// values first.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        let focused = self.root()?.active_element().filter(|element| !element.id().is_empty())?;
        // The site around may have the focus, on an element that is called like one of ours.
        self.mount_point().filter(|mount_point| mount_point.contains(Some(&focused)))?;
        let selection = focused.dyn_ref::<HtmlInputElement>().and_then(selection);
        Some(Place { id: focused.id(), selection })
    }

    /// Goes there again.
    pub fn return_to(&self, place: &Place) {
        self.focus(&place.id);
        let input = self.element(&place.id).and_then(|element| element.dyn_into().ok());
        if let (Some((start, end)), Some(input)) = (place.selection, input) {
            select(&input, start, end);
        }
    }

    /// Gives the focus to the element with this `id`, and unfolds what it is folded in.
    pub fn focus(&self, id: &str) {
        self.focus_on(self.element(id));
    }

    /// Gives the focus to the first radio button of this name that is not hidden from the choice.
    pub fn focus_choice(&self, name: &str) {
        self.focus_on(self.find(&["input[name=\"", name, "\"]:not([hidden] *)"].concat()));
    }

    fn focus_on(&self, element: Option<HtmlElement>) {
        if let Some(element) = element {
            if let Ok(Some(fold)) = element.closest("details") {
                unfold(&fold);
            }
            element.focus().ok();
        }
    }

    /// The `id`s of what is unfolded in what is about to be replaced. It is folded by this.
    #[must_use]
    pub fn unfolded(&self) -> Vec<String> {
        let mut ids = Vec::new();
        while let Some(fold) = self.find("details[open]") {
            ids.push(fold.id());
            // Removing an attribute cannot fail.
            fold.remove_attribute("open").ok();
        }
        ids
    }

    /// Unfolds the element with this `id`.
    pub fn unfold(&self, id: &str) {
        if let Some(fold) = self.element(id) {
            unfold(&fold);
        }
    }
}

fn unfold(fold: &Element) {
    // Setting an attribute by a constant, valid name cannot fail.
    fold.set_attribute("open", "").ok();
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
