//! The shop a sandbox starts with, unless it is given another.

use super::Seed;
use crate::entity::{
    BillingPeriod, BillingType, CheckboxPart, Currency, CustomField, Discount, DiscountStatus, DiscountType, Duration,
    FieldType, Kind, Mode, Product, SEEDED_AT, STORE_ID, TaxMode, TextPart,
};

impl Default for Seed {
    /// Four products and a discount for every outcome a code can have.
    fn default() -> Self {
        let lifetime = product("Lifetime", "Lifetime licence", "Every feature and every update, paid once.", 1999);
        let monthly = Product {
            billing_type: BillingType::Recurring,
            billing_period: BillingPeriod::EveryMonth,
            ..product("ProMonthly", "Pro", "All features for one person, billed month by month.", 1500)
        };
        let yearly = Product {
            billing_type: BillingType::Recurring,
            billing_period: BillingPeriod::EveryYear,
            ..product("ProYearly", "Pro", "All features for one person, two months free.", 15_000)
        };
        let team = Product {
            currency: Currency::Eur,
            billing_type: BillingType::Recurring,
            billing_period: BillingPeriod::EveryMonth,
            tax_mode: TaxMode::Inclusive,
            custom_fields: vec![company(), newsletter()],
            ..product("TeamSeats", "Team", "A shared workspace for your team, billed per seat and month.", 900)
        };
        let all: Vec<String> = [&lifetime, &monthly, &yearly, &team].map(|product| product.id.clone()).to_vec();
        let pro = vec![monthly.id.clone(), yearly.id.clone()];
        let expired = Discount {
            status: DiscountStatus::Expired,
            expiry_date: Some(SEEDED_AT.to_owned()),
            ..percentage("Expired", "EXPIRED", 20, &all)
        };
        let soon = Discount { status: DiscountStatus::Scheduled, ..percentage("Soon", "SOON", 20, &all) };
        let used_up =
            Discount { max_redemptions: Some(5), redeem_count: 5, ..percentage("UsedUp", "USEDUP", 20, &all) };
        Self {
            discounts: vec![
                percentage("Save25", "SAVE25", 25, &all),
                fixed("TenOff", "TENOFF", 1000, Currency::Usd, &all),
                expired,
                soon,
                used_up,
                percentage("ProOnly", "PROONLY", 50, &pro),
                fixed("Euros", "EUROS", 500, Currency::Eur, &all),
            ],
            products: vec![lifetime, monthly, yearly, team],
        }
    }
}

/// An id of the seed: readable, and as long as Creem's.
fn seed_id(prefix: &str, name: &str) -> String {
    let width = 15 - name.len();
    format!("{prefix}Sandbox{name}{:0>width$}", 1)
}

fn product(id: &str, name: &str, description: &str, price: i64) -> Product {
    Product::once(seed_id("prod_", id), name, description, price)
}

fn percentage(id: &str, code: &str, percent: u32, products: &[String]) -> Discount {
    Discount {
        id: seed_id("dis_", id),
        mode: Mode::Test,
        object: Kind::Discount,
        status: DiscountStatus::Active,
        name: format!("{percent} % off"),
        code: code.to_owned(),
        kind: DiscountType::Percentage,
        amount: None,
        currency: None,
        percentage: Some(percent),
        expiry_date: None,
        max_redemptions: None,
        duration: Duration::Once,
        duration_in_months: None,
        applies_to_products: products.to_vec(),
        redeem_count: 0,
        store_id: STORE_ID,
        created_at: SEEDED_AT.to_owned(),
    }
}

fn fixed(id: &str, code: &str, amount: i64, currency: Currency, products: &[String]) -> Discount {
    Discount {
        name: format!("{} off", currency.show(amount)),
        kind: DiscountType::Fixed,
        amount: Some(amount),
        currency: Some(currency),
        percentage: None,
        ..percentage(id, code, 0, products)
    }
}

fn company() -> CustomField {
    CustomField {
        key: "company".to_owned(),
        text: Some(TextPart { max_length: Some(80), ..TextPart::default() }),
        checkbox: None,
        kind: FieldType::Text,
        label: "Company".to_owned(),
        optional: false,
    }
}

fn newsletter() -> CustomField {
    CustomField {
        key: "newsletter".to_owned(),
        text: None,
        checkbox: Some(CheckboxPart { label: Some("Tell me about new features".to_owned()), value: None }),
        kind: FieldType::Checkbox,
        label: "Product news".to_owned(),
        optional: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_ids_are_the_published_ones() {
        let seed = Seed::default();
        let ids: Vec<&str> = seed.products.iter().map(|product| product.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "prod_SandboxLifetime0000001",
                "prod_SandboxProMonthly00001",
                "prod_SandboxProYearly000001",
                "prod_SandboxTeamSeats000001",
            ]
        );
        assert!(seed.discounts.iter().all(|discount| discount.id.len() == "dis_".len() + 22));
    }
}
