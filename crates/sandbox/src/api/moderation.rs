//! Moderation: what Creem thinks of a prompt. Here the prompt says itself what is to be thought of it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde_json::json;

use super::list::Answer;
use super::request::body::{self, Fields};
use crate::Sandbox;

/// `POST /v1/moderation/prompt`: denied or flagged where the word `DENY` or `FLAG` is in it, otherwise allowed.
pub(crate) async fn screen(State(sandbox): State<Sandbox>, bytes: Bytes) -> Answer {
    let (prompt, external_id) = body::read(&bytes, asked)?;
    let says = |word: &str| prompt.split(|character: char| !character.is_alphanumeric()).any(|own| own == word);
    let decision = if says("DENY") {
        "deny"
    } else if says("FLAG") {
        "flag"
    } else {
        "allow"
    };
    let mut answer = json!({
        "id": sandbox.world().ids.next("mod_"), "object": "moderation_result", "prompt": prompt, "decision": decision,
        "usage": { "units": 1 },
    });
    if let Some(external_id) = external_id {
        answer["external_id"] = json!(external_id);
    }
    Ok(Json(answer))
}

/// What is to be looked at.
pub(super) fn asked(fields: &Fields<'_>) -> Option<(String, Option<String>)> {
    fields.only(&["prompt", "external_id"]);
    let prompt = fields.required_string("prompt");
    let external_id = fields.string("external_id");
    Some((prompt?, external_id))
}
