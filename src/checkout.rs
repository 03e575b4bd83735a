//! One checkout: its signals, and what happens to them when the buyer types, chooses and presses.
//!
//! The rules are in `draft`, `quote` and `submit`; this is where they meet the calls, those of a press in `press`.
//! What is under way ends with the instance, so that an answer never comes to a signal that is gone.

mod keeping;
mod press;

use wasm_bindgen::JsValue;
use wire::{Date, ErrorDetail, Field, Money, PageData, Product};

use keeping::kept_attempt;
pub(crate) use keeping::kept_draft;

use crate::api::{Api, ApiError, Recovery};
use crate::form::draft::Draft;
use crate::form::quote::{self, DEBOUNCE_MS, Price, QuoteDesk};
use crate::form::settings::Settings;
use crate::host::{Host, clock, navigation};
use crate::notation;
use crate::signal::{Live, followed};
use crate::submit::{Failure, Phase, Submission};
use crate::text::{self, Text};

/// The products, as far as they are known.
#[derive(Clone, Debug)]
pub enum Catalog {
    /// Being asked for.
    Loading,
    /// What can be bought.
    Ready(Vec<Product>),
    /// Could not be loaded.
    Failed,
}

/// A handle to one checkout; copies are the same checkout.
#[derive(Clone, Copy)]
pub struct Checkout {
    host: Live<Host>,
    /// What the page was asked for.
    pub settings: Live<Settings>,
    /// The products.
    pub catalog: Live<Catalog>,
    /// What the buyer typed. Whoever only follows the choice follows `chosen`.
    pub draft: Live<Draft>,
    /// The draft's product, apart: what shows prices is not drawn anew for the keys of another field.
    pub chosen: Live<String>,
    /// How often the draft was edited and not kept yet.
    unkept: Live<u32>,
    /// The price and the code.
    pub desk: Live<QuoteDesk>,
    /// The order's progress.
    pub submission: Live<Submission>,
    /// Whether the browser knows that it has no connection.
    pub offline: Live<bool>,
    /// Whether the form came back from a press without scripts: what is wrong with it is then said at its top as well.
    pub came_back: bool,
}

impl Checkout {
    /// A checkout with what the page brought along, in which nothing is under way: it can be drawn without a browser.
    #[must_use]
    pub fn new(host: Host, settings: Settings, mut draft: Draft, page_data: &PageData, came_back: bool) -> Self {
        let attempt = kept_attempt(&host);
        if let Some(error) = &page_data.error {
            draft.refused(error.code);
        }
        let checkout = Self {
            host: Live::new(host),
            settings: Live::new(settings),
            catalog: Live::new(Catalog::Loading),
            chosen: Live::new(draft.product_id.clone()),
            draft: Live::new(draft),
            unkept: Live::new(0),
            desk: Live::new(QuoteDesk::default()),
            submission: Live::new(Submission::resume(attempt)),
            offline: Live::new(false),
            came_back,
        };
        if !page_data.products.is_empty() {
            checkout.show_products(page_data.products.clone());
        }
        let is_shown =
            |error: &ErrorDetail| !came_back && checkout.draft.with_untracked(|draft| draft.shows(error.code));
        if let Some(error) = page_data.error.as_ref().filter(|error| !is_shown(error)) {
            checkout.say_served(error, &page_data.values.discount_code);
        }
        checkout
    }

    /// What this instance stands in; nothing once it has ended.
    #[must_use]
    pub fn host(self) -> Host {
        self.host.try_with_untracked(Host::clone).unwrap_or_default()
    }

    /// Runs a future until it is done or the instance ends.
    fn spawn(self, future: impl Future<Output = ()> + 'static) {
        self.host().spawn(future);
    }

    /// Comes to life in a browser, and asks for what the page did not bring along.
    pub fn begin(self) {
        self.offline.set(navigation::is_offline());
        if self.catalog.with_untracked(|catalog| matches!(catalog, Catalog::Loading)) {
            self.load_products();
        } else {
            self.ask_at_rest(self.desk.with_untracked(QuoteDesk::number));
        }
    }

    /// Tells the site around each time the price is another.
    pub fn tell_price(self) {
        let host = self.host();
        if host.is_page() {
            return;
        }
        let mut told = String::new();
        let telling = followed(Box::new(move || {
            let Some(price) = self.price() else { return };
            let product_id = price.product.id.as_str();
            let amounts = [price.subtotal, price.discount, price.total].map(|money| money.amount_minor);
            let now = amounts.iter().fold(product_id.to_owned(), |now, amount| now + " " + &amount.to_string());
            if now != told {
                #[expect(clippy::cast_precision_loss, reason = "amounts stay far below 2^53 minor units")]
                let [subtotal, discount, total] = amounts.map(|amount| JsValue::from_f64(amount as f64));
                let detail = [
                    ("product_id", product_id.into()),
                    ("currency", price.total.currency.as_str().into()),
                    ("subtotal", subtotal),
                    ("discount", discount),
                    ("total", total),
                ];
                self.host().emit("quote", &detail);
                told = now;
            }
        }));
        host.at_end(move || drop(telling));
    }

