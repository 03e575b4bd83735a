//! Meters and the usage they count: which events, and what of them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::STORE_ID;
use super::collection::Identified;
use crate::clock::iso;

/// Something that counts usage.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) measure: Measure,
    pub(crate) unit_label: String,
    pub(crate) archived: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// What is counted, and how.
#[derive(Clone, Debug)]
pub(crate) struct Measure {
    pub(crate) event_name: String,
    pub(crate) aggregation: Aggregation,
    /// What of an event is aggregated; counting needs none.
    pub(crate) property: Option<String>,
    pub(crate) filter: Filter,
}

/// What many events come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Aggregation {
    Count,
    Sum,
    Average,
    Min,
    Max,
    Unique,
}

/// Which events count.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Filter {
    pub(crate) conjunction: Conjunction,
    /// Without any, every event counts.
    pub(crate) clauses: Vec<Clause>,
}

/// How the clauses of a filter combine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Conjunction {
    #[default]
    And,
    Or,
}

/// One condition.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Clause {
    pub(crate) property: String,
    pub(crate) operator: Operator,
    pub(crate) value: Value,
}

/// How a property is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Operator {
    Equals,
    NotEquals,
    Gt,
    Gte,
    Lt,
    Lte,
    Contains,
    NotContains,
}

/// Something a customer used.
#[derive(Clone, Debug)]
pub(crate) struct UsageEvent {
    pub(crate) id: String,
    pub(crate) customer_id: String,
    /// The merchant's own id of it, under which it is taken once.
    pub(crate) event_id: String,
    pub(crate) name: String,
    pub(crate) properties: Map<String, Value>,
    /// When it was used, by the merchant's clock.
    pub(crate) timestamp: Timestamp,
    pub(crate) created_at: Timestamp,
}

/// A property as it is compared: a number where it reads like one, else a boolean, else text.
#[derive(Clone, Debug, PartialEq)]
enum Read {
    Number(f64),
    Boolean(bool),
    Text(String),
}

impl Read {
    fn of(value: &Value) -> Self {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match (text.trim().parse(), text.trim()) {
            (Ok(number), _) => Self::Number(number),
            (Err(_), "true") => Self::Boolean(true),
            (Err(_), "false") => Self::Boolean(false),
            (Err(_), _) => Self::Text(text),
        }
    }
}

impl Clause {
    fn holds(&self, properties: &Map<String, Value>) -> bool {
        let Some(found) = properties.get(&self.property) else {
            return matches!(self.operator, Operator::NotEquals | Operator::NotContains);
        };
        let (left, right) = (Read::of(found), Read::of(&self.value));
        let ordered = |fits: fn(&f64, &f64) -> bool| match (&left, &right) {
            (Read::Number(left), Read::Number(right)) => fits(left, right),
            _ => false,
        };
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let contains = || text(found).contains(&text(&self.value));
        match self.operator {
            Operator::Equals => left == right,
            Operator::NotEquals => left != right,
            Operator::Gt => ordered(f64::gt),
            Operator::Gte => ordered(f64::ge),
            Operator::Lt => ordered(f64::lt),
            Operator::Lte => ordered(f64::le),
            Operator::Contains => contains(),
            Operator::NotContains => !contains(),
        }
    }
}

impl Measure {
    /// Whether an event counts.
    pub(crate) fn counts(&self, event: &UsageEvent) -> bool {
        let mut clauses = self.filter.clauses.iter();
        let holds = |clause: &Clause| clause.holds(&event.properties);
        event.name == self.event_name
            && match self.filter.conjunction {
                Conjunction::And => clauses.all(holds),
                Conjunction::Or => self.filter.clauses.is_empty() || clauses.any(holds),
            }
    }

    /// What events that count come to, as text.
    pub(crate) fn units<'a>(&self, events: impl Iterator<Item = &'a UsageEvent>) -> String {
        let Some(property) = self.property.as_deref().filter(|_| self.aggregation != Aggregation::Count) else {
            return events.count().to_string();
        };
        let values: Vec<&Value> = events.filter_map(|event| event.properties.get(property)).collect();
        if self.aggregation == Aggregation::Unique {
            return values.iter().map(|value| value.to_string()).collect::<BTreeSet<_>>().len().to_string();
        }
        let numbers: Vec<f64> = values
            .iter()
            .filter_map(|value| match Read::of(value) {
                Read::Number(number) if number.is_finite() => Some(number),
                Read::Number(_) | Read::Boolean(_) | Read::Text(_) => None,
            })
            .collect();
        let sum = numbers.iter().fold(0.0, |sum, number| sum + number);
        let many = f64::from(u32::try_from(numbers.len()).unwrap_or(u32::MAX));
        let folded = match self.aggregation {
            Aggregation::Average if numbers.is_empty() => 0.0,
            Aggregation::Average => sum / many,
            Aggregation::Min => numbers.iter().copied().reduce(f64::min).unwrap_or(0.0),
            Aggregation::Max => numbers.iter().copied().reduce(f64::max).unwrap_or(0.0),
            Aggregation::Sum | Aggregation::Count | Aggregation::Unique => sum,
        };
        folded.to_string()
    }
}

