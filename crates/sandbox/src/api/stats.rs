//! Statistics: what was sold, in one currency. Creem's fees are not imitated, so net is gross less what went back.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::error::ApiError;
use super::list::Answer;
use super::request::query::{Param, Query, choice, needed, number};
use crate::Sandbox;
use crate::entity::{Subscription, Transaction};
use crate::world::World;

/// What the summary takes.
pub(super) const SUMMARY: &[Param] = &[
    choice("currency", &["EUR", "USD"]).required(),
    number("startDate"),
    number("endDate"),
    choice("interval", &["day", "week", "month"]),
];

/// `GET /v1/stats/summary`: camelCase, unlike everything around it.
pub(crate) async fn summary(State(sandbox): State<Sandbox>, query: Query) -> Answer {
    let currency = needed(&query, "currency");
    let dates = (milliseconds(&query, "startDate"), milliseconds(&query, "endDate"));
    let unit = query.get("interval").and_then(|word| Interval::named(word));
    if unit.is_some() && (dates.0.is_none() || dates.1.is_none()) {
        return Err(ApiError::bad_request(["startDate and endDate are required when interval is given".to_owned()]));
    }
    let (from, to) = (dates.0.unwrap_or(i64::MIN), dates.1.unwrap_or(i64::MAX));
    let world = sandbox.world();
    let within = |transaction: &&Transaction| {
        transaction.currency.code() == currency && (from..=to).contains(&transaction.created_at)
    };
    let payments: Vec<&Transaction> = world.transactions.iter().filter(within).collect();
    let mut answer = json!({ "totals": totals(&world, &payments, currency, (from, to)) });
    if let Some(unit) = unit {
        answer["periods"] = periods(&payments, unit);
    }
    Ok(Json(answer))
}

fn milliseconds(query: &Query, name: &str) -> Option<i64> {
    query.get(name).and_then(|text| text.parse().ok())
}

fn totals(world: &World, payments: &[&Transaction], currency: &str, (from, to): (i64, i64)) -> Value {
    let dated = |at: Timestamp| (from..=to).contains(&at.as_millisecond());
    let subscriptions: Vec<&Subscription> = world
        .subscriptions
        .iter()
        .filter(|known| world.products.get(known.product_id()).is_some_and(|own| own.currency.code() == currency))
        .collect();
    let running: Vec<&&Subscription> = subscriptions.iter().filter(|known| known.state.is_running()).collect();
    let monthly: i64 = running
        .iter()
        .filter_map(|known| world.products.get(known.product_id()).map(|own| own.monthly(known.subtotal())))
        .sum();
    let customers = world.customers.iter().filter(|known| known.created_at.parse().is_ok_and(dated)).count();
    json!({
        "totalProducts": world.products.iter().len(),
        "totalSubscriptions": subscriptions.iter().filter(|known| dated(known.created_at)).count(),
        "totalCustomers": customers, "totalPayments": payments.len(), "activeSubscriptions": running.len(),
        "totalRevenue": gross(payments), "totalNetRevenue": net(payments),
        "netMonthlyRecurringRevenue": monthly, "monthlyRecurringRevenue": monthly,
    })
}

fn gross(payments: &[&Transaction]) -> i64 {
    payments.iter().map(|payment| payment.amount_paid).sum()
}

fn net(payments: &[&Transaction]) -> i64 {
    payments.iter().map(|payment| payment.amount_paid - payment.refunded_amount.unwrap_or(0)).sum()
}

#[derive(Clone, Copy)]
enum Interval {
    Day,
    Week,
    Month,
}

impl Interval {
    fn named(word: &str) -> Option<Self> {
        match word {
            "day" => Some(Self::Day),
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            _ => None,
        }
    }

    /// The start of the period an instant lies in.
    fn start(self, at: i64) -> i64 {
        let instant = Timestamp::from_millisecond(at).unwrap_or_default();
        let day: DateTime = TimeZone::UTC.to_datetime(instant).date().into();
        let first = match self {
            Self::Day => Ok(day),
            Self::Week => day.checked_sub(jiff::Span::new().days(day.weekday().to_monday_zero_offset())),
            Self::Month => Ok(day.first_of_month()),
        };
        first.and_then(|day| TimeZone::UTC.to_timestamp(day)).map_or(at, Timestamp::as_millisecond)
    }
}

fn periods(payments: &[&Transaction], unit: Interval) -> Value {
    let mut starts: Vec<i64> = payments.iter().map(|payment| unit.start(payment.created_at)).collect();
    starts.dedup();
    starts
        .into_iter()
        .map(|start| {
            let own: Vec<&Transaction> =
                payments.iter().filter(|payment| unit.start(payment.created_at) == start).copied().collect();
            json!({ "timestamp": start, "grossRevenue": gross(&own), "netRevenue": net(&own) })
        })
        .collect()
}
