//! The operations, by what they are about: path, what it takes and answers, and what answers it.

use super::Operations;
use super::spec::{CONFLICT, DONE, FORBIDDEN, MISSING, OVER, Spec, UNPROCESSABLE, lists, makes, pages, shows, takes};
use crate::api::answers::credits::{
    ACCOUNT, BALANCE, CONSUMED, CREDIT_TRANSACTION, ENTRY, EVENTS_PREVIEW, METER, METER_PREVIEW, TAKEN_EVENTS,
    USAGE_EVENT,
};
use crate::api::answers::goods::{DISCOUNT, PRODUCT};
use crate::api::answers::partners::{
    ACKNOWLEDGED, AFFILIATE, COMMISSION, INVITE, MODERATION, PENDING_EVENTS, SPLIT, WEBHOOK, WEBHOOK_SECRET,
};
use crate::api::answers::sales::{
    CHECKOUT, CUSTOMER, INSTANCE, LICENSE, ORDER, PORTAL, REFUND, STATS, SUBSCRIPTION, TRANSACTION,
};
use crate::api::list::PAGES;
use crate::api::usage::meters;
use crate::api::{
    checkouts, credits, customers, discounts, endpoints, licenses, moderation, partners, products, stats,
    subscriptions, transactions, usage,
};

/// All of them.
pub(in crate::api) fn operations() -> Operations {
    partners_of(hooks(meters_of(usage_of(credits_of(money(subscriptions_of(people(goods(Operations::default())))))))))
}

fn goods(operations: Operations) -> Operations {
    let change = shows(&PRODUCT).of(|fields| products::changes(fields, products::blank())).or(&[MISSING]);
    let create = shows(&PRODUCT).of(products::read).heeding(products::IDEMPOTENCY_HEADER);
    operations
        .get("/v1/products", shows(&PRODUCT).by(products::FIND).or(&[MISSING]), products::find)
        .post("/v1/products", create, products::create)
        .get("/v1/products/search", lists(&PRODUCT).by(products::SEARCH), products::search)
        .get("/v1/products/{id}", shows(&PRODUCT).or(&[MISSING]), products::show)
        .patch("/v1/products/{id}", change, products::update)
        .delete("/v1/products/{id}", shows(&PRODUCT).or(&[MISSING]), products::archive)
        .get("/v1/discounts", shows(&DISCOUNT).by(discounts::FIND).or(&[MISSING]), discounts::find)
        .post("/v1/discounts", shows(&DISCOUNT).of(discounts::read).or(&[MISSING]), discounts::create)
        .get("/v1/discounts/search", lists(&DISCOUNT).by(discounts::SEARCH), discounts::search)
        .delete("/v1/discounts/{id}/delete", shows(&DISCOUNT).or(&[MISSING]), discounts::remove)
        .get("/v1/checkouts", shows(&CHECKOUT).by(checkouts::FIND).or(&[MISSING]), checkouts::find)
        .post("/v1/checkouts", shows(&CHECKOUT).of(checkouts::read).or(&[MISSING]), checkouts::create)
}

fn people(operations: Operations) -> Operations {
    let of_one = |spec: Spec| spec.by(PAGES).or(&[MISSING]);
    operations
        .get("/v1/customers", shows(&CUSTOMER).by(customers::FIND).or(&[MISSING]), customers::find)
        .post("/v1/customers", shows(&CUSTOMER).of(customers::read), customers::create)
        .patch("/v1/customers", shows(&CUSTOMER).of(customers::changes).or(&[MISSING]), customers::update)
        .get("/v1/customers/list", lists(&CUSTOMER).by(PAGES), customers::index)
        .post("/v1/customers/billing", shows(&PORTAL).of(customers::who).or(&[MISSING]), customers::billing)
        .get("/v1/customers/{id}/orders", of_one(lists(&ORDER)), customers::orders)
        .get("/v1/customers/{id}/subscriptions", of_one(lists(&SUBSCRIPTION)), customers::subscriptions)
        .get("/v1/customers/{id}/licenses", of_one(lists(&LICENSE)), customers::licenses)
}

