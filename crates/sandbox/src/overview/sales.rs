//! What was sold to whom: checkouts, subscriptions, payments, customers, licences.

use maud::{Markup, html};

use super::parts::{Row, Tone, button, control, copied, live, pill, rows, section, table, when};
use crate::entity::{
    Checkout, CheckoutState, Customer, License, LicenseStatus, State as Life, Subscription, Transaction,
    TransactionStatus,
};
use crate::world::World;

pub(super) fn checkouts(world: &World) -> Markup {
    let row = |checkout: &Checkout| -> Row {
        let product = world.product_of(checkout);
        let pay = format!("checkouts/{}/pay", checkout.id);
        vec![
            html! { a href={ "sessions/" (checkout.id) } aria-label={ "The story of " (checkout.id) } { (when(world, checkout.created_at)) } },
            html! { (checkout.request_id.as_deref().unwrap_or("–")) },
            html! { (product.name) @if checkout.units > 1 { " × " (checkout.units) } },
            html! { (product.currency.show(world.price(checkout).total)) },
            state(checkout),
            html! {
                div class="controls" {
                    @if checkout.state == CheckoutState::Pending {
                        a class="quiet" href=(world.checkout_url(checkout)) target="_blank" aria-label={ "Open " (checkout.id) } { "Open" }
                        (button(&pay, "/#checkouts", ("card", "4111111111111111"), "Pay", &format!("Pay {}", checkout.id)))
                    }
                    a class="quiet" href={ "sessions/" (checkout.id) } aria-label={ "Look at " (checkout.id) } { "Look" }
                }
            },
        ]
    };
    let columns = ["Opened", "Reference", "Product", "Total", "Status", ""];
    let none = "Nobody has opened a checkout yet.";
    let list = table("Checkouts", &columns, &rows(world.checkouts.iter(), row), none);
    section("checkouts", "Checkouts", "", &live("checkouts-list", &list))
}

/// Where a session is.
pub(super) fn state(checkout: &Checkout) -> Markup {
    match checkout.state {
        CheckoutState::Pending => pill("pending", Tone::Plain),
        CheckoutState::Expired => pill("expired", Tone::Bad),
        CheckoutState::Completed(_) => pill("completed", Tone::Good),
    }
}

pub(super) fn subscriptions(world: &World) -> Markup {
    let row = |subscription: &Subscription| -> Row {
        let card = format!("subscriptions/{}/card", subscription.id);
        let (number, words) = if subscription.card.is_ok() {
            ("4507990000000028", "Let the card fail")
        } else {
            ("4111111111111111", "Let the card pay")
        };
        let tone = match subscription.state {
            Life::Trialing | Life::Active | Life::ScheduledCancel(_) => Tone::Good,
            Life::PastDue { .. } | Life::Unpaid => Tone::Bad,
            Life::Paused | Life::Canceled(_) => Tone::Plain,
        };
        vec![
            html! { (world.products.get(subscription.product_id()).map_or("", |product| product.name.as_str())) },
            pill(&subscription.state.status().replace('_', " "), tone),
            html! { @match subscription.due { Some(at) => (when(world, at)), None => "–" } },
            copied(&subscription.id),
            html! {
                @if !matches!(subscription.state, Life::Canceled(_)) {
                    (button(&card, "/#subscriptions", ("card", number), words, &format!("{words}: {}", subscription.id)))
                }
            },
        ]
    };
    let columns = ["Product", "Status", "Next", "Id", ""];
    let none = "Nobody has subscribed to anything yet.";
    let list = table("Subscriptions", &columns, &rows(world.subscriptions.iter(), row), none);
    section("subscriptions", "Subscriptions", "", &live("subscriptions-list", &list))
}

