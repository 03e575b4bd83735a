//! From the served plain form to the app, without losing a keystroke.
//!
//! The served form is read, replaced and forgotten in one go, so that no frame is painted between. Nothing here
//! knows what the values mean; that is `settings` and `draft`.

use wire::link::Parameter;
use wire::{Link, PageData};

use crate::app;
use crate::browser::focus::{self, Place};
use crate::browser::{json, navigation, page};
use crate::checkout::Checkout;
use crate::draft::{Draft, Field};
use crate::language;
use crate::settings::Settings;

/// What the buyer may have unfolded.
const FOLDS: [&str; 2] = ["code", "others"];

/// Takes the page over as soon as the buyer is in the middle of nothing.
pub fn start() {
    if let Some(sentences) = json::table(&page::block("sentences")) {
        language::speak(sentences);
    }
    page::when_idle(|| take_over(&navigation::query(), &page_data()));
}

/// Replaces what was served in the mount point by the app, with the typed values, the focus and the caret.
pub fn take_over(query: &str, page_data: &PageData) {
    let mut settings = Settings::resolve(Link::parse(query), page_data);
    if let Some(questions) = settings.link.get(Parameter::CustomFields).and_then(json::parse::<Vec<_>>) {
        if questions.is_empty() {
            settings.link.set(Parameter::CustomFields, "");
        }
        settings.questions = questions;
    }
    let mut draft = Draft::new(&settings);
    if let Some(kept) = Checkout::kept_draft(query) {
        draft.take_lines(&kept);
    }
    // What the buyer has changed in the served form counts, even where it was emptied.
    draft.take_fields(|field| match field {
        Field::Product => page::chosen("product_id"),
        Field::Units | Field::DiscountCode | Field::Email => page::typed(field.element_id()),
    });
    let unfolded = FOLDS.map(focus::is_unfolded);
    let place = Place::take();
    app::mount(query, page_data, settings, draft);
    for (id, _) in FOLDS.into_iter().zip(unfolded).filter(|(_, unfolded)| *unfolded) {
        if let Some(fold) = page::by_id(id) {
            focus::unfold(&fold);
        }
    }
    if let Some(place) = place {
        place.restore();
    }
}

/// The proxy's data block. On a static host, and when it cannot be read, the app asks for the products instead.
fn page_data() -> PageData {
    json::parse(&page::block("page-data")).unwrap_or_default()
}
