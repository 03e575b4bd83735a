//! One checkout: its signals, and what happens to them when the buyer types, chooses and presses.
//!
//! The rules are in `draft`, `quote` and `submit`; this is where they meet the calls. Everything lives as long as
//! the page does, so that an answer never comes to a signal that is gone.

use leptos::prelude::*;
use wire::{ErrorDetail, Money, PageData, Product, first_choice, words};

use crate::api::{self, ApiError, Recovery};
use crate::browser::{clock, focus, money, navigation, random, storage, task};
use crate::draft::{Draft, Field};
use crate::order;
use crate::quote::{self, CodeToSend, Price, QuoteDesk, REST_MS};
use crate::settings::Settings;
use crate::submit::{Attempt, Failure, Phase, Press, QUIET_MS, Submission};
use crate::text::{self, Here};

/// Where the tab remembers the last attempt: its key on the first line, its body after it.
pub const ATTEMPT: &str = "creem-checkout.attempt";

/// Where the tab remembers what was typed: the address's query on the first line, the draft after it.
const DRAFT: &str = "creem-checkout.draft";

/// The products, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// What the page was asked for.
    pub settings: StoredValue<Settings>,
    /// The products.
    pub catalog: RwSignal<Catalog>,
    /// What the buyer typed.
    pub draft: RwSignal<Draft>,
    /// The price and the code.
    pub desk: RwSignal<QuoteDesk>,
    /// The order's progress.
    pub submission: RwSignal<Submission>,
    /// Whether the browser knows that it has no connection.
    pub offline: RwSignal<bool>,
}

impl Checkout {
    /// A checkout with what the page brought along. Without products they are asked for.
    #[must_use]
    pub fn new(settings: Settings, draft: Draft, page_data: &PageData) -> Self {
        let checkout = Self {
            settings: StoredValue::new(settings),
            catalog: RwSignal::new(Catalog::Loading),
            draft: RwSignal::new(draft),
            desk: RwSignal::new(QuoteDesk::default()),
            submission: RwSignal::new(Submission::resume(remembered_attempt())),
            offline: RwSignal::new(navigation::is_offline()),
        };
        if page_data.products.is_empty() {
            checkout.load_products();
        } else {
            checkout.show_products(page_data.products.clone());
        }
        let shown = |error: &&ErrorDetail| checkout.draft.with_untracked(|draft| draft.shows(error.code));
        if let Some(error) = page_data.error.as_ref().filter(|error| !shown(error)) {
            checkout.say_served(error);
        }
        checkout
    }

    /// Asks for the products.
    pub fn load_products(self) {
        self.catalog.set(Catalog::Loading);
        task::spawn(async move {
            match api::products().await {
                Ok(products) => self.show_products(products.items),
                Err(_) => self.catalog.set(Catalog::Failed),
            }
        });
    }

    fn show_products(self, products: Vec<Product>) {
        self.change(|draft| draft.choose_among(&products));
        self.catalog.set(Catalog::Ready(products));
    }

    /// The chosen product, once it is known.
    #[must_use]
    pub fn product(self) -> Option<Product> {
        let chosen = |product: &&Product| self.draft.with(|draft| draft.product_id == product.id.as_str());
        self.catalog.with(|catalog| match catalog {
            Catalog::Ready(products) => products.iter().find(chosen).cloned(),
            Catalog::Loading | Catalog::Failed => None,
        })
    }

    /// The amounts, once the product is known.
    #[must_use]
    pub fn price(self) -> Option<Price> {
        let product = self.product()?;
        Some(self.desk.with(|desk| desk.price(&product)))
    }

    /// An amount in the reader's notation.
    #[must_use]
    pub fn money(self, amount: Money) -> String {
        self.settings.with_value(|settings| money::format(amount, settings.locale()))
    }

    /// Whether a signed intent fixes this field.
    #[must_use]
    pub fn is_locked(self, name: &str) -> bool {
        self.settings.with_value(|settings| settings.locked.iter().any(|locked| locked == name))
    }

    /// What Creem's page will ask besides the usual: the link's questions, then the product's.
    #[must_use]
    pub fn asked(self) -> Option<String> {
        let of_product = self.product().map(|product| product.custom_fields).unwrap_or_default();
        self.settings.with_value(|settings| words::asked(&settings.questions, &of_product, &Here))
    }

    /// The buyer changes the draft. It is kept for a reload; before the buyer's first act nothing is.
    pub fn edit(self, change: impl FnOnce(&mut Draft)) {
        self.change(change);
        let lines = self.draft.with_untracked(Draft::to_lines);
        storage::write(DRAFT, &[navigation::query().as_str(), "\n", &lines].concat());
    }

    /// What was typed in an earlier load of the page with this query.
    #[must_use]
    pub fn kept_draft(query: &str) -> Option<String> {
        let kept = storage::read(DRAFT)?;
        let (kept_for, lines) = kept.split_once('\n')?;
        (kept_for == query).then(|| lines.to_owned())
    }

    /// Changes the draft; the price follows once the typing rests.
    fn change(self, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        let question = self.draft.with_untracked(Draft::question);
        if self.desk.with_untracked(|desk| desk.knows(&question)) {
            return;
        }
        if let Some(number) = self.desk.try_update(|desk| desk.ask(question)).flatten() {
            task::spawn(self.ask_price(number));
        }
    }