pub(super) fn payments(world: &World) -> Markup {
    let row = |payment: &Transaction| -> Row {
        let path = |what: &str| format!("transactions/{}/{what}", payment.id);
        let (word, tone) = match payment.status {
            TransactionStatus::Paid => ("paid", Tone::Good),
            TransactionStatus::PartialRefund => ("refunded in part", Tone::Plain),
            TransactionStatus::Refunded => ("refunded", Tone::Plain),
            TransactionStatus::ChargedBack => ("charged back", Tone::Bad),
        };
        let at = jiff::Timestamp::from_millisecond(payment.created_at).unwrap_or_default();
        vec![
            when(world, at),
            html! { (payment.currency.show(payment.amount)) },
            pill(word, tone),
            copied(&payment.id),
            html! {
                @if payment.left() > 0 {
                    div class="controls" {
                        (button(&path("refund"), "/#payments", ("sure", "yes"), "Refund", &format!("Refund {}", payment.id)))
                        (button(&path("dispute"), "/#payments", ("sure", "yes"), "Dispute", &format!("Dispute {}", payment.id)))
                    }
                }
            },
        ]
    };
    let columns = ["Paid", "Amount", "Status", "Id", ""];
    let list = table("Payments", &columns, &rows(world.transactions.iter(), row), "Nothing was paid yet.");
    section("payments", "Payments", "", &live("payments-list", &list))
}

pub(super) fn customers(world: &World) -> Markup {
    let row = |customer: &Customer| -> Row {
        let credits = format!("customers/{}/credits", customer.id);
        let own = world.ledger.accounts.of(&customer.id);
        let balance: Vec<String> = own.map(|account| format!("{} {}", account.balance, account.unit_label)).collect();
        vec![
            html! { strong { (customer.email) } @if let Some(name) = &customer.name { br; span class="muted" { (name) } } },
            html! { (if balance.is_empty() { "–".to_owned() } else { balance.join(", ") }) },
            copied(&customer.id),
            html! {
                div class="controls" {
                    form method="post" action=(control(&format!("customers/{}/portal", customer.id), "/#customers")) target="_blank" {
                        button class="quiet" aria-label={ "The portal of " (customer.email) } { "Portal" }
                    }
                    (button(&credits, "/#customers", ("grant", "100"), "+ 100 credits", &format!("Give {} 100 credits", customer.email)))
                    @if !balance.is_empty() {
                        (button(&credits, "/#customers", ("consume", "10"), "− 10", &format!("Use 10 credits of {}", customer.email)))
                    }
                }
            },
        ]
    };
    let none = "Whoever pays becomes a customer.";
    let list = table("Customers", &["Customer", "Credits", "Id", ""], &rows(world.customers.iter(), row), none);
    section("customers", "Customers and credits", "", &live("customers-list", &list))
}

pub(super) fn licences(world: &World) -> Markup {
    let row = |license: &License| -> Row {
        let path = format!("licenses/{}", license.id);
        let status = license.status(world.now());
        let (word, tone) = match status {
            LicenseStatus::Inactive => ("inactive", Tone::Plain),
            LicenseStatus::Active => ("active", Tone::Good),
            LicenseStatus::Expired => ("expired", Tone::Bad),
            LicenseStatus::Disabled => ("revoked", Tone::Bad),
        };
        let (wanted, words) = if license.disabled { ("false", "Make good") } else { ("true", "Revoke") };
        let limit = license.activation_limit.map_or_else(|| "any number".to_owned(), |most| most.to_string());
        vec![
            copied(&license.key),
            html! { (license.activations()) " of " (limit) },
            pill(word, tone),
            button(&path, "/#licences", ("disabled", wanted), words, &format!("{words}: {}", license.key)),
        ]
    };
    let issuing = world
        .products
        .iter()
        .find(|product| product.features.iter().all(|feature| feature.kind != crate::entity::LICENSE_FEATURE));
    let list = table(
        "Licences",
        &["Key", "In use", "Status", ""],
        &rows(world.licenses.iter(), row),
        "No key was issued yet.",
    );
    let content = html! {
        (live("licences-list", &list))
        @if let Some(product) = issuing {
            form class="controls" method="post" action=(control(&format!("products/{}/licenses", product.id), "/#licences")) {
                button class="quiet" name="activation_limit" value="3" { "Issue keys with " (product.name) }
            }
        }
    };
    section("licences", "Licences", "", &content)
}
