//! One offer: a product as a card, or the plans of one with its name once.

use wire::{Field, Money, Product, plans};

use super::node::{Node, node};
use crate::checkout::Checkout;
use crate::notation;
use crate::signal::Live;
use crate::text::{self, Text};

/// Among others, a description of more bytes than these is cut at a space before them: about six lines on a phone.
const CUT_AT: usize = 240;

/// A rest of fewer bytes than these is no rest.
const WORTH_MORE: usize = 60;

/// How an offer stands among the others.
#[derive(Clone, Copy)]
pub struct Look {
    /// Nothing else is for sale, so that there is nothing to choose.
    pub is_single: bool,
    /// It is what the page is about.
    pub is_alone: bool,
}

/// An offer, and what unfolds the rest of its description. What the buyer looks for by typing hides the others, but never
/// what is chosen.
pub fn offer(checkout: Checkout, products: &[&Product], look: Look, wanted: Live<String>) -> Node {
    let first = products[0];
    let name = notation::folded(&first.name);
    let ids: Vec<String> = products.iter().map(|product| product.id.as_str().to_owned()).collect();
    let (beginning, rest) = shown(first, look);
    let mut more = more(first, rest);
    let offer = if let [product] = products {
        card(checkout, product, look, &[])
    } else {
        let plan = Look { is_single: false, is_alone: false };
        let plans = products.iter().map(|product| card(checkout, product, plan, products));
        let id = ["offer-", first.id.as_str()].concat();
        let body = [said("product-card__name", &id, "-name", first.name.clone()), description(&id, beginning, rest)];
        node("div", "product-plans")
            .with("role", "group")
            .with("aria-labelledby", [&id, "-name"].concat())
            .holding(picture(first))
            .holding([node("span", "product-card__body").holding(body)])
            .holding(more.take())
            .holding([node("div", "product-plans__choices").holding(plans)])
    };
    let unwanted = move || {
        wanted.with(|wanted| !notation::holds(&name, wanted)) && !checkout.chosen.with(|chosen| ids.contains(chosen))
    };
    let offer = offer
        .with("part", "product")
        .with("data-alone", look.is_alone.to_string())
        .while_it("hidden", Box::new(unwanted));
    match more {
        Some(more) => node("div", "product-long").holding([offer, more]),
        None => offer,
    }
}

/// A product, or one of the plans of its offer, whose description stands above them.
fn card(checkout: Checkout, product: &Product, look: Look, plan_of: &[&Product]) -> Node {
    let is_plan = !plan_of.is_empty();
    let id = ["product-", product.id.as_str()].concat();
    let amount = if product.price == 0 { Text::Free.say() } else { checkout.money(product.unit_price()) };
    let saving = plans::saving_percent(product, plan_of).map(text::saving);
    let monthly = plans::monthly(product).filter(|_| is_plan);
    let monthly = monthly.map(|amount_minor| checkout.money(Money { amount_minor, ..product.unit_price() }));
    let is_chosen = checkout.draft.with_untracked(|draft| draft.product_id == product.id.as_str());
    // Called by what tells it from the others; everything else in the card is heard after that.
    let choice = node("input", "")
        .with("type", if look.is_single { "hidden" } else { "radio" })
        .with("name", Field::Product.name())
        .with("id", &id)
        .with("value", product.id.as_str())
        .when(!look.is_single, "required")
        .when(!look.is_single && is_chosen, "checked")
        .with("aria-labelledby", [&id, "-name ", &id, "-amount ", &id, "-period"].concat())
        .with("aria-describedby", [&id, "-saving ", &id, "-text ", &id, "-trial ", &id, "-monthly"].concat());
    let name = if is_plan { text::plan_name(product) } else { product.name.clone() };
    let (beginning, rest) = if is_plan { ("", "") } else { shown(product, look) };
    let saving = product.badge.clone().or(saving).unwrap_or_default();
    let monthly = monthly.map(|amount| text::monthly(&amount)).unwrap_or_default();
    node("label", if is_plan { "product-card product-card--plan" } else { "product-card" })
        .with("data-single", look.is_single.to_string())
        .holding([choice])
        .holding(picture(product).filter(|_| !is_plan))
        .holding([
            node("span", "product-card__body").holding([
                said("product-card__name", &id, "-name", name),
                said("product-card__saving", &id, "-saving", saving),
                description(&id, beginning, rest),
            ]),
            node("span", "product-card__price").holding([
                said("product-card__amount", &id, "-amount", amount).with("translate", "no"),
                said("product-card__period", &id, "-period", text::period(product).unwrap_or_default()),
                said("product-card__trial", &id, "-trial", checkout.trial(product).unwrap_or_default()),
                said("product-card__monthly", &id, "-monthly", monthly),
            ]),
        ])
}

