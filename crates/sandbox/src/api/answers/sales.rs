//! What is sold to whom: checkouts, customers, orders, transactions, subscriptions, licences, statistics.

use super::super::subscriptions::STATUSES;
use super::TEST;
use super::goods::{APPLIED_DISCOUNT, CUSTOM_FIELD, PRODUCT};
use super::shape::{Entity, Shape, anything, instant, integer, list, one, one_of, one_or_id, text, word};
use crate::entity::{BillingType, Currency, InstanceStatus, LicenseStatus, TransactionStatus};

pub(in crate::api) static CHECKOUT: Entity = Entity {
    name: "Checkout",
    fields: &[
        text("id"),
        word("object", &["checkout"]),
        text("request_id").or_absent(),
        one("order", &ORDER).or_absent(),
        one_or_id("product", &PRODUCT),
        integer("units"),
        integer("custom_price").or_absent(),
        text("checkout_url").or_absent(),
        text("success_url").or_absent(),
        one_or_id("customer", &CUSTOMER).or_absent(),
        one("subscription", &CHECKOUT_SUBSCRIPTION).or_absent(),
        list("custom_fields", &Shape::One(&CUSTOM_FIELD)).or_absent(),
        list("license_keys", &Shape::One(&LICENSE)).or_absent(),
        word("status", &["pending", "expired", "completed"]),
        anything("metadata").or_absent(),
        one("discount", &APPLIED_DISCOUNT).or_absent(),
        word("mode", TEST),
    ],
};

pub(in crate::api) static CUSTOMER: Entity = Entity {
    name: "Customer",
    fields: &[
        text("id"),
        word("object", &["customer"]),
        text("email"),
        text("name").or_null(),
        anything("metadata"),
        text("country").or_null(),
        text("external_id").or_absent(),
        instant("created_at"),
        instant("updated_at"),
        word("mode", TEST),
    ],
};

pub(in crate::api) static PORTAL: Entity = Entity { name: "CustomerPortal", fields: &[text("customer_portal_link")] };

pub(in crate::api) static ORDER: Entity = Entity {
    name: "Order",
    fields: &[
        word("object", &["order"]),
        text("id"),
        text("customer"),
        text("product"),
        integer("amount"),
        one_of::<Currency>("currency"),
        integer("sub_total"),
        integer("tax_amount"),
        integer("amount_due"),
        integer("amount_paid"),
        word("status", &["paid"]),
        one_of::<BillingType>("type"),
        text("transaction"),
        instant("created_at"),
        instant("updated_at"),
        word("mode", TEST),
        text("discount").or_absent(),
        integer("discount_amount").or_absent(),
        text("affiliate").or_absent(),
    ],
};

pub(in crate::api) static TRANSACTION: Entity = Entity {
    name: "Transaction",
    fields: &[
        text("id"),
        word("object", &["transaction"]),
        integer("amount"),
        integer("amount_paid"),
        integer("discount_amount").or_absent(),
        one_of::<Currency>("currency"),
        word("type", &["payment", "invoice"]),
        text("tax_country").or_null(),
        integer("tax_amount"),
        one_of::<TransactionStatus>("status"),
        integer("refunded_amount").or_null(),
        text("order"),
        text("subscription").or_null(),
        // Within a subscription it is null.
        text("customer").or_null(),
        text("description"),
        integer("period_start").or_absent(),
        integer("period_end").or_absent(),
        integer("created_at"),
        word("mode", TEST),
    ],
};

pub(in crate::api) static REFUND: Entity =
    Entity { name: "Refund", fields: &[word("status", &["pending"]), text("id").or_absent()] };

pub(in crate::api) static SUBSCRIPTION: Entity = Entity {
    name: "Subscription",
    fields: &[
        text("id"),
        word("object", &["subscription"]),
        one("product", &PRODUCT),
        one("customer", &CUSTOMER),
        list("items", &Shape::One(&SUBSCRIPTION_ITEM)),
        word("collection_method", &["charge_automatically"]),
        word("status", STATUSES),
        text("last_transaction_id").or_absent(),
        one("last_transaction", &TRANSACTION).or_absent(),
        instant("last_transaction_date").or_absent(),
        instant("next_transaction_date").or_absent(),
        instant("current_period_start_date"),
        instant("current_period_end_date"),
        instant("canceled_at").or_null(),
        instant("created_at"),
        instant("updated_at"),
        one("discount", &APPLIED_DISCOUNT).or_absent(),
        anything("metadata").or_absent(),
        word("mode", TEST),
    ],
};

static SUBSCRIPTION_ITEM: Entity = Entity {
    name: "SubscriptionItem",
    fields: &[
        word("object", &["subscription_item"]),
        text("id"),
        text("product_id"),
        text("price_id"),
        integer("units"),
        instant("created_at"),
        instant("updated_at"),
        word("mode", TEST),
    ],
};

/// A subscription as the checkout that began it carries it.
static CHECKOUT_SUBSCRIPTION: Entity = Entity {
    name: "CheckoutSubscription",
    fields: &[
        text("id"),
        word("object", &["subscription"]),
        text("product"),
        text("customer"),
        word("collection_method", &["charge_automatically"]),
        word("status", STATUSES),
        instant("current_period_start_date"),
        instant("current_period_end_date"),
        instant("canceled_at").or_null(),
        instant("created_at"),
        instant("updated_at"),
        one("discount", &APPLIED_DISCOUNT).or_absent(),
        anything("metadata").or_absent(),
        word("mode", TEST),
    ],
};

pub(in crate::api) static LICENSE: Entity = Entity {
    name: "License",
    fields: &[
        text("id"),
        word("object", &["license"]),
        text("product_id"),
        text("key"),
        one_of::<LicenseStatus>("status"),
        integer("activation"),
        integer("activation_limit").or_null(),
        instant("expires_at").or_null(),
        instant("created_at"),
        one("instance", &INSTANCE).or_null(),
        word("mode", TEST),
    ],
};

pub(in crate::api) static INSTANCE: Entity = Entity {
    name: "LicenseInstance",
    fields: &[
        text("id"),
        word("object", &["license-instance"]),
        text("name"),
        one_of::<InstanceStatus>("status"),
        instant("created_at"),
        word("mode", TEST),
    ],
};

pub(in crate::api) static STATS: Entity = Entity {
    name: "StatsSummary",
    fields: &[one("totals", &STATS_TOTALS), list("periods", &Shape::One(&STATS_PERIOD)).or_absent()],
};

static STATS_TOTALS: Entity = Entity {
    name: "StatsTotals",
    fields: &[
        integer("totalProducts"),
        integer("totalSubscriptions"),
        integer("totalCustomers"),
        integer("totalPayments"),
        integer("activeSubscriptions"),
        integer("totalRevenue"),
        integer("totalNetRevenue"),
        integer("netMonthlyRecurringRevenue"),
        integer("monthlyRecurringRevenue"),
    ],
};

static STATS_PERIOD: Entity =
    Entity { name: "StatsPeriod", fields: &[integer("timestamp"), integer("grossRevenue"), integer("netRevenue")] };
