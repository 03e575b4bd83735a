//! The document of the API as a judge of answers: every one of a test's calls is held against it.

use serde_json::{Map, Value, json};

use crate::shop::Reply;

/// The document.
pub(crate) struct Description {
    document: Value,
}

impl Description {
    pub(crate) fn of(document: Value) -> Self {
        Self { document }
    }

    /// Method and path of each operation.
    pub(crate) fn operations(&self) -> Vec<(String, String)> {
        let paths = self.document["paths"].as_object().expect("paths");
        let methods = |(path, methods): (&String, &Value)| -> Vec<(String, String)> {
            let methods = methods.as_object().expect("methods").keys();
            methods.map(|method| (method.to_ascii_uppercase(), path.clone())).collect()
        };
        paths.iter().flat_map(methods).collect()
    }

    /// Panics at an answer that the document does not have.
    pub(crate) fn check(&self, method: &str, path: &str, reply: &Reply) {
        let path = path.split('?').next().unwrap_or_default();
        let method = method.to_ascii_lowercase();
        let Some(operation) = self.operation(&method, path) else { return };
        let answer = &operation["responses"][reply.status.as_str()];
        assert!(answer.is_object(), "{method} {path} answers {}, which is not described: {}", reply.status, reply.text);
        let schema = &answer["content"]["application/json"]["schema"];
        let problems = self.problems(schema, &reply.json(), "");
        assert!(problems.is_empty(), "{method} {path}: {}\n{}", problems.join(", "), reply.text);
    }

    /// The operation of a path; a word goes before a parameter in its place.
    fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let given: Vec<&str> = path.split('/').collect();
        let fits = |template: &&String| {
            let known: Vec<&str> = template.split('/').collect();
            known.len() == given.len() && known.iter().zip(&given).all(|(a, b)| a.starts_with('{') || a == b)
        };
        let paths = self.document["paths"].as_object().expect("paths");
        let template = paths.keys().filter(fits).min_by_key(|template| template.matches('{').count())?;
        paths[template].get(method)
    }

    fn problems(&self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        if let Some(reference) = schema["$ref"].as_str() {
            let place = reference.trim_start_matches('#');
            return self.problems(self.document.pointer(place).expect("a known schema"), value, at);
        }
        for either in ["anyOf", "oneOf"] {
            if let Some(ways) = schema[either].as_array() {
                let problems: Vec<Vec<String>> = ways.iter().map(|way| self.problems(way, value, at)).collect();
                let fits = problems.iter().any(Vec::is_empty);
                return if fits { Vec::new() } else { problems.concat() };
            }
        }
        let mut problems = Vec::new();
        let is_allowed = schema["enum"].as_array().is_none_or(|words| words.contains(value));
        if !is_allowed || !schema["type"].as_str().is_none_or(|kind| is_a(kind, value)) {
            problems.push(format!("{at} is {value}, not {schema}"));
        }
        if schema["format"] == "date-time" && !value.as_str().is_some_and(|text| text.ends_with('Z')) {
            problems.push(format!("{at} is {value}, no instant"));
        }
        if let Some(items) = value.as_array().filter(|_| schema["items"].is_object()) {
            let items = items.iter().enumerate();
            problems.extend(
                items.flat_map(|(at_item, item)| self.problems(&schema["items"], item, &format!("{at}[{at_item}]"))),
            );
        }
        if let (Some(properties), Some(object)) = (schema["properties"].as_object(), value.as_object()) {
            problems.extend(self.object_problems(properties, &schema["required"], object, at));
        }
        problems
    }

    fn object_problems(
        &self,
        properties: &Map<String, Value>,
        required: &Value,
        object: &Map<String, Value>,
        at: &str,
    ) -> Vec<String> {
        let mut problems = Vec::new();
        for (name, value) in object {
            match properties.get(name) {
                Some(schema) => problems.extend(self.problems(schema, value, &format!("{at}.{name}"))),
                None => problems.push(format!("{at}.{name} is not described")),
            }
        }
        let missing = required.as_array().into_iter().flatten().filter_map(Value::as_str);
        problems
            .extend(missing.filter(|name| !object.contains_key(*name)).map(|name| format!("{at}.{name} is missing")));
        problems
    }
}

fn is_a(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => panic!("the document says {kind}"),
    }
}

#[test]
#[should_panic(expected = "is not described")]
fn an_answer_with_something_more_is_noticed() {
    let schema = json!({ "type": "object", "properties": { "id": { "type": "string" } }, "required": ["id"] });
    let answer = json!({ "200": { "content": { "application/json": { "schema": schema } } } });
    let document = json!({ "paths": { "/v1/things": { "get": { "responses": answer } } } });
    let reply = Reply {
        status: axum::http::StatusCode::OK,
        headers: axum::http::HeaderMap::new(),
        text: json!({ "id": "1", "more": 1 }).to_string(),
    };
    Description::of(document).check("GET", "/v1/things", &reply);
}
