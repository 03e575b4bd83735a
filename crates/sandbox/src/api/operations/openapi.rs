//! The sandbox's description of its own API, an OpenAPI document: of the operations as the router has them, bodies as
//! their readers read them, queries as they are checked.

use serde_json::{Map, Value, json};

use super::Operation;
use super::spec::{Refusal, Spec};
use crate::api::KEY_HEADER;
use crate::api::answers::common::ERROR;
use crate::api::request::body::describe;

/// In which ways every operation may refuse.
const ALWAYS: [Refusal; 2] = [Refusal { status: 400, body: &ERROR }, Refusal { status: 401, body: &ERROR }];

/// In which way every operation with a body may refuse too.
const TOO_LARGE: Refusal = Refusal { status: 413, body: &ERROR };

/// The whole document, for a sandbox at this address.
pub(in crate::api) fn document(operations: &[Operation], base: &str) -> Value {
    let mut entities = Map::new();
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations {
        let described = describe_operation(operation, &mut entities);
        let path = paths.entry(operation.path.to_owned()).or_insert_with(|| json!({}));
        path[operation.method.as_str().to_ascii_lowercase()] = described;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Creem, as the sandbox imitates it",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What this sandbox takes and answers. Faults and switches may make it answer otherwise.",
        },
        "servers": [{ "url": base }],
        "security": [{ "key": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "key": { "type": "apiKey", "in": "header", "name": KEY_HEADER } },
            "schemas": entities,
        },
    })
}

fn describe_operation(operation: &Operation, entities: &mut Map<String, Value>) -> Value {
    let Operation { method, path, spec } = operation;
    let mut described = json!({
        "operationId": operation_id(method.as_str(), path),
        "tags": [path.split('/').nth(2).unwrap_or_default()],
        "parameters": parameters(path, spec),
    });
    if let Some(reader) = &spec.body {
        let notes = describe(reader.as_ref());
        let asked = notes.borrow();
        described["requestBody"] = json!({
            "required": !asked.is_optional(),
            "content": { "application/json": { "schema": asked.schema() } },
        });
    }
    described["responses"] = responses(spec, entities);
    described
}

/// A name for programs: the method and the words of the path.
fn operation_id(method: &str, path: &str) -> String {
    let words = path.split(['/', '-', '_']).skip(2).map(|word| match word.strip_prefix('{') {
        Some(parameter) => format!("by_{}", parameter.trim_end_matches('}')),
        None => word.trim_end_matches('}').to_owned(),
    });
    let words: Vec<String> = std::iter::once(method.to_ascii_lowercase()).chain(words).collect();
    words.join("_")
}

fn parameters(path: &str, spec: &Spec) -> Vec<Value> {
    let in_path = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path.map(
        |name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } }),
    );
    let in_header = spec
        .header
        .map(|name| json!({ "name": name, "in": "header", "required": false, "schema": { "type": "string" } }));
    in_path.chain(in_header).chain(spec.query.iter().map(|param| param.described())).collect()
}

fn responses(spec: &Spec, entities: &mut Map<String, Value>) -> Value {
    let with = |about: &str, schema: Value| json!({ "description": about, "content": { "application/json": { "schema": schema } } });
    let mut responses = Map::new();
    responses.insert(spec.status.to_string(), with("It is done.", spec.answer.schema(entities)));
    let too_large = spec.body.is_some().then_some(TOO_LARGE);
    for refusal in ALWAYS.into_iter().chain(too_large).chain(spec.refusals.iter().copied()) {
        let schema = refusal.body.reference(entities);
        responses.insert(refusal.status.to_string(), with(why(refusal.status), schema));
    }
    Value::Object(responses)
}

/// What a refusal's status says.
fn why(status: u16) -> &'static str {
    match status {
        400 => "The query or the body is wrong, or does not fit; one message for each problem.",
        401 => "The key is missing or wrong.",
        403 => "There is no right to it.",
        404 => "What it is about is not there.",
        409 => "It does not fit with how things are.",
        410 => "What it is about is over.",
        413 => "The body is longer than is read.",
        _ => "It cannot be taken.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documented() -> Value {
        let (known, _) = super::super::table::operations().split();
        document(known.operations(), "http://127.0.0.1:8081")
    }

    #[test]
    fn operations_have_names_of_their_own() {
        assert_eq!(
            operation_id("POST", "/v1/customer-credits/accounts/{id}/reverse"),
            "post_customer_credits_accounts_by_id_reverse"
        );
        let document = documented();
        let operations = document["paths"].as_object().expect("paths").values().filter_map(Value::as_object).flatten();
        let mut names: Vec<&str> = operations.filter_map(|(_, one)| one["operationId"].as_str()).collect();
        assert_eq!(names.len(), 80);
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 80);
    }

    #[test]
    fn a_body_is_described_by_what_its_reader_asks() {
        let document = documented();
        let body = |path: &str, method: &str| {
            document["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"].clone()
        };
        let split = body("/v1/splits", "post");
        assert_eq!(split["required"], json!(["type", "type_reference", "recipients"]));
        assert_eq!(split["properties"]["type"], json!({ "enum": ["store", "product"] }));
        let recipients = &split["properties"]["recipients"];
        assert_eq!(json!([recipients["minItems"], recipients["maxItems"]]), json!([1, 10]));
        assert_eq!(recipients["items"]["properties"]["amount"]["maximum"], json!(100.0));
        let meter = body("/v1/meters/{id}", "patch");
        assert_eq!(meter.get("required"), None);
        let name = json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] });
        assert_eq!(meter["properties"]["name"], name);
    }

    #[test]
    fn nothing_is_taken_unread() {
        let document = documented();
        let operations = document["paths"].as_object().expect("paths").values().filter_map(Value::as_object).flatten();
        let mut unread: Vec<&String> = Vec::new();
        for (_, operation) in operations {
            let properties = &operation["requestBody"]["content"]["application/json"]["schema"]["properties"];
            let properties = properties.as_object().into_iter().flatten();
            unread.extend(properties.filter(|(_, schema)| **schema == json!({})).map(|(name, _)| name));
        }
        assert!(unread.is_empty(), "{unread:?}");
    }
}
