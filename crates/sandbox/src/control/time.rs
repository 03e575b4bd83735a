//! The control over time.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Asked, refuse};
use crate::Sandbox;
use crate::clock::{iso, later};
use crate::world::World;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MoveClock {
    /// Forward by so much.
    advance_seconds: u64,
    /// To this instant; back only while nothing has happened yet.
    set: Option<Timestamp>,
    /// Held, or running again.
    freeze: Option<bool>,
}

pub(super) async fn clock(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(clock_json(&sandbox.world()))
}

fn clock_json(world: &World) -> Value {
    json!({ "now": iso(world.now()), "frozen": world.clock.is_frozen() })
}

pub(super) async fn move_clock(State(sandbox): State<Sandbox>, asked: Asked<MoveClock>) -> Response {
    let MoveClock { advance_seconds, set, freeze } = asked.what;
    let moved = {
        let mut world = sandbox.world();
        let fresh = world.is_fresh();
        if let Some(freeze) = freeze {
            world.clock.freeze(freeze);
            if freeze && fresh {
                world.repeat_ids();
            }
        }
        match set {
            Some(at) if at < world.now() && !fresh => {
                return refuse(StatusCode::CONFLICT, "backwards", "time only goes back after a reset");
            }
            Some(at) if at < world.now() => world.clock.set(at),
            Some(at) => world.run_until(at),
            None => {}
        }
        let target = later(world.now(), Duration::from_secs(advance_seconds));
        world.run_until(target);
        clock_json(&world)
    };
    sandbox.wake();
    asked.by.answer(&sandbox, moved)
}
