//! The two halves of a transaction: reading what a group of changes needs, and writing what they changed.

use std::collections::BTreeSet;

use sqlx::{AnyConnection, Row as _};

use super::database::batch::{self, Outcome, Statement};
use super::rows;
use super::rows::attempt::{self, AttemptRow};
use super::session::standing;
use super::world::{Needs, World};
use super::{movement::Movement, notifications, rows::event};

/// What the rows of a statement are.
#[derive(Clone, Copy)]
enum Of {
    Nothing,
    Turn,
    Sessions,
    Movements,
    Settled,
    Events,
    Attempts,
}

/// Begins the transaction, takes the turns, and reads.
pub(super) async fn load(connection: &mut AnyConnection, needs: &Needs, turns: i64) -> Result<World, sqlx::Error> {
    let begin = if connection.backend_name() == "SQLite" { "BEGIN IMMEDIATE" } else { "BEGIN" };
    let mut asked = vec![
        (Of::Nothing, Statement::new(begin)),
        (
            Of::Turn,
            Statement::new("UPDATE ledger_turn SET turn = turn + ").value(turns).text(" WHERE id = 1 RETURNING turn"),
        ),
    ];
    asked.extend(sessions(needs).map(|statement| (Of::Sessions, statement)));
    asked.extend(movements(needs).map(|statement| (Of::Movements, statement)));
    if !needs.request_ids.is_empty() {
        let counted = Statement::new("SELECT request_id, COUNT(*) AS settled FROM sessions WHERE ")
            .among("request_id", &needs.request_ids)
            .text(" AND standing >= ")
            .value(standing(wire::PaymentStatus::Paid))
            .text(" GROUP BY request_id");
        asked.push((Of::Settled, counted));
    }
    if !needs.event_ids.is_empty() {
        asked.push((Of::Events, Statement::new("SELECT id, applied FROM events WHERE ").among("id", &needs.event_ids)));
    }
    if !needs.attempt_keys.is_empty() {
        let known = Statement::new("SELECT ").text(AttemptRow::COLUMNS).text(" WHERE ");
        asked.push((Of::Attempts, known.among("attempts.idempotency_key", &needs.attempt_keys)));
    }
    let mut world = World::default();
    read(connection, asked, &mut world).await?;
    world.turn -= turns;
    // Movements may name a loaded session by an id that no change named.
    let more = needs.of_loaded(world.sessions.values());
    if let Some(statement) = movements(&more) {
        read(connection, vec![(Of::Movements, statement)], &mut world).await?;
    }
    Ok(world)
}

fn sessions(needs: &Needs) -> Option<Statement> {
    any_of(
        Statement::new(&rows::SELECT_SESSIONS).text("WHERE "),
        &[
            ("checkout_id", &needs.sessions.checkout_ids),
            ("order_id", &needs.sessions.order_ids),
            ("subscription_id", &needs.sessions.subscription_ids),
        ],
    )
}

fn movements(needs: &Needs) -> Option<Statement> {
    any_of(
        Statement::new("SELECT * FROM movements WHERE "),
        &[
            ("id", &needs.movement_ids),
            ("checkout_id", &needs.movements.checkout_ids),
            ("order_id", &needs.movements.order_ids),
            ("subscription_id", &needs.movements.subscription_ids),
        ],
    )
}

/// Rows of which one column is among the ids; `None` when there are no ids.
fn any_of(select: Statement, columns: &[(&str, &BTreeSet<String>)]) -> Option<Statement> {
    let mut named = columns.iter().filter(|(_, ids)| !ids.is_empty());
    let (column, ids) = named.next()?;
    let first = select.among(column, *ids);
    Some(named.fold(first, |statement, (column, ids)| statement.text(" OR ").among(column, *ids)))
}

async fn read(
    connection: &mut AnyConnection,
    asked: Vec<(Of, Statement)>,
    world: &mut World,
) -> Result<(), sqlx::Error> {
    let (of, statements): (Vec<Of>, Vec<Statement>) = asked.into_iter().unzip();
    let outcomes = batch::run(connection, statements).await?;
    for (of, Outcome { rows, .. }) in of.into_iter().zip(outcomes) {
        for row in &rows {
            match of {
                Of::Nothing => {}
                Of::Turn => world.turn = row.try_get("turn")?,
                Of::Sessions => {
                    let session = rows::session(row)?;
                    world.sessions.insert(session.checkout_id.as_str().to_owned(), session);
                }
                Of::Movements => {
                    let movement: Movement = rows::movement(row)?;
                    world.movements.insert(movement.id.clone(), movement);
                }
                Of::Settled => {
                    world.settled.insert(row.try_get("request_id")?, row.try_get("settled")?);
                }
                Of::Events => {
                    world.events.insert(row.try_get("id")?, row.try_get::<i64, _>("applied")? != 0);
                }
                Of::Attempts => {
                    let attempt = AttemptRow::read(row)?;
                    world.attempts.insert(attempt.key().to_owned(), attempt);
                }
            }
        }
    }
    Ok(())
}

/// Writes the rows that changed, and commits.
pub(super) async fn save(connection: &mut AnyConnection, world: World) -> Result<(), sqlx::Error> {
    let mut statements = Vec::new();
    if !world.new_events.is_empty() {
        statements.push(event::save(world.new_events));
    }
    if !world.applied_events.is_empty() {
        let applied = Statement::new("UPDATE events SET applied = 1, problem = NULL WHERE ");
        statements.push(applied.among("id", &world.applied_events));
    }
    if !world.changed_movements.is_empty() {
        let changed = world.changed_movements.iter().filter_map(|id| world.movements.get(id));
        statements.push(rows::save_movements(changed));
    }
    if !world.changed_sessions.is_empty() {
        let changed = world.changed_sessions.iter().filter_map(|id| world.sessions.get(id));
        statements.push(rows::save_sessions(changed));
    }
    if !world.history.is_empty() {
        statements.push(rows::save_steps(world.history));
    }
    if !world.notifications.is_empty() {
        statements.push(notifications::save(world.notifications));
    }
    let attempts = world.changed_attempts.iter().filter_map(|key| world.attempts.get(key));
    statements.extend(attempt::save(attempts));
    statements.push(Statement::new("COMMIT"));
    batch::run(connection, statements).await.map(|_| ())
}
