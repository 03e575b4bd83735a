//! What is for sale: products and discount codes, and how to add and archive them.

use maud::{Markup, html};

use super::parts::{Row, Tone, button, choice, control, copied, field, live, pill, section, table};
use crate::entity::{Discount, DiscountStatus, DiscountType, Duration, Product, ProductStatus};
use crate::world::World;
use crate::world::addresses;

/// The periods that the form offers.
const PERIODS: [(&str, &str); 5] = [
    ("once", "once"),
    ("every-month", "every month"),
    ("every-three-months", "every three months"),
    ("every-six-months", "every six months"),
    ("every-year", "every year"),
];

pub(super) fn products(world: &World) -> Markup {
    let row = |product: &Product| -> Row {
        let archive = format!("products/{}/archive", product.id);
        let price = product.currency.show(product.price);
        vec![
            html! { strong { (product.name) } @if product.status == ProductStatus::Archived { " " (pill("archived", Tone::Plain)) } },
            html! { (price) @if let Some(words) = product.rhythm_words() { " " span class="muted" { (words) } } },
            copied(&product.id),
            html! {
                div class="controls" {
                    @if product.status == ProductStatus::Active {
                        a class="quiet" href=(addresses::product(&product.id)[1..]) target="_blank"
                            aria-label={ "Buy " (product.name) } { "Buy" }
                        (button(&archive, "/#products", ("archived", "true"), "Archive", &format!("Archive {}", product.name)))
                    } @else {
                        (button(&archive, "/#products", ("archived", "false"), "Sell again", &format!("Sell {} again", product.name)))
                    }
                }
            },
        ]
    };
    let content = html! {
        (live("products-list", &table("Products", &["Product", "Price", "Id", ""], &world.products.iter().map(row).collect::<Vec<_>>(), "Nothing is for sale.")))
        details class="sheet-details" {
            summary { "Add a product" }
            form class="sheet" method="post" action=(control("products", "/#products")) {
                (field("product-name", "Name", &html! { input id="product-name" name="name" required autocomplete="off"; }))
                (field("product-price", "Price", &html! {
                    input id="product-price" name="price" required inputmode="decimal" placeholder="19.00" autocomplete="off";
                }))
                (choice("product-currency", "currency", "Currency", &[("USD", "USD"), ("EUR", "EUR")], "USD"))
                (choice("product-period", "billing_period", "Paid", &PERIODS, "once"))
                button class="quiet" { "Add" }
            }
        }
    };
    section("products", "Products", "", &content)
}

pub(super) fn codes(world: &World) -> Markup {
    let tile = |discount: &Discount| {
        let amount = match discount.kind {
            DiscountType::Percentage => format!("{} %", discount.percentage.unwrap_or(0)),
            DiscountType::Fixed => {
                discount.currency.map_or_else(String::new, |currency| currency.show(discount.amount.unwrap_or(0)))
            }
        };
        let duration = match discount.duration {
            Duration::Once => "once".to_owned(),
            Duration::Forever => "always".to_owned(),
            Duration::Repeating => format!("{} months", discount.duration_in_months.unwrap_or(0)),
        };
        let used_up = discount.max_redemptions.is_some_and(|most| discount.redeem_count >= most);
        let (word, tone) = match discount.status {
            DiscountStatus::Active if used_up => ("used up", Tone::Bad),
            DiscountStatus::Active => ("applies", Tone::Good),
            DiscountStatus::Expired => ("expired", Tone::Bad),
            DiscountStatus::Scheduled => ("not yet", Tone::Bad),
            DiscountStatus::Draft | DiscountStatus::Deleted => ("gone", Tone::Bad),
        };
        let all = discount.applies_to_products.len();
        let all = all == 0 || all == world.products.iter().len();
        html! {
            li {
                (copied(&discount.code))
                span {
                    (amount) " off, " (duration)
                    @if !all { span class="muted" { ", for " (discount.applies_to_products.len()) " products" } }
                }
                (pill(word, tone))
            }
        }
    };
    let list = html! { ul class="tiles" { @for discount in world.discounts.iter() { (tile(discount)) } } };
    section("codes", "Discount codes", "One for every way a code can turn out.", &live("codes-list", &list))
}
