//! Creem's entities as plain structs, and their exact JSON: which keys are there, which are absent, which are null. Beside
//! them the collections they are kept in, and the test cards that they remember.
//!
//! What happens to them is in the modules beside this one, not here.

pub(crate) mod card;
mod checkout;
pub(crate) mod collection;
mod customer;
mod discount;
mod endpoint;
mod feature;
mod field;
mod ledger;
mod license;
mod meter;
mod order;
mod partner;
mod price;
mod product;
mod subscription;

pub(crate) use checkout::{Buyer, Checkout, CheckoutState, HeldCard, Moment, Paid, Step};
pub(crate) use customer::Customer;
pub(crate) use discount::{Discount, DiscountStatus, DiscountType, Duration, Refusal};
pub(crate) use endpoint::{DeliveryMode, Endpoint, EndpointStatus};
pub(crate) use feature::{CREDITS_FEATURE, CreditGrant, Feature, LICENSE_FEATURE};
pub(crate) use field::{CheckboxPart, CustomField, FieldType, TextPart};
pub(crate) use ledger::{AccountStatus, CreditAccount, CreditEntry, CreditTransaction, SYSTEM_ACCOUNT, Side};
pub(crate) use license::{Instance, InstanceStatus, License, LicenseStatus};
pub(crate) use meter::{Aggregation, Clause, Conjunction, Filter, Measure, Meter, Operator, UsageEvent};
pub(crate) use order::{Order, Refund, Transaction, TransactionStatus};
pub(crate) use partner::{Affiliate, Commission, Invite, Recipient, RecipientKind, Split, SplitKind};
pub(crate) use price::ProductPrice;
pub(crate) use product::{
    BillingPeriod, BillingType, Currency, Interval, Product, ProductStatus, TaxCategory, TaxMode,
};
pub(crate) use subscription::{Ending, History, Item, Related, State, Subscription};

use serde::{Deserialize, Serialize};

/// The store everything belongs to.
pub(crate) const STORE_ID: &str = "sto_SandboxStore0000000001";

/// When the seed's things were made: a fixed date, so that two runs agree.
pub(crate) const SEEDED_AT: &str = "2026-01-01T00:00:00.000Z";

fn long_ago() -> String {
    SEEDED_AT.to_owned()
}

/// The environment an entity belongs to; a sandbox only has Creem's test mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    /// No real money.
    #[default]
    Test,
}

/// The `object` key: what an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Product,
    Discount,
    Customer,
    Order,
    Transaction,
}

/// How much of a neighbour an entity carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Its id.
    Id,
    /// The whole entity.
    Full,
}
