//! The order: what was bought, what was charged, for whom and when, with what to quote and what to keep.

use wire::{Date, PaymentStatus, Product};

use super::live::{IS_SERVED, LiveFlag, LiveText};
use super::node::{Node, node};
use super::price_summary::{detail, item, item_name, row};
use crate::host::page;
use crate::notation;
use crate::signal::Live;
use crate::status::Tracking;
use crate::text::Text;

/// Something that is known of the payment, in words.
pub type Read = fn(&Tracking) -> Option<String>;

/// The facts of an order, each as soon as it is known; amounts and days as they are written in `locale`.
pub fn status_details(tracking: Live<Tracking>, locale: Option<String>) -> Node {
    let day_locale = locale.clone();
    let amount = move || tracking.with(Tracking::charged).map(|charged| notation::money(charged, locale.as_deref()));
    let day = move || {
        let moment = tracking.with(moment)?;
        let day = Date::parse(moment.get(..10)?).ok()?;
        Some(notation::day(day, day_locale.as_deref()))
    };
    let bought = item(
        Box::new(move || tracking.with(|tracking| product(tracking)?.image_url.clone())),
        words(tracking, name),
        words(tracking, |tracking| Some(detail(product(tracking)?, None))),
        Box::new(String::new),
    );
    let total =
        row("total", words(tracking, label), words(tracking, currency), Box::new(move || amount().unwrap_or_default()));
    let bought = bought.while_it("hidden", unknown(tracking, name));
    let total = total.while_it("hidden", unknown(tracking, currency));
    let facts = [
        fact(tracking, Text::Date, "", moment, Box::new(move || day().unwrap_or_default())),
        fact(tracking, Text::Email, "", email, words(tracking, email)),
        fact(tracking, Text::OrderNumber, "status__order", order, words(tracking, order)),
    ];
    node("div", "status__details").holding([
        node("dl", "price-summary").holding([bought, total]),
        to_keep(tracking, "status__keys", "status__key", Text::LicenseKey, license_keys),
        node("dl", "status__facts").holding(facts),
        to_keep(tracking, "status__fact", "status__reference", Text::Reference, reference),
    ])
}

/// Words to keep, with a button that copies them; without scripts only with its room.
fn to_keep(tracking: Live<Tracking>, class: &'static str, words_class: &'static str, label: Text, read: Read) -> Node {
    let copied = Live::new(false);
    let copy = move || {
        page::copy(&tracking.with_untracked(read).unwrap_or_default());
        copied.set(true);
    };
    let button = node("button", "button")
        .with("type", "button")
        .said(Box::new(move || if copied.get() { Text::Copied } else { Text::Copy }.say()))
        .pressed(Box::new(copy));
    node("div", class).while_it("hidden", unknown(tracking, read)).holding([
        node("span", "status__label").text(label.say()),
        node("span", words_class).with("translate", "no").said(words(tracking, read)),
        node("span", "status__copy").with("aria-live", "polite").when(IS_SERVED, "inert").holding([button]),
    ])
}

fn fact(tracking: Live<Tracking>, label: Text, class: &'static str, read: Read, words: LiveText) -> Node {
    node("div", "status__fact")
        .while_it("hidden", unknown(tracking, read))
        .holding([node("dt", "status__label").text(label.say()), node("dd", class).with("translate", "no").said(words)])
}

/// What is known, following it.
#[must_use]
pub fn words(tracking: Live<Tracking>, read: Read) -> LiveText {
    Box::new(move || tracking.with(read).unwrap_or_default())
}

/// Whether it is not known, following it.
#[must_use]
pub fn unknown(tracking: Live<Tracking>, read: Read) -> LiveFlag {
    Box::new(move || tracking.with(read).is_none())
}

fn product(tracking: &Tracking) -> Option<&Product> {
    tracking.receipt()?.product.as_ref()
}

fn name(tracking: &Tracking) -> Option<String> {
    Some(item_name(product(tracking)?, tracking.receipt()?.units))
}

fn label(tracking: &Tracking) -> Option<String> {
    let is_paid = tracking.payment()?.status == PaymentStatus::Paid;
    Some(if is_paid { Text::Paid } else { Text::Amount }.say())
}

fn currency(tracking: &Tracking) -> Option<String> {
    Some(tracking.charged()?.currency.as_str().to_owned())
}

fn moment(tracking: &Tracking) -> Option<String> {
    Some(tracking.payment()?.updated_at.clone())
}

fn email(tracking: &Tracking) -> Option<String> {
    tracking.receipt()?.email.clone()
}

fn order(tracking: &Tracking) -> Option<String> {
    tracking.payment()?.order_id.clone()
}

fn license_keys(tracking: &Tracking) -> Option<String> {
    let keys = tracking.receipt()?.license_keys.join("\n");
    (!keys.is_empty()).then_some(keys)
}

fn reference(tracking: &Tracking) -> Option<String> {
    tracking.reference().map(|id| id.as_str().to_owned())
}
