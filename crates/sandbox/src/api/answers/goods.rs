//! Products and discounts.

use super::TEST;
use super::shape::{Entity, Shape, flag, instant, integer, list, one, one_of, text, word};
use crate::entity::{
    BillingPeriod, BillingType, Currency, DiscountStatus, DiscountType, Duration, FieldType, Interval, ProductStatus,
    TaxCategory, TaxMode,
};

pub(in crate::api) static PRODUCT: Entity = Entity {
    name: "Product",
    fields: &[
        text("id"),
        word("object", &["product"]),
        text("name"),
        text("description"),
        text("image_url").or_absent(),
        list("image_urls", &Shape::Text).or_absent(),
        list("features", &Shape::One(&FEATURE)).or_absent(),
        integer("price"),
        one_of::<Currency>("currency"),
        one_of::<BillingType>("billing_type"),
        one_of::<BillingPeriod>("billing_period"),
        one_of::<Interval>("recurring_interval").or_absent(),
        integer("recurring_interval_count").or_absent(),
        integer("trial_period_days").or_absent(),
        integer("trial_price").or_absent(),
        one_of::<ProductStatus>("status"),
        one_of::<TaxMode>("tax_mode"),
        one_of::<TaxCategory>("tax_category"),
        flag("business_net_pricing").or_absent(),
        text("default_success_url").or_null(),
        list("custom_fields", &Shape::One(&CUSTOM_FIELD)).or_absent(),
        // Within other entities there is none.
        text("product_url").or_absent(),
        instant("created_at"),
        instant("updated_at"),
        word("mode", TEST),
    ],
};

static FEATURE: Entity = Entity {
    name: "Feature",
    fields: &[text("id"), text("type"), text("description"), one("customer_credits", &CREDIT_GRANT).or_absent()],
};

static CREDIT_GRANT: Entity = Entity {
    name: "CreditGrant",
    fields: &[text("amount"), text("unit_label").or_absent(), text("bucket_name").or_absent()],
};

pub(in crate::api) static CUSTOM_FIELD: Entity = Entity {
    name: "CustomField",
    fields: &[
        text("key"),
        one("text", &TEXT_PART).or_absent(),
        one("checkbox", &CHECKBOX_PART).or_absent(),
        one_of::<FieldType>("type"),
        text("label"),
        flag("optional"),
    ],
};

static TEXT_PART: Entity = Entity {
    name: "TextPart",
    fields: &[text("value").or_absent(), integer("max_length").or_absent(), integer("minimum_length").or_absent()],
};

static CHECKBOX_PART: Entity =
    Entity { name: "CheckboxPart", fields: &[text("label").or_absent(), flag("value").or_absent()] };

pub(in crate::api) static DISCOUNT: Entity = Entity {
    name: "Discount",
    fields: &[
        text("id"),
        word("mode", TEST),
        word("object", &["discount"]),
        one_of::<DiscountStatus>("status"),
        text("name"),
        text("code"),
        one_of::<DiscountType>("type"),
        integer("amount").or_absent(),
        one_of::<Currency>("currency").or_absent(),
        integer("percentage").or_absent(),
        instant("expiry_date").or_absent(),
        integer("max_redemptions").or_absent(),
        one_of::<Duration>("duration"),
        integer("duration_in_months").or_absent(),
        list("applies_to_products", &Shape::Text),
        integer("redeem_count"),
        text("store_id"),
        instant("created_at"),
    ],
};

/// A discount as checkouts and subscriptions carry it.
pub(in crate::api) static APPLIED_DISCOUNT: Entity = Entity {
    name: "AppliedDiscount",
    fields: &[
        text("id"),
        text("discountCode"),
        text("name"),
        one_of::<DiscountType>("type"),
        integer("amount"),
        one_of::<Duration>("duration"),
        integer("durationInMonths").or_absent(),
    ],
};