/// The description as words, in two parts where it is long. What the page is about has all of it, as paragraphs below
/// where there is more than words.
fn shown(product: &Product, look: Look) -> (&str, &str) {
    if !look.is_alone {
        cut(&product.description)
    } else if product.description_html.is_empty() {
        (&product.description, "")
    } else {
        ("", "")
    }
}

fn description(id: &str, beginning: &str, rest: &str) -> Node {
    let rest = (!rest.is_empty()).then(|| node("span", "product-card__rest").text(rest));
    said("product-card__description", id, "-text", beginning.to_owned()).holding(rest)
}

/// What unfolds the rest where it stands; it holds nothing itself.
fn more(product: &Product, rest: &str) -> Option<Node> {
    let of_what = node("span", "unseen").text([" · ", &product.name].concat());
    let fold = node("summary", "fold").text(Text::More.say()).holding([of_what]);
    let id = ["more-", product.id.as_str()].concat();
    (!rest.is_empty()).then(|| node("details", "product-more").with("id", id).holding([fold]))
}

/// Cuts what is long between two words, or two characters where there is no space.
fn cut(words: &str) -> (&str, &str) {
    if words.len() < CUT_AT + WORTH_MORE {
        return (words, "");
    }
    let is_space = |at: &usize| words.as_bytes().get(*at).is_some_and(u8::is_ascii_whitespace);
    let space = (CUT_AT / 2..CUT_AT).rev().find(is_space);
    let at = space.or_else(|| (0..CUT_AT).rev().find(|at| words.is_char_boundary(*at)));
    at.and_then(|at| words.split_at_checked(at)).unwrap_or((words, ""))
}

fn said(class: &'static str, id: &str, part: &str, words: String) -> Node {
    node("span", class).with("id", [id, part].concat()).when(words.is_empty(), "hidden").text(words)
}

/// A picture that does not come keeps its room.
fn picture(product: &Product) -> Option<Node> {
    let address = product.image_url.as_ref()?;
    let picture = node("img", "product-card__picture").with("alt", "").with("loading", "lazy");
    Some(picture.with("width", "64").with("height", "48").with("src", address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_description_is_cut_between_words_and_loses_none() {
        let words = "Twelve evenings of painting what you see. ".repeat(8);
        let (beginning, rest) = cut(&words);
        assert!(beginning.len() <= CUT_AT && rest.starts_with(' '), "{beginning:?}");
        assert_eq!([beginning, rest].concat(), words);
        let without_spaces = "窓辺の水彩画".repeat(20);
        let (beginning, rest) = cut(&without_spaces);
        assert_eq!(beginning.chars().count(), CUT_AT / 3 - 1);
        assert_eq!([beginning, rest].concat(), without_spaces);
    }

    #[test]
    fn a_few_words_more_are_no_reason_to_unfold_them() {
        let words = "x".repeat(CUT_AT + WORTH_MORE - 1);
        assert_eq!(cut(&words), (words.as_str(), ""));
    }
}
