//! What the order costs before paying: today, and what and when after that.

use leptos::prelude::*;
use wire::Money;

use super::live::{self, IS_SERVED, LiveFlag};
use super::parts::Line;
use crate::checkout::Checkout;
use crate::quote::{CodeState, Price};
use crate::text::{self, Text};

/// What is due today, with the discount where there is one, what is charged later, and tax. It has room for all of
/// that from the beginning.
#[component]
pub fn PriceSummary(
    /// The checkout that is priced.
    checkout: Checkout,
) -> impl IntoView {
    let asking = move || !IS_SERVED && checkout.desk.with(|desk| desk.code() == CodeState::Asking);
    let line = |name: &'static str,
                label: Text,
                amount: fn(Checkout, Price) -> String,
                currency: fn(Checkout) -> String,
                hidden: LiveFlag| {
        let amount = move || match checkout.price() {
            Some(price) => amount(checkout, price),
            None => Text::NoAmount.say(),
        };
        // Once, where it decides: `$` alone is the sign of a dozen currencies.
        view! {
            <div class="price-summary__line" data-line=name hidden=hidden>
                <dt>
                    {label.say()} " "
                    <span class="price-summary__currency" translate="no">{live::said(move || currency(checkout))}</span>
                </dt>
                <dd translate="no">{live::said(amount)}</dd>
            </div>
        }
    };
    let whole = move || checkout.price().is_none_or(|price| price.discount.amount_minor == 0);
    view! {
        <div class="price-summary" aria-busy=live::text(move || asking().to_string())>
            <dl class="price-summary__lines">
                {line("subtotal", Text::Subtotal, |checkout, price| checkout.money(price.subtotal), |_| String::new(), live::flag(whole))}
                {line("discount", Text::Discount, discount, |_| String::new(), live::flag(whole))}
                {line("total", Text::DueToday, today, currency, live::fixed(false))}
            </dl>
            <Line
                class="price-summary__later"
                text=live::said(move || later(checkout).unwrap_or_default())
                hidden=live::fixed(false)
            />
            <Line
                class="price-summary__note"
                text=live::said(move || tax(checkout).unwrap_or_default())
                hidden=live::fixed(false)
            />
            {live::without_scripts("price-summary__note", || Text::PriceLater.say())}
        </div>
    }
}

fn discount(checkout: Checkout, price: Price) -> String {
    checkout.money(Money { amount_minor: -price.discount.amount_minor, ..price.discount })
}

fn today(checkout: Checkout, price: Price) -> String {
    if price.due.is_free() { Text::Free.say() } else { checkout.money(price.total) }
}

/// The currency of what is due; nothing where nothing ever is.
fn currency(checkout: Checkout) -> String {
    let price = checkout.price().filter(|price| !price.due.is_free());
    price.map(|price| price.total.currency.as_str().to_owned()).unwrap_or_default()
}

/// What is charged after today.
fn later(checkout: Checkout) -> Option<String> {
    let price = checkout.price()?;
    let money = |amount_minor| checkout.money(Money { amount_minor, ..price.total });
    Some(text::charges(&price.product, &price.due, &money, &|date| checkout.day(date)))
}

/// What the amounts say about tax; nothing where nothing is ever charged.
fn tax(checkout: Checkout) -> Option<String> {
    let price = checkout.price()?;
    (!price.due.is_free()).then(|| text::tax(price.product.tax_mode))
}