    /// Asks for the products.
    pub fn load_products(self) {
        self.catalog.set(Catalog::Loading);
        self.spawn(async move {
            match Api::of(&self.host()).products().await {
                Ok(products) => {
                    if let Some(number) = self.show_products(products.items) {
                        self.ask_at_rest(number);
                    }
                }
                Err(_) => self.catalog.set(Catalog::Failed),
            }
        });
    }

    /// Takes the products, and answers the number of the question that comes with the choice among them, if there is one.
    fn show_products(self, products: Vec<Product>) -> Option<u32> {
        self.update_draft(|draft| draft.choose_among(&products));
        self.catalog.set(Catalog::Ready(products));
        self.desk.try_update(|desk| desk.ask(self.draft.with_untracked(Draft::question))).flatten()
    }

    /// The chosen product, once it is known.
    #[must_use]
    pub fn product(self) -> Option<Product> {
        let chosen = |product: &&Product| self.chosen.with(|chosen| chosen == product.id.as_str());
        self.catalog.with(|catalog| match catalog {
            Catalog::Ready(products) => products.iter().find(chosen).cloned(),
            Catalog::Loading | Catalog::Failed => None,
        })
    }

    /// Whether there is something to choose from.
    #[must_use]
    pub fn offers_a_choice(self) -> bool {
        self.catalog.with(|catalog| matches!(catalog, Catalog::Ready(products) if !products.is_empty()))
    }

    /// The amounts, once the product is known.
    #[must_use]
    pub fn price(self) -> Option<Price> {
        let product = self.product()?;
        Some(self.desk.with(|desk| desk.price(product, notation::today())))
    }

    /// What the button says while nothing is under way.
    #[must_use]
    pub fn pay(self) -> Text {
        self.price().map_or(Text::Pay, |price| text::pay(&price.product, &price.due))
    }

    /// An amount in the reader's notation.
    #[must_use]
    pub fn money(self, amount: Money) -> String {
        self.settings.with_untracked(|settings| notation::money(amount, settings.locale()))
    }

    /// A day in the reader's notation.
    #[must_use]
    pub fn day(self, date: Date) -> String {
        self.settings.with_untracked(|settings| notation::day(date, settings.locale()))
    }

    /// Whether a signed intent fixes this field.
    #[must_use]
    pub fn is_locked(self, field: Field) -> bool {
        self.settings.with_untracked(|settings| settings.locked.iter().any(|locked| locked == field.name()))
    }

    /// What Creem's page will ask besides the usual: the link's questions, then the product's.
    #[must_use]
    pub fn asked(self) -> Option<String> {
        let of_product = self.product().map(|product| product.custom_fields).unwrap_or_default();
        self.settings.with_untracked(|settings| text::asked(&settings.questions, &of_product))
    }

    /// The site around asks for something else. What the buyer has changed stays as it is.
    pub fn asked_anew(self, settings: Settings) {
        let mut before = self.settings.with_untracked(Draft::new);
        self.catalog.with_untracked(|catalog| {
            if let Catalog::Ready(products) = catalog {
                before.choose_among(products);
            }
        });
        let asked = Draft::new(&settings);
        self.settings.set(settings);
        self.change(|draft| draft.follow(&before, &asked));
        // What is offered first is drawn anew.
        self.catalog.update(|_| {});
        // A press that still waits was for the order as it was.
        if self.submission.with_untracked(Submission::is_judging) {
            self.submission.update(Submission::reopen);
        }
    }

    /// The buyer changes the draft. It is kept for a reload once the typing rests; before the buyer's first act nothing
    /// is.
    pub fn edit(self, change: impl FnOnce(&mut Draft)) {
        let before = self.draft.get_untracked();
        self.change(change);
        self.keep_at_rest();
        if self.draft.with_untracked(|draft| draft.orders_the_same(&before)) {
            return;
        }
        // Who goes on in the form has seen what became of the code.
        self.tell_of_code();
        // A press that still waits was for the order as it was.
        if self.submission.with_untracked(Submission::is_judging) {
            self.submission.update(Submission::reopen);
        }
    }

    /// From now on a code that was refused is no news to the buyer. Whether it was before is returned.
    fn tell_of_code(self) -> bool {
        let is_news = self.desk.with_untracked(QuoteDesk::has_news);
        if is_news {
            self.desk.update(QuoteDesk::tell);
        }
        is_news
    }