    async fn ask_price(self, number: u32) {
        clock::sleep(REST_MS).await;
        let question = self.desk.with_untracked(|desk| desk.current(number).cloned());
        if let Some(question) = question {
            let answer = api::quote(&question).await.ok();
            self.desk.update(|desk| desk.answered(number, answer));
        }
    }

    /// The buyer wants to pay, by the button, by Enter or by "try again".
    pub fn press(self) {
        if let Some(field) = self.draft.try_update(Draft::check).flatten() {
            self.focus(field);
            return;
        }
        if navigation::is_offline() {
            self.submission.update(Submission::refuse_offline);
            task::spawn(self.show_failure());
            return;
        }
        let code = self.desk.with_untracked(QuoteDesk::code_to_send);
        self.send(code);
    }

    fn send(self, code: CodeToSend) {
        let sent_code = match &code {
            CodeToSend::Nothing => None,
            CodeToSend::Promised(code) | CodeToSend::Hopeful(code) => Some(code.clone()),
        };
        let body = self.settings.with_value(|settings| {
            self.draft.with_untracked(|draft| order::body(settings, draft, sent_code.as_deref()))
        });
        match self.submission.try_update(|submission| submission.press(body, random::key)) {
            Some(Press::Send(attempt)) => task::spawn(self.attempt(attempt, code)),
            Some(Press::GoTo(address)) => self.leave(&address),
            Some(Press::Nothing) | None => {}
        }
    }

    async fn attempt(self, attempt: Attempt, code: CodeToSend) {
        storage::write(ATTEMPT, &[attempt.key.as_str(), "\n", attempt.body.as_str()].concat());
        let number = self.submission.with_untracked(Submission::number);
        task::spawn(async move {
            clock::sleep(QUIET_MS).await;
            self.submission.update(|submission| submission.slow(number));
        });
        let answer = api::create_checkout(&attempt.key, &attempt.body).await;
        if let Err(ApiError::Rejected(detail)) = &answer
            && let Some(outcome) = quote::outcome_of(detail.code)
        {
            self.submission.update(Submission::reopen);
            match code {
                CodeToSend::Hopeful(_) => self.send(CodeToSend::Nothing),
                CodeToSend::Promised(_) | CodeToSend::Nothing => {
                    self.desk.update(|desk| desk.refused(outcome));
                    self.focus(Field::DiscountCode);
                }
            }
            return;
        }
        match self.submission.try_update(|submission| submission.answered(answer)).flatten() {
            Some(address) => self.leave(&address),
            None => self.show_failure().await,
        }
    }

    async fn show_failure(self) {
        // The notice has to be in the page before it can take the focus.
        clock::sleep(0).await;
        self.focus_failure();
    }

    fn leave(self, address: &str) {
        self.settings.with_value(|settings| navigation::go_to(&settings.pass_on(address)));
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
            Phase::Ready | Phase::Sending { .. } | Phase::Leaving(_) => self
                .settings
                .with_value(|settings| settings.fault.clone().map(|fault| Failure::Call(ApiError::Rejected(fault)))),
        })
    }

    /// The words for a failure; where the person who integrates reads them, with the proxy's own behind them.
    #[must_use]
    pub fn words_for(self, failure: &Failure) -> String {
        let words = text::failure(failure);
        match failure {
            Failure::Call(ApiError::Rejected(detail)) => {
                let is_explained = self.settings.with_value(|settings| detail.code.is_explained(settings.mode));
                if is_explained { [&words, " (", &detail.message, ")"].concat() } else { words }
            }
            Failure::Call(_) | Failure::UnsafeAddress => words,
        }
    }

    /// The failure that belongs to `field`, if the last attempt failed because of it.
    #[must_use]
    pub fn refused(self, field: Field) -> bool {
        self.failure().is_some_and(|failure| recovery(&failure) == Recovery::Fix(field))
    }

    /// Says again what the proxy wrote into the served form when a press without scripts came back.
    fn say_served(self, error: &ErrorDetail) {
        let failure = Err(ApiError::Rejected(error.clone()));
        self.submission.update(|submission| drop(submission.answered(failure)));
    }

    fn focus_failure(self) {
        match self.failure().as_ref().map(recovery) {
            Some(Recovery::Fix(field)) => self.focus(field),
            Some(Recovery::TryAgain | Recovery::StartOver) => focus::focus("form-error-action"),
            Some(Recovery::TellMerchant) => focus::focus("form-error"),
            None => {}
        }
    }

    fn focus(self, field: Field) {
        match field {
            Field::Product => {
                let product = self.catalog.with_untracked(|catalog| match catalog {
                    Catalog::Ready(products) => {
                        let chosen = self.draft.with_untracked(|draft| draft.product_id.clone());
                        first_choice(products, &chosen).map(|product| ["product-", product.id.as_str()].concat())
                    }
                    Catalog::Loading | Catalog::Failed => None,
                });
                focus::focus(&product.unwrap_or_default());
            }
            Field::Units | Field::DiscountCode | Field::Email => focus::focus(field.element_id()),
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

fn remembered_attempt() -> Option<Attempt> {
    let entry = storage::read(ATTEMPT)?;
    let (key, body) = entry.split_once('\n')?;
    Some(Attempt { key: key.to_owned(), body: body.to_owned() })
}
