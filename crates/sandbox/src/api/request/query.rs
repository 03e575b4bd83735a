//! Queries, read as strictly as bodies: a parameter that an operation does not take is refused by name, a word that is
//! none of its enumeration too, and every problem is named at once.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::api::error::ApiError;

/// A call's query, by name; it is sound when a handler gets it.
pub(crate) type Query = axum::extract::Query<HashMap<String, String>>;

/// A parameter that an operation takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Param {
    name: &'static str,
    rule: Rule,
    required: bool,
}

/// What a parameter's value must be.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// Anything.
    Text,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// A whole number from 1 up to the most, if there is one.
    Count(Option<usize>),
    /// A whole number.
    Number,
    /// An instant.
    Date,
    /// Yes or no.
    Flag,
}

/// Any text.
pub(crate) const fn text(name: &'static str) -> Param {
    Param { name, rule: Rule::Text, required: false }
}

/// One of a few words.
pub(crate) const fn choice(name: &'static str, words: &'static [&'static str]) -> Param {
    Param { name, rule: Rule::Choice(words), required: false }
}

/// A number of things, at least 1.
pub(crate) const fn count(name: &'static str) -> Param {
    Param { name, rule: Rule::Count(None), required: false }
}

/// A number of things, at least 1 and at most so many.
pub(crate) const fn count_up_to(name: &'static str, most: usize) -> Param {
    Param { name, rule: Rule::Count(Some(most)), required: false }
}

/// A whole number.
pub(crate) const fn number(name: &'static str) -> Param {
    Param { name, rule: Rule::Number, required: false }
}

/// An instant in ISO 8601.
pub(crate) const fn date(name: &'static str) -> Param {
    Param { name, rule: Rule::Date, required: false }
}

/// `true` or `false`.
pub(crate) const fn flag(name: &'static str) -> Param {
    Param { name, rule: Rule::Flag, required: false }
}

impl Param {
    /// The same, and it must be there.
    pub(crate) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// As a document of the API describes it.
    pub(in crate::api) fn described(&self) -> Value {
        let schema = match self.rule {
            // Without text there is nothing to look for.
            Rule::Text if self.required => json!({ "type": "string", "minLength": 1 }),
            Rule::Text => json!({ "type": "string" }),
            Rule::Choice(words) => json!({ "type": "string", "enum": words }),
            Rule::Count(None) => json!({ "type": "integer", "minimum": 1 }),
            Rule::Count(Some(most)) => json!({ "type": "integer", "minimum": 1, "maximum": most }),
            Rule::Number => json!({ "type": "integer" }),
            Rule::Date => json!({ "type": "string", "format": "date-time" }),
            Rule::Flag => json!({ "type": "boolean" }),
        };
        json!({ "name": self.name, "in": "query", "required": self.required, "schema": schema })
    }

    /// What is wrong with the values it was given.
    fn problem(&self, values: &[&str]) -> Option<String> {
        let Self { name, rule, required } = *self;
        let sentence = match (values, rule) {
            ([], _) if !required => return None,
            ([], Rule::Text) | ([""], Rule::Text) if required => "must be a string".to_owned(),
            ([value], rule) => rule.problem(value)?,
            // Given twice, it is a list, which no rule allows.
            ([], rule) | ([_, _, ..], rule) => rule.sentence().to_owned(),
        };
        Some(format!("{name} {sentence}"))
    }
}

impl Rule {
    /// What a value must be, as the validator says it.
    fn sentence(self) -> &'static str {
        match self {
            Self::Text => "must be a string",
            Self::Choice(_) => super::body::ENUM_RULE,
            Self::Count(_) | Self::Number => "must be an integer number",
            Self::Date => super::body::DATE_RULE,
            Self::Flag => "must be a boolean value",
        }
    }

    fn problem(self, value: &str) -> Option<String> {
        let sound = match self {
            Self::Text => true,
            Self::Choice(words) => words.contains(&value),
            Self::Number => value.parse::<i64>().is_ok(),
            Self::Date => value.parse::<Timestamp>().is_ok(),
            Self::Flag => matches!(value, "true" | "false"),
            Self::Count(most) => match value.parse::<i128>() {
                Ok(..1) => return Some("must not be less than 1".to_owned()),
                Ok(number) => match most {
                    Some(most) if usize::try_from(number).is_ok_and(|number| number <= most) => true,
                    Some(most) => return Some(format!("must not be greater than {most}")),
                    None => true,
                },
                Err(_) => false,
            },
        };
        (!sound).then(|| self.sentence().to_owned())
    }
}

/// Refuses a query with parameters that the operation does not take, or with values that are not allowed.
///
/// # Errors
/// 400 with every problem found.
pub(in crate::api) fn check(params: &[Param], query: &str) -> Result<(), ApiError> {
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let mut problems: Vec<String> = Vec::new();
    for (name, _) in pairs.iter().filter(|(name, _)| !params.iter().any(|param| param.name == name)) {
        let problem = format!("property {name} should not exist");
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    for param in params {
        let values = pairs.iter().filter(|(name, _)| name == param.name).map(|(_, value)| value.as_ref());
        problems.extend(param.problem(&values.collect::<Vec<_>>()));
    }
    if problems.is_empty() { Ok(()) } else { Err(ApiError::bad_request(problems)) }
}

/// A parameter that the operation needs.
pub(crate) fn needed<'a>(query: &'a HashMap<String, String>, name: &str) -> &'a str {
    query.get(name).map_or("", String::as_str)
}

/// A number of things, or as many as when the query says nothing.
pub(crate) fn counted(query: &HashMap<String, String>, name: &str, default: usize) -> usize {
    query.get(name).and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// An instant.
pub(crate) fn instant(query: &HashMap<String, String>, name: &str) -> Option<Timestamp> {
    query.get(name).and_then(|text| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMS: &[Param] = &[
        text("id").required(),
        choice("status", &["active", "archived"]),
        count("page_number"),
        count_up_to("limit", 100),
        number("from"),
        date("at"),
        flag("all"),
    ];

    #[test]
    fn sound_queries_pass() {
        for query in
            ["id=1", "id=a+b&status=archived&page_number=99999&limit=100&from=-5&at=2026-01-01T00:00:00Z&all=false"]
        {
            assert!(check(PARAMS, query).is_ok(), "{query}");
        }
        assert!(check(&[], "").is_ok());
    }

    #[test]
    fn every_problem_is_named_once_and_all_at_once() {
        let refused = |query: &str| check(PARAMS, query).expect_err("a refusal").messages().to_vec();
        assert_eq!(
            refused("foo=1&foo=2&bar"),
            ["property foo should not exist", "property bar should not exist", "id must be a string",]
        );
        let wrong = "id=1&status=Active&page_number=0&limit=101&from=x&at=yesterday&all=1";
        assert_eq!(
            refused(wrong),
            [
                "status must be a valid enum value",
                "page_number must not be less than 1",
                "limit must not be greater than 100",
                "from must be an integer number",
                "at must be a valid ISO 8601 date string",
                "all must be a boolean value",
            ]
        );
        assert_eq!(
            refused("id=1&id=2&status=active&status=active&page_number=1.5"),
            ["id must be a string", "status must be a valid enum value", "page_number must be an integer number",]
        );
        assert_eq!(refused("id=&status="), ["id must be a string", "status must be a valid enum value"]);
    }
}
