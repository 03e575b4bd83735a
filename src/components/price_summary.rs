//! What the order costs before paying.

use leptos::prelude::*;
use wire::{DiscountDuration, Money, Product, words};

use super::live;
use super::parts::Line;
use crate::checkout::Checkout;
use crate::quote::{CodeState, Price};
use crate::text::{self, Here, Text};

/// Subtotal, discount, total, tax and renewal. Its height does not depend on which of them there are.
#[component]
pub fn PriceSummary(
    /// The checkout that is priced.
    checkout: Checkout,
) -> impl IntoView {
    let asking = move || checkout.desk.with(|desk| desk.code() == CodeState::Asking);
    let line = |name: &'static str, label: Text, amount: fn(Checkout, Price) -> String| {
        let amount = move || match checkout.price() {
            Some(price) => amount(checkout, price),
            None => Text::NoAmount.say(),
        };
        view! {
            <div class="price-summary__line" data-line=name>
                <dt>{label.say()}</dt>
                <dd translate="no" prop:textContent=live::words(amount)></dd>
            </div>
        }
    };
    view! {
        <div class="price-summary" aria-busy=live::text(move || asking().to_string())>
            <dl class="price-summary__lines">
                {line("subtotal", Text::Subtotal, |checkout, price| checkout.money(price.subtotal))}
                {line("discount", Text::Discount, |checkout, price| discount(checkout, price.discount))}
                {line("total", Text::Total, |checkout, price| checkout.money(price.total))}
            </dl>
            <Line
                class="price-summary__note"
                text=live::words(move || note(checkout).unwrap_or_default())
                hidden=live::fixed(false)
            />
        </div>
    }
}

fn discount(checkout: Checkout, amount: Money) -> String {
    match amount.amount_minor {
        0 => Text::NoDiscount.say(),
        minor => checkout.money(Money { amount_minor: -minor, ..amount }),
    }
}

fn note(checkout: Checkout) -> Option<String> {
    let product = checkout.product()?;
    let renewal = renewal(checkout, &product).unwrap_or_default();
    Some([renewal, text::tax(product.tax_mode)].concat())
}

/// What a subscription costs the next time: with a discount that lasts, otherwise without.
fn renewal(checkout: Checkout, product: &Product) -> Option<String> {
    let (period, price) = (words::period(product, &Here)?, checkout.price()?);
    let lasting = checkout.desk.with(|desk| match desk.code() {
        CodeState::Judged(discount) => discount.duration == Some(DiscountDuration::Forever),
        CodeState::None | CodeState::Asking | CodeState::Unchecked => false,
    });
    let amount = checkout.money(if lasting { price.total } else { price.subtotal });
    Some([&text::renewal(&period, &amount), " "].concat())
}
