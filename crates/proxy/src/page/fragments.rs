//! The pieces of HTML that are written into the page. Everything in them is escaped.

use maud::{Markup, html};
use wire::{BillingPeriod, IntervalUnit, Money, Payment, Product, Returned, StatusScreen};

/// The choices of the product fieldset, with one of them chosen.
pub(super) fn product_cards(products: &[Product], chosen: &str) -> Markup {
    let chosen = products.iter().position(|product| product.id.as_str() == chosen).unwrap_or(0);
    html! {
        @for (i, product) in products.iter().enumerate() {
            label.product-card {
                input #{ "product-" (product.id) } type="radio" name="product_id" value=(product.id) required
                    checked[i == chosen];
                span.product-card__body {
                    span.product-card__name { (product.name) }
                    @if !product.description.is_empty() {
                        span.product-card__description { (product.description) }
                    }
                }
                span.product-card__price {
                    span.product-card__amount { (product.unit_price().plain()) }
                    @if let Some(period) = period(product) {
                        span.product-card__period { (period) }
                    }
                }
            }
        }
    }
}

/// What travels with the form unseen.
pub(super) fn hidden_inputs(pairs: &[(String, String)]) -> Markup {
    html! {
        @for (name, value) in pairs {
            input type="hidden" name=(name) value=(value);
        }
    }
}

/// The status screen.
pub(super) fn status(screen: StatusScreen, payment: Option<&Payment>, returned: &Returned) -> Markup {
    let reference = payment.map(|payment| &payment.request_id).or(returned.request_id.as_ref());
    let amount =
        payment.and_then(|payment| Some(Money { amount_minor: payment.amount?, currency: payment.currency? }.plain()));
    let order = payment.and_then(|payment| payment.order_id.as_deref());
    html! {
        main.status data-payment-status=(screen.as_str()) {
            div.status__mark aria-hidden="true" {}
            h1.status__title { (screen.title()) }
            p.status__lead { (screen.lead()) }
            dl.status__details {
                @if let Some(reference) = reference {
                    div { dt { "Reference" } dd.status__reference { (reference) } }
                }
                @if let Some(amount) = amount {
                    div { dt { "Amount" } dd { (amount) } }
                }
                @if let Some(order) = order {
                    div { dt { "Order" } dd { (order) } }
                }
            }
            div.status__actions {
                @if screen.may_change() {
                    a.button href={ "?" (returned.query) } { "Check again" }
                } @else if screen == StatusScreen::Expired {
                    a.button href="./" { "Start again" }
                }
            }
        }
    }
}

/// How often a product is charged, in words; `None` for once.
fn period(product: &Product) -> Option<String> {
    let words = match product.billing_period {
        BillingPeriod::Once => return None,
        BillingPeriod::EveryDay => "per day",
        BillingPeriod::EveryMonth => "per month",
        BillingPeriod::EveryThreeMonths => "every 3 months",
        BillingPeriod::EverySixMonths => "every 6 months",
        BillingPeriod::EveryYear => "per year",
        BillingPeriod::Custom => return custom_period(product),
    };
    Some(words.to_owned())
}

fn custom_period(product: &Product) -> Option<String> {
    let unit = match product.recurring_interval? {
        IntervalUnit::Day => "day",
        IntervalUnit::Week => "week",
        IntervalUnit::Month => "month",
        IntervalUnit::Year => "year",
    };
    match product.recurring_interval_count.unwrap_or(1) {
        1 => Some(format!("per {unit}")),
        count => Some(format!("every {count} {unit}s")),
    }
}
