//! What went wrong with the order as a whole, at the form's top, with the way on.

use leptos::prelude::*;

use super::live::IS_SERVED;
use super::node::{Node, node};
use crate::api::Recovery;
use crate::checkout::{Checkout, recovery};
use crate::submit::Failure;
use crate::text::Text;

/// The notice of a failed attempt. A failure of one field is said there instead, and of a form that came back without
/// scripts there too.
#[component]
pub fn FormNotice(
    /// The checkout whose attempt may have failed.
    checkout: Checkout,
) -> Node {
    let is_here = move |failure: &Failure| checkout.came_back || !matches!(recovery(failure), Recovery::Fix(_));
    let failure = move || checkout.failure().filter(is_here);
    let action = move || failure().as_ref().and_then(action);
    let trace_id = move || failure().as_ref().and_then(trace_id).unwrap_or_default();
    let to_shop = move || {
        let is_of_link = failure().is_some_and(|failure| recovery(&failure) == Recovery::NewLink);
        checkout.settings.with_untracked(|settings| settings.shop_url.clone()).filter(|_| is_of_link)
    };
    let trace = node("p", "notice__trace").while_it("hidden", Box::new(move || trace_id().is_empty())).holding([
        node("span", "").text([&Text::ErrorReference.say(), " "].concat()),
        node("code", "").with("translate", "no").said(Box::new(trace_id)),
    ]);
    let again = node("button", "button")
        .with("id", "form-error-action")
        .with("type", "button")
        .while_it("hidden", Box::new(move || IS_SERVED || action().is_none()))
        .said(Box::new(move || action().map(Text::say).unwrap_or_default()))
        .pressed(Box::new(move || checkout.press()));
    let away = node("a", "button")
        .following("href", Box::new(to_shop))
        .while_it("hidden", Box::new(move || to_shop().is_none()))
        .text(Text::BackToShop.say());
    let words = move || failure().map(|failure| checkout.words_for(&failure)).unwrap_or_default();
    node("div", "notice")
        .with("id", "form-error")
        .with("role", "alert")
        .with("tabindex", "-1")
        .while_it("hidden", Box::new(move || failure().is_none()))
        .holding([node("p", "notice__text").said(Box::new(words)), trace, again, away])
}

fn action(failure: &Failure) -> Option<Text> {
    match recovery(failure) {
        Recovery::TryAgain => Some(Text::TryAgain),
        Recovery::Fix(_) | Recovery::ChooseAnother | Recovery::NewLink | Recovery::TellMerchant => None,
    }
}

/// The number to tell the merchant, where that is all the buyer can do.
fn trace_id(failure: &Failure) -> Option<String> {
    match failure {
        Failure::Call(error) if error.recovery() == Recovery::TellMerchant => error.trace_id().map(str::to_owned),
        Failure::Call(_) | Failure::UnsafeAddress => None,
    }
}