fn subscriptions_of(operations: Operations) -> Operations {
    let shown = || shows(&SUBSCRIPTION);
    operations
        .get("/v1/subscriptions", shown().by(subscriptions::FIND).or(&[MISSING]), subscriptions::find)
        .get("/v1/subscriptions/search", lists(&SUBSCRIPTION).by(subscriptions::SEARCH), subscriptions::search)
        .post("/v1/subscriptions/{id}", shown().of(subscriptions::seats).or(&[MISSING]), subscriptions::update)
        .post("/v1/subscriptions/{id}/cancel", shown().of(subscriptions::cancellation), subscriptions::cancel)
        .post("/v1/subscriptions/{id}/upgrade", shown().of(subscriptions::plan).or(&[MISSING]), subscriptions::upgrade)
        .post("/v1/subscriptions/{id}/pause", shown(), subscriptions::pause)
        .post("/v1/subscriptions/{id}/resume", shown(), subscriptions::resume)
}

fn money(operations: Operations) -> Operations {
    let activate = shows(&LICENSE).of(licenses::new_instance).or(&[FORBIDDEN, MISSING, OVER]);
    let validate = shows(&LICENSE).of(licenses::instance).or(&[MISSING, OVER]);
    let deactivate = shows(&LICENSE).of(licenses::instance).or(&[MISSING, DONE]);
    operations
        .get("/v1/transactions", shows(&TRANSACTION).by(transactions::FIND).or(&[MISSING]), transactions::find)
        .get("/v1/transactions/search", lists(&TRANSACTION).by(transactions::SEARCH), transactions::search)
        .post("/v1/refunds", shows(&REFUND).of(transactions::which).or(&[MISSING]), transactions::refund)
        .post("/v1/licenses/activate", activate, licenses::activate)
        .post("/v1/licenses/validate", validate, licenses::validate)
        .post("/v1/licenses/deactivate", deactivate, licenses::deactivate)
        .get("/v1/licenses/{id}/instances", lists(&INSTANCE).by(PAGES).or(&[MISSING]), licenses::instances)
        .get("/v1/stats/summary", shows(&STATS).by(stats::SUMMARY), stats::summary)
}

fn credits_of(operations: Operations) -> Operations {
    let shown = || shows(&ACCOUNT).or(&[MISSING, CONFLICT]);
    let entries = pages(&ENTRY).by(credits::ENTRIES).or(&[MISSING]);
    let moved = || makes(&CREDIT_TRANSACTION).of(credits::movement).or(&[MISSING, CONFLICT, UNPROCESSABLE]);
    let posted = makes(&CREDIT_TRANSACTION).of(credits::posting).or(&[MISSING, CONFLICT, UNPROCESSABLE]);
    let undone = || makes(&CREDIT_TRANSACTION).or(&[MISSING, CONFLICT]);
    let found = shows(&CREDIT_TRANSACTION).or(&[MISSING]);
    operations
        .post("/v1/customer-credits/accounts", makes(&ACCOUNT).of(credits::opening).or(&[MISSING]), credits::open)
        .get("/v1/customer-credits/accounts", pages(&ACCOUNT).by(credits::ACCOUNTS), credits::accounts)
        .get("/v1/customer-credits/accounts/{id}", shows(&ACCOUNT).or(&[MISSING]), credits::account)
        .get(
            "/v1/customer-credits/accounts/{id}/balance",
            shows(&BALANCE).by(credits::BALANCE).or(&[MISSING]),
            credits::balance,
        )
        .get("/v1/customer-credits/accounts/{id}/entries", entries, credits::entries)
        .post("/v1/customer-credits/accounts/{id}/freeze", shown(), credits::freeze)
        .post("/v1/customer-credits/accounts/{id}/unfreeze", shown(), credits::unfreeze)
        .post("/v1/customer-credits/accounts/{id}/close", shown(), credits::close)
        .post("/v1/customer-credits/accounts/{id}/credit", moved(), credits::credit)
        .post("/v1/customer-credits/accounts/{id}/debit", moved(), credits::debit)
        .post("/v1/customer-credits/accounts/{id}/reverse", undone().of(credits::reversal), credits::reverse_of)
        .get(
            "/v1/customer-credits/transactions",
            pages(&CREDIT_TRANSACTION).by(credits::REFERENCE),
            credits::transactions,
        )
        .post("/v1/customer-credits/transactions", posted, credits::transact)
        .get("/v1/customer-credits/transactions/{id}", found, credits::transaction)
        .post("/v1/customer-credits/transactions/{id}/reverse", undone(), credits::reverse)
}

