//! Products. (Creem: sections 3.2 and 4.1.)

use crate::reader::{Entity, Object, Unreadable, ok_or_warn, value};

/// A product. Whatever decides what a buyer is charged is either right or makes the product unreadable.
#[derive(Clone, Debug)]
pub struct Product {
    /// `prod_…`.
    pub id: String,
    /// Shown to buyers.
    pub name: String,
    /// Shown to buyers.
    pub description: String,
    /// A picture.
    pub image_url: Option<String>,
    /// Minor units of `currency`.
    pub price: i64,
    /// ISO 4217 code, in upper case.
    pub currency: String,
    /// `onetime` or `recurring`.
    pub billing_type: String,
    /// `once`, `every-month`, …; may be empty.
    pub billing_period: String,
    /// `day`, `week`, `month` or `year`, for a custom period.
    pub recurring_interval: Option<String>,
    /// How many of those.
    pub recurring_interval_count: Option<u32>,
    /// Days of trial.
    pub trial_period_days: Option<u32>,
    /// Price of the trial, minor units.
    pub trial_price: Option<i64>,
    /// `active` or `archived`; may be empty.
    pub status: String,
    /// `inclusive` or `exclusive`; may be empty.
    pub tax_mode: String,
    /// Questions that go with an order.
    pub custom_fields: Vec<CustomField>,
}

impl Entity for Product {
    const NAME: &'static str = "product";

    fn read(object: &Object<'_>) -> Result<Self, Unreadable> {
        let custom_fields = ok_or_warn(object.entries("custom_fields")).flatten();
        Ok(Self {
            id: object.required("id", value::id)?,
            name: object.required("name", value::text)?,
            description: object.optional("description", value::text).unwrap_or_default(),
            image_url: object.optional("image_url", value::filled),
            price: object.required("price", value::whole)?,
            currency: object.required("currency", value::currency)?,
            billing_type: object.required("billing_type", value::word)?,
            billing_period: object.term("billing_period", value::word)?.unwrap_or_default(),
            recurring_interval: object.term("recurring_interval", value::word)?,
            recurring_interval_count: object.term("recurring_interval_count", value::small)?,
            trial_period_days: object.term("trial_period_days", value::small)?,
            trial_price: object.term("trial_price", value::whole)?,
            status: object.optional("status", value::word).unwrap_or_default(),
            tax_mode: object.term("tax_mode", value::word)?.unwrap_or_default(),
            custom_fields: custom_fields.map(|entries| entries.readable).unwrap_or_default(),
        })
    }
}

/// A question that goes with an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomField {
    /// `text` or `checkbox`.
    pub kind: String,
    /// Unique among the fields of a product.
    pub key: String,
    /// Shown to buyers.
    pub label: String,
    /// Whether it may be left empty.
    pub optional: bool,
    /// For `text`: the fewest characters.
    pub min_length: Option<u32>,
    /// For `text`: the most characters.
    pub max_length: Option<u32>,
}

impl Entity for CustomField {
    const NAME: &'static str = "custom field";

    fn read(object: &Object<'_>) -> Result<Self, Unreadable> {
        let limits = object.object("text");
        // Creem's requests say `min_length`, its responses `minimum_length`.
        let limit = |names: [&str; 2]| {
            names.iter().find_map(|name| limits.as_ref().and_then(|limits| limits.optional(name, value::small)))
        };
        Ok(Self {
            kind: object.required("type", value::word)?,
            key: object.required("key", value::id)?,
            label: object.required("label", value::text)?,
            optional: object.optional("optional", value::flag).unwrap_or(false),
            min_length: limit(["min_length", "minimum_length"]),
            max_length: limit(["max_length", "maximum_length"]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader;

    #[test]
    fn nulls_and_values_of_the_future_are_read() {
        let product: Product = reader::entity(
            br#"{"id":"prod_1","name":"A","description":null,"price":100,"currency":"USD","billing_type":"onetime",
                "custom_fields":null,"image_url":null,"features":[{"new":1}]}"#,
        )
        .expect("readable");
        assert!(product.custom_fields.is_empty());
        assert_eq!(product.description, "");
    }

    #[test]
    fn an_odd_question_costs_only_itself() {
        let product: Product = reader::entity(
            br#"{"id":"prod_1","name":"A","price":100,"currency":"USD","billing_type":"onetime","custom_fields":[
                {"type":"text","key":"a","label":"A","optional":"true","text":{"minimum_length":"2","max_length":9.0}},
                {"type":"text","label":"without a key"}, null, "text",
                {"type":"checkbox","key":"b","label":"B","optional":0,"text":[]}]}"#,
        )
        .expect("readable");
        let field = |kind: &str, key: &str, label: &str, optional, min_length, max_length| CustomField {
            kind: kind.to_owned(),
            key: key.to_owned(),
            label: label.to_owned(),
            optional,
            min_length,
            max_length,
        };
        let expected =
            [field("text", "a", "A", true, Some(2), Some(9)), field("checkbox", "b", "B", false, None, None)];
        assert_eq!(product.custom_fields, expected);
    }

    #[test]
    fn a_question_may_be_left_open_however_the_yes_is_written() {
        for (written, optional) in
            [("true", true), ("\"TRUE\"", true), ("1", true), ("false", false), ("\"no\"", false), ("null", false)]
        {
            let body = format!(r#"{{"type":"text","key":"a","label":"A","optional":{written}}}"#);
            let field: CustomField = reader::entity(body.as_bytes()).expect("a question");
            assert_eq!(field.optional, optional, "{written}");
        }
    }
}
