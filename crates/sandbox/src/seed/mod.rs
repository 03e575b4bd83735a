//! What a sandbox starts with: products and discounts, the same ids every time.

mod shop;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::Url;

use crate::WEBHOOK_SECRET;
use crate::entity::{
    BillingPeriod, BillingType, DeliveryMode, Discount, DiscountType, Duration, Endpoint, EndpointStatus, Mode,
    Product, STORE_ID,
};

/// Products and discounts to start with, and to go back to on a reset.
///
/// A seed file is a JSON object of two lists, `products` and `discounts`, whose items look like Creem's own entities;
/// keys with an obvious default (`object`, `mode`, `status`, dates) may be left out.
#[derive(Clone, Debug)]
pub struct Seed {
    pub(crate) products: Vec<Product>,
    pub(crate) discounts: Vec<Discount>,
}

/// Why a seed was refused, each problem with its place; the person who wrote it can fix them all at once.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct SeedError(Vec<String>);

impl SeedError {
    /// What is wrong, a sentence for each problem.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.0
    }
}

impl Seed {
    /// Reads a seed file.
    ///
    /// # Errors
    /// [`SeedError`] with everything that is wrong with it.
    ///
    /// ```
    /// assert!(sandbox::Seed::from_json(r#"{"products": [], "discounts": []}"#).is_ok());
    /// assert!(sandbox::Seed::from_json(r#"{"goods": []}"#).is_err());
    /// ```
    pub fn from_json(text: &str) -> Result<Self, SeedError> {
        let file = match serde_json::from_str(text) {
            Ok(Value::Object(file)) => file,
            Ok(_) => return Err(SeedError(vec!["it must be an object with products and discounts".to_owned()])),
            Err(error) => return Err(SeedError(vec![format!("it is not JSON: {error}")])),
        };
        let mut problems: Vec<String> = Vec::new();
        for name in file.keys().filter(|name| !LISTS.contains(&name.as_str())) {
            problems.push(format!("{name} is neither products nor discounts"));
        }
        let [products, discounts] = LISTS.map(|name| items(&file, name, &mut problems));
        let products: Vec<(String, Product)> = read(products, &mut problems);
        let discounts: Vec<(String, Discount)> = read(discounts, &mut problems);
        for (place, product) in &products {
            problems.extend(product_problems(product).map(|problem| format!("{place}: {problem}")));
        }
        for (place, discount) in &discounts {
            let known = |id: &String| products.iter().any(|(_, product)| product.id == *id);
            let of_it = discount_problems(discount).chain(unknown_products(discount, known));
            problems.extend(of_it.map(|problem| format!("{place}: {problem}")));
        }
        let ids = products.iter().map(|(place, product)| (place, product.id.as_str()));
        let ids = ids.chain(discounts.iter().map(|(place, discount)| (place, discount.id.as_str())));
        let codes = discounts.iter().map(|(place, discount)| (place, discount.code.as_str()));
        for names in [ids.collect::<Vec<_>>(), codes.collect()] {
            problems.extend(repeated(&names));
        }
        if !problems.is_empty() {
            return Err(SeedError(problems));
        }
        let products = products.into_iter().map(|(_, product)| product).collect();
        Ok(Self { products, discounts: discounts.into_iter().map(|(_, discount)| discount).collect() })
    }
}

/// The endpoint a sandbox starts with, when it was given an address.
pub(crate) fn endpoint(url: &Url) -> Endpoint {
    Endpoint {
        id: "wh_SandboxEndpoint0000001".to_owned(),
        mode: Mode::Test,
        object: "webhook",
        store_id: STORE_ID,
        name: Some("The address the sandbox was started with".to_owned()),
        url: url.to_string(),
        delivery_mode: DeliveryMode::Http,
        status: EndpointStatus::Enabled,
        events: Vec::new(),
        secret: WEBHOOK_SECRET.to_owned(),
        removed: false,
    }
}

/// The lists of a seed file.
const LISTS: [&str; 2] = ["products", "discounts"];

/// The items of a list, each with its place.
fn items(file: &Map<String, Value>, name: &str, problems: &mut Vec<String>) -> Vec<(String, Value)> {
    match file.get(name) {
        None => Vec::new(),
        Some(Value::Array(items)) => {
            items.iter().enumerate().map(|(number, item)| (format!("{name}[{number}]"), item.clone())).collect()
        }
        Some(_) => {
            problems.push(format!("{name} must be a list"));
            Vec::new()
        }
    }
}