fn usage_of(operations: Operations) -> Operations {
    operations
        .post("/v1/events/ingest", takes(&TAKEN_EVENTS).of(usage::batch).or(&[UNPROCESSABLE]), usage::ingest)
        .post("/v1/events/preview", shows(&EVENTS_PREVIEW).of(usage::batch), usage::preview)
        .get("/v1/events", pages(&USAGE_EVENT).by(usage::LIST).or(&[MISSING]), usage::index)
}

fn meters_of(operations: Operations) -> Operations {
    let shown = || shows(&METER).or(&[MISSING]);
    let change = shows(&METER).of(meters::changes).or(&[MISSING, CONFLICT, UNPROCESSABLE]);
    let trial = shows(&METER_PREVIEW).of(meters::trial).or(&[UNPROCESSABLE]);
    operations
        .post("/v1/meters", makes(&METER).of(meters::wanted).or(&[CONFLICT, UNPROCESSABLE]), meters::create)
        .get("/v1/meters", pages(&METER).by(meters::LIST), meters::index)
        .post("/v1/meters/preview", trial, meters::preview_new)
        .get("/v1/meters/{id}", shown(), meters::show)
        .patch("/v1/meters/{id}", change, meters::update)
        .post("/v1/meters/{id}/archive", shown(), meters::archive)
        .post("/v1/meters/{id}/unarchive", shown(), meters::unarchive)
        .post("/v1/meters/{id}/preview", shows(&METER_PREVIEW).or(&[MISSING]), meters::preview)
        .get("/v1/meters/{id}/consumed", shows(&CONSUMED).by(meters::CONSUMED).or(&[MISSING]), meters::consumed)
}

fn hooks(operations: Operations) -> Operations {
    let shown = || shows(&WEBHOOK).or(&[MISSING]);
    let pending = shows(&PENDING_EVENTS).by(endpoints::PENDING).or(&[MISSING]);
    let acknowledged = shows(&ACKNOWLEDGED).of(endpoints::report).or(&[MISSING]);
    operations
        .get("/v1/webhooks", lists(&WEBHOOK).by(PAGES), endpoints::index)
        .post("/v1/webhooks", shows(&WEBHOOK).of(endpoints::wanted), endpoints::create)
        .get("/v1/webhooks/{id}", shown(), endpoints::show)
        .patch("/v1/webhooks/{id}", shown().of(endpoints::changes), endpoints::update)
        .delete("/v1/webhooks/{id}", shown(), endpoints::remove)
        .get("/v1/webhooks/{id}/secret", shows(&WEBHOOK_SECRET).or(&[MISSING]), endpoints::secret)
        .get("/v1/webhooks/{id}/events/pending", pending, endpoints::pending)
        .post("/v1/webhooks/{id}/events/{event_id}/ack", acknowledged, endpoints::acknowledge)
}

fn partners_of(operations: Operations) -> Operations {
    let commissions = lists(&COMMISSION).by(partners::COMMISSIONS).or(&[MISSING]);
    operations
        .post("/v1/splits", shows(&SPLIT).of(partners::wanted).or(&[MISSING]), partners::split)
        .get("/v1/splits", lists(&SPLIT).by(PAGES), partners::splits)
        .get("/v1/splits/{id}", shows(&SPLIT).or(&[MISSING]), partners::show_split)
        .delete("/v1/splits/{id}", shows(&SPLIT).or(&[MISSING]), partners::remove_split)
        .get("/v1/affiliates", lists(&AFFILIATE).by(PAGES), partners::affiliates)
        .post("/v1/affiliates/invites", shows(&INVITE).of(partners::invited), partners::invite)
        .get("/v1/affiliates/invites", lists(&INVITE).by(PAGES), partners::invites)
        .get("/v1/affiliates/{id}", shows(&AFFILIATE).or(&[MISSING]), partners::affiliate)
        .get("/v1/affiliates/{id}/commissions", commissions, partners::commissions)
        .post("/v1/moderation/prompt", shows(&MODERATION).of(moderation::asked), moderation::screen)
}