    fn update_draft(self, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        let product_id = self.draft.with_untracked(|draft| draft.product_id.clone());
        if self.chosen.with_untracked(|chosen| *chosen != product_id) {
            self.chosen.set(product_id);
        }
    }

    /// Changes the draft; the price follows once the typing rests.
    fn change(self, change: impl FnOnce(&mut Draft)) {
        self.update_draft(change);
        let question = self.draft.with_untracked(Draft::question);
        if self.desk.with_untracked(|desk| desk.knows(&question)) {
            return;
        }
        if let Some(number) = self.desk.try_update(|desk| desk.ask(question)).flatten() {
            self.ask_at_rest(number);
        }
        self.go_on_if_judged();
    }

    /// Asks for the price once the typing rests.
    fn ask_at_rest(self, number: u32) {
        self.spawn(async move {
            clock::sleep(DEBOUNCE_MS).await;
            self.ask_price(number).await;
        });
    }

    /// Asks for the price that is still to be asked for, if it is, and tells a press that waits for it.
    async fn ask_price(self, number: u32) {
        if let Some(question) = self.desk.try_update(|desk| desk.take(number)).flatten() {
            let answer = Api::of(&self.host()).quote(&question).await.ok();
            self.desk.update(|desk| desk.answered(number, answer));
            self.go_on_if_judged();
        }
    }

    /// The connection was lost or found again. What failed for want of one is forgotten when it is back.
    pub fn connection_changed(self) {
        let offline = navigation::is_offline();
        self.offline.set(offline);
        if !offline && self.failure() == Some(Failure::Call(ApiError::Offline)) {
            self.submission.update(Submission::reopen);
        }
    }

    /// The browser brought the page back from its cache.
    pub fn came_back(self) {
        self.submission.update(Submission::reopen);
    }

    /// Why the last attempt failed, if it did; else why every attempt will, if the link is wrong.
    #[must_use]
    pub fn failure(self) -> Option<Failure> {
        self.submission.with(|submission| match submission.phase() {
            Phase::Failed(failure) => Some(failure.clone()),
            Phase::Ready | Phase::Judging { .. } | Phase::Sending { .. } | Phase::Leaving(_) => {
                self.settings.with_untracked(|settings| {
                    settings.fault.clone().map(|fault| Failure::Call(ApiError::Rejected(fault)))
                })
            }
        })
    }

    /// The words for a failure; where the person who integrates reads them, with the proxy's own behind them.
    #[must_use]
    pub fn words_for(self, failure: &Failure) -> String {
        let words = text::failure(failure);
        match failure {
            Failure::Call(ApiError::Rejected(detail)) => {
                let is_explained = self.settings.with_untracked(|settings| detail.code.is_explained(settings.mode));
                if is_explained { [&words, " (", &detail.message, ")"].concat() } else { words }
            }
            Failure::Call(_) | Failure::UnsafeAddress => words,
        }
    }

    /// Whether the last attempt failed because of `field`.
    #[must_use]
    pub fn refused(self, field: Field) -> bool {
        self.failure().is_some_and(|failure| recovery(&failure) == Recovery::Fix(field))
    }

    /// Says again what the proxy wrote into the served form when a press without scripts came back. A code that was
    /// refused there has held the buyer once, if it is still the one in the field.
    fn say_served(self, error: &ErrorDetail, served_code: &str) {
        let is_same = self.draft.with_untracked(|draft| draft.discount_code.trim() == served_code.trim());
        match quote::outcome_of(error.code) {
            Some(outcome) if is_same => self.desk.update(|desk| desk.refused(outcome)),
            Some(_) => return,
            None => {}
        }
        if self.came_back || quote::outcome_of(error.code).is_none() {
            let failure = Err(ApiError::Rejected(error.clone()));
            self.submission.update(|submission| drop(submission.answered(failure)));
        }
    }

    fn focus_failure(self) {
        match self.failure().as_ref().map(recovery) {
            Some(Recovery::Fix(field)) => self.focus(field),
            Some(Recovery::TryAgain) => self.host().focus("form-error-action"),
            Some(Recovery::ChooseAnother | Recovery::NewLink | Recovery::TellMerchant) => {
                self.host().focus("form-error")
            }
            None => {}
        }
    }

    /// Gives the focus to a field.
    pub fn focus(self, field: Field) {
        match field {
            Field::Product => self.host().focus_choice(field.name()),
            Field::Units | Field::DiscountCode | Field::Email | Field::Consent => self.host().focus(field.name()),
        }
    }
}

/// What the buyer can do about a failed attempt.
#[must_use]
pub fn recovery(failure: &Failure) -> Recovery {
    match failure {
        Failure::Call(error) => error.recovery(),
        Failure::UnsafeAddress => Recovery::TellMerchant,
    }
}
