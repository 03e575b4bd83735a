//! One instance of the app: from the served plain form to the live one, without losing a keystroke, and out again.
//!
//! The served form is read, replaced and forgotten in one go, so that no frame is painted between. Nothing here
//! knows what the values mean; that is `settings` and `draft`.

use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wire::link::Parameter;
use wire::{Field, Link, PageData, PageMode, Returned};

use crate::checkout::{Checkout, kept_draft};
use crate::components::node::Node;
use crate::form::draft::Draft;
use crate::form::settings::Settings;
use crate::host::{Host, MountPoint, json, navigation, page};
use crate::language::{self, Dictionary, Speech};
use crate::screens::{CheckoutScreen, CheckoutScreenProps, StatusScreen, StatusScreenProps};
use crate::status::{Status, Tracking};
use crate::text::Text;

/// One live instance. Dropped, from JavaScript by `free()`, it ends and leaves nothing behind.
#[wasm_bindgen]
pub struct Mounted {
    host: Host,
    /// The view with its signals.
    view: Option<Box<dyn Any>>,
    checkout: Option<Checkout>,
}

#[wasm_bindgen]
impl Mounted {
    /// The site asks for something else, in the spelling of a query. What the buyer has changed stays.
    pub fn ask(&self, query: &str) {
        if let Some(checkout) = self.checkout {
            let page_data = checkout.settings.with_untracked(|settings| PageData {
                mode: settings.mode,
                locked: settings.locked.clone(),
                shop_url: settings.shop_url.clone(),
                ..PageData::default()
            });
            checkout.asked_anew(linked(query, &page_data));
        }
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.host.end();
        self.view = None;
    }
}

/// Takes a mount point over from what was served in it: on the proxy's own page or in an element of somebody else's.
/// `options` are those of [`Host::new`].
///
/// The language is that of the surroundings; the data blocks `page-data` and `sentences` stand beside the mount point.
#[wasm_bindgen]
pub fn mount(mount_point: MountPoint, options: &JsValue) -> Mounted {
    let host = Host::new(mount_point, options);
    // On a static host, and when it cannot be read, the app asks for the products instead.
    let page_data = json::parse(&host.block("page-data")).unwrap_or_default();
    let speech = speech(&host, &host.block("sentences"));
    take_over(host, page_data, speech)
}

/// How the surroundings speak, with the words of a table of sentences.
#[must_use]
pub fn speech(host: &Host, sentences: &str) -> Speech {
    let language = host.attribute_around("lang").filter(|language| !language.is_empty());
    Speech {
        language: language.unwrap_or_else(|| "en".to_owned()),
        is_right_to_left: host.attribute_around("dir").is_some_and(|direction| direction == "rtl"),
        browser_language: page::browser_language(),
        words: json::table(sentences).map(|table| -> Dictionary { Box::new(table) }),
        ..Speech::default()
    }
}

/// Replaces what was served in the mount point by the app, with the typed values, the focus and the caret.
///
/// It is the status screen when the address is a return from Creem, else the checkout: one or the other for its whole
/// life, so that no view has to hold both.
#[must_use]
pub fn take_over(host: Host, page_data: PageData, speech: Speech) -> Mounted {
    let Some(mount_point) = host.mount_point().cloned() else { return Mounted { host, view: None, checkout: None } };
    let settings = linked(host.query(), &page_data);
    if let Some(theme) = settings.link.get(Parameter::Theme) {
        host.set_theme(theme);
    }
    if let Some(returned) = Returned::parse(host.query()) {
        let tracking = Tracking::new(returned, &page_data);
        mount_point.set_text_content(None);
        let instance = host.clone();
        let view = shown(
            mount_point,
            Box::new(move || {
                language::speak(speech);
                say_around(&instance, &page_data);
                let is_embedded = !instance.is_page();
                let status = Status::new(instance, tracking);
                status.begin();
                let locale = settings.locale().map(str::to_owned);
                StatusScreen(StatusScreenProps { status, locale, shop_url: settings.shop_url, here: None, is_embedded })
            }),
        );
        return Mounted { host, view: Some(view), checkout: None };
    }
    let mut draft = Draft::new(&settings);
    if let Some(kept) = kept_draft(&host) {
        draft.take_lines(&kept);
    }
    // What the buyer has changed in the served form counts, even where it was emptied.
    draft.take_fields(&|field| match field {
        Field::Product => host.chosen(field.name()),
        Field::Consent => host.ticked(field.name()),
        Field::Units | Field::DiscountCode | Field::Email => host.typed(field.name()),
    });
    let place = host.place();
    let unfolded = host.unfolded();
    mount_point.set_text_content(None);
    let made = Rc::new(Cell::new(None));
    let view = {
        let (instance, made) = (host.clone(), Rc::clone(&made));
        shown(
            mount_point,
            Box::new(move || {
                language::speak(speech);
                say_around(&instance, &page_data);
                let (base, is_embedded) = (instance.base().to_owned(), !instance.is_page());
                let checkout = Checkout::new(instance, settings, draft, &page_data, false);
                made.set(Some(checkout));
                checkout.begin();
                checkout.tell_price();
                navigation::on_left(move || checkout.keep_edits());
                navigation::on_restored(move || checkout.came_back());
                navigation::on_connection(move || checkout.connection_changed());
                CheckoutScreen(CheckoutScreenProps { checkout, base, is_embedded, unseen: Vec::new() })
            }),
        )
    };
    for id in &unfolded {
        host.unfold(id);
    }
    if let Some(place) = place {
        host.return_to(&place);
    }
    Mounted { host, view: Some(view), checkout: made.get() }
}

/// Shows a screen in the mount point until what is returned is dropped.
fn shown(mount_point: MountPoint, screen: Box<dyn FnOnce() -> Node>) -> Box<dyn Any> {
    Box::new(mount_to(mount_point, screen))
}

/// What is asked for, with the link's questions in the browser's own reading.
fn linked(query: &str, page_data: &PageData) -> Settings {
    let mut settings = Settings::resolve(Link::parse(query), page_data);
    if let Some(questions) = settings.link.get(Parameter::CustomFields).and_then(json::parse::<Vec<_>>) {
        if questions.is_empty() {
            settings.link.set(Parameter::CustomFields, "");
        }
        settings.questions = questions;
    }
    settings
}

/// Translates what stands around the mount point of a page.
fn say_around(host: &Host, page_data: &PageData) {
    if !language::is_translated() {
        return;
    }
    // A page that was served has its title, which is the product's name where there is one.
    if page_data.products.is_empty() {
        host.set_title(&Text::Checkout.say());
    }
    host.set_text("merchant-notice", &Text::Merchant.say());
    match page_data.mode {
        PageMode::Live => {}
        PageMode::Test => host.set_text("mode-notice", &Text::TestMode.say()),
        PageMode::Sandbox => host.set_text("mode-notice", &Text::Sandbox.say()),
    }
}