impl Identified for Meter {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Identified for UsageEvent {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Meter {
    /// As Creem shows it.
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id, "store_id": STORE_ID, "name": self.name, "event_name": self.measure.event_name,
            "aggregation": self.measure.aggregation, "aggregation_property": self.measure.property,
            "filter": self.measure.filter, "unit_label": self.unit_label,
            "status": if self.archived { "archived" } else { "active" },
            "created_at": iso(self.created_at), "updated_at": iso(self.updated_at),
        })
    }
}

impl UsageEvent {
    /// As Creem shows it, with the meters that count it now.
    pub(crate) fn json(&self, matched_meters: &[&str]) -> Value {
        json!({
            "id": self.id, "customer_id": self.customer_id, "event_id": self.event_id, "name": self.name,
            "properties": self.properties, "timestamp": iso(self.timestamp), "created_at": iso(self.created_at),
            "matched_meters": matched_meters,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(properties: &Value) -> UsageEvent {
        UsageEvent {
            id: "ue_1".to_owned(),
            customer_id: "cust_1".to_owned(),
            event_id: "1".to_owned(),
            name: "call".to_owned(),
            properties: properties.as_object().expect("an object").clone(),
            timestamp: Timestamp::UNIX_EPOCH,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn measure(aggregation: Aggregation, filter: Filter) -> Measure {
        Measure { event_name: "call".to_owned(), aggregation, property: Some("tokens".to_owned()), filter }
    }

    #[test]
    fn a_clause_compares_numbers_however_they_are_written() {
        let holds = |operator: Operator, value: Value| {
            let clause = Clause { property: "tokens".to_owned(), operator, value };
            let filter = Filter { conjunction: Conjunction::And, clauses: vec![clause] };
            measure(Aggregation::Count, filter).counts(&event(&json!({ "tokens": "10", "model": "big-1" })))
        };
        assert!(holds(Operator::Equals, json!(10)) && holds(Operator::Equals, json!("10.0")));
        assert!(holds(Operator::Gt, json!(9)) && !holds(Operator::Gt, json!(10)) && holds(Operator::Gte, json!("10")));
        assert!(holds(Operator::Lt, json!(11)) && holds(Operator::Lte, json!(10)) && !holds(Operator::Lt, json!("x")));
        assert!(holds(Operator::Contains, json!(1)) && holds(Operator::NotContains, json!("2")));
        assert!(holds(Operator::NotEquals, json!("ten")));
    }

    #[test]
    fn clauses_hold_together_or_one_of_them_does() {
        let clause = |property: &str, value: &str| Clause {
            property: property.to_owned(),
            operator: Operator::Equals,
            value: json!(value),
        };
        let counts = |conjunction, clauses| {
            let filter = Filter { conjunction, clauses };
            measure(Aggregation::Count, filter).counts(&event(&json!({ "a": "x", "b": "y" })))
        };
        let (right, wrong, absent) = (clause("a", "x"), clause("b", "x"), clause("c", "x"));
        assert!(!counts(Conjunction::And, vec![right.clone(), wrong.clone()]));
        assert!(counts(Conjunction::Or, vec![wrong, right]));
        assert!(!counts(Conjunction::Or, vec![absent]));
        assert!(counts(Conjunction::Or, vec![]) && counts(Conjunction::And, vec![]));
    }

    #[test]
    fn each_aggregation_folds_what_it_says() {
        let events: Vec<UsageEvent> =
            [json!({ "tokens": 1 }), json!({ "tokens": "3" }), json!({ "tokens": 3.5 }), json!({ "other": 9 })]
                .iter()
                .map(event)
                .collect();
        for (aggregation, units) in [
            (Aggregation::Count, "4"),
            (Aggregation::Sum, "7.5"),
            (Aggregation::Average, "2.5"),
            (Aggregation::Min, "1"),
            (Aggregation::Max, "3.5"),
            (Aggregation::Unique, "3"),
        ] {
            assert_eq!(measure(aggregation, Filter::default()).units(events.iter()), units, "{aggregation:?}");
            let none = measure(aggregation, Filter::default()).units(std::iter::empty());
            assert_eq!(none, "0", "{aggregation:?} of nothing");
        }
    }
}