/// The items that can be read.
fn read<T: DeserializeOwned>(items: Vec<(String, Value)>, problems: &mut Vec<String>) -> Vec<(String, T)> {
    let mut read = Vec::with_capacity(items.len());
    for (place, item) in items {
        match serde_json::from_value(item) {
            Ok(item) => read.push((place, item)),
            Err(error) => problems.push(format!("{place}: {error}")),
        }
    }
    read
}

fn prefix(id: &str, prefix: &str) -> Option<String> {
    (!id.starts_with(prefix)).then(|| format!("the id {id} must start with {prefix}"))
}

fn product_problems(product: &Product) -> impl Iterator<Item = String> {
    let paid_once = product.billing_period == BillingPeriod::Once;
    let rhythm = match product.billing_type {
        BillingType::Onetime if !paid_once => Some("a one-time product has no billing_period but once"),
        BillingType::Recurring if paid_once => Some("a recurring product needs a billing_period other than once"),
        BillingType::Onetime | BillingType::Recurring => None,
    };
    let price = (product.price < 0).then_some("price must not be less than 0");
    prefix(&product.id, "prod_").into_iter().chain([rhythm, price].into_iter().flatten().map(str::to_owned))
}

fn discount_problems(discount: &Discount) -> impl Iterator<Item = String> {
    let amount = match discount.kind {
        DiscountType::Percentage if discount.percentage.is_none() => Some("a percentage discount needs percentage"),
        DiscountType::Fixed if discount.amount.is_none() || discount.currency.is_none() => {
            Some("a fixed discount needs amount and currency")
        }
        DiscountType::Percentage | DiscountType::Fixed => None,
    };
    let months = discount.duration == Duration::Repeating && discount.duration_in_months.is_none();
    let months = months.then_some("a repeating discount needs duration_in_months");
    prefix(&discount.id, "dis_").into_iter().chain([amount, months].into_iter().flatten().map(str::to_owned))
}

fn unknown_products(discount: &Discount, known: impl Fn(&String) -> bool) -> impl Iterator<Item = String> {
    let unknown = discount.applies_to_products.iter().filter(move |id| !known(id));
    unknown.map(|id| format!("there is no product {id}"))
}

/// Names that two things have.
fn repeated(names: &[(&String, &str)]) -> Vec<String> {
    let twice = |(number, (place, name)): (usize, &(&String, &str))| {
        let (first, _) = names[..number].iter().find(|(_, known)| known.eq_ignore_ascii_case(name))?;
        Some(format!("{place}: {name} is that of {first} already"))
    };
    names.iter().enumerate().filter_map(twice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first problem was told, and the others one by one with each start.
    #[test]
    fn every_problem_of_a_file_is_told_at_once_with_its_place() {
        let file = r#"{
            "goods": [],
            "products": [
                {"id": "1", "name": "n", "description": "", "price": 5, "currency": "USD", "billing_type": "recurring", "billing_period": "once"},
                {"id": "prod_2", "name": "n", "description": "", "currency": "USD", "billing_type": "onetime", "billing_period": "once"}
            ],
            "discounts": [
                {"id": "dis_1", "name": "n", "code": "TWICE", "type": "percentage", "duration": "once"},
                {"id": "dis_1", "name": "n", "code": "twice", "type": "fixed", "amount": 5, "currency": "GBP", "duration": "once"},
                {"id": "dis_1", "name": "n", "code": "twice", "type": "percentage", "percentage": 5, "duration": "once", "applies_to_products": ["prod_9"]}
            ]
        }"#;
        let refused = Seed::from_json(file).expect_err("a refusal");
        assert_eq!(
            refused.problems(),
            [
                "goods is neither products nor discounts",
                "products[1]: missing field `price`",
                "discounts[1]: unknown variant `GBP`, expected `USD` or `EUR`",
                "products[0]: the id 1 must start with prod_",
                "products[0]: a recurring product needs a billing_period other than once",
                "discounts[0]: a percentage discount needs percentage",
                "discounts[2]: there is no product prod_9",
                "discounts[2]: dis_1 is that of discounts[0] already",
                "discounts[2]: twice is that of discounts[0] already",
            ]
        );
        let said = |file: &str| Seed::from_json(file).expect_err("a refusal").problems().concat();
        assert_eq!(said("[]"), "it must be an object with products and discounts");
        assert!(said("{").starts_with("it is not JSON: "), "{}", said("{"));
        assert_eq!(
            Seed::from_json(r#"{"products": {}}"#).expect_err("a refusal").problems(),
            ["products must be a list"]
        );
    }
}
