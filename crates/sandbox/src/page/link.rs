//! Payment links: an address per product that makes a session and goes there.

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::document::{Appearance, Scene, message};
use super::{answer, see_other};
use crate::Sandbox;
use crate::api::open_linked;

/// `GET …/payment/{product_id}` and `…/product/{product_id}`: `discount_code` and `metadata[key]` are for the session, everything else for its page. A
/// code that does not apply is left out, so that an old link still sells.
pub(super) async fn open(
    State(sandbox): State<Sandbox>,
    Path(product_id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let mut code = None;
    let mut metadata = Map::new();
    let mut rest = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes()) {
        match name.strip_prefix("metadata[").and_then(|key| key.strip_suffix(']')) {
            Some(key) => drop(metadata.insert(key.to_owned(), value.into_owned().into())),
            None if name == "discount_code" => code = Some(value.into_owned()),
            None => drop(rest.append_pair(&name, &value)),
        }
    }
    let rest = rest.finish();
    let metadata = (!metadata.is_empty()).then_some(Value::Object(metadata));
    let mut world = sandbox.world();
    let Some(checkout) = open_linked(&mut world, &product_id, code, metadata) else {
        let look = Appearance::read(&sandbox, None);
        return answer(StatusCode::NOT_FOUND, message(&look, &Scene::NotSold));
    };
    let url = world.checkout_url(&checkout);
    world.add_checkout(checkout);
    sandbox.wake();
    see_other(&if rest.is_empty() { url } else { format!("{url}?{rest}") })
}
