//! How the sandbox misbehaves and which of Creem's ways it has: faults, deliveries, switches.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::parts::{Row, button, choice, control, field, live, section, table};
use crate::clock::iso;
use crate::world::World;
use crate::world::faults::Fault;

/// A switch of a few words: its name, what it is about, and each word with what it means.
type Words = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The switches of a few words, the default first.
const WORDS: [Words; 4] = [
    (
        "retry_schedule",
        "Failed deliveries are tried again after",
        &[("newest", "30 s, 5 min, 30 min, 6 h"), ("older", "30 s, 1 min, 5 min, 1 h")],
    ),
    (
        "return_signature",
        "The return address is signed",
        &[
            ("current", "as today"),
            ("own_query", "with the address’s own query"),
            ("hmac", "as once documented"),
            ("tampered", "wrongly"),
        ],
    ),
    (
        "cancel_mode",
        "A cancellation without a mode",
        &[("immediate", "ends at once"), ("scheduled", "ends with the period")],
    ),
    ("payment_page", "The payment page asks", &[("steps", "step by step"), ("single", "everything at once")]),
];

/// The switches that are on or off, each with what it does when it is on.
const FLAGS: [(&str, &str); 8] = [
    ("legacy_auth_403", "A wrong key is answered 403, as until 2025"),
    ("ignore_bad_discounts", "A code that does not apply is left out"),
    ("show_checkout_url", "Reading a checkout tells its address too"),
    ("missing_price_400", "A price that is not there is answered 400"),
    ("product_or_price", "A seat is changed by its product or its price"),
    ("refund_id", "A refund’s answer has its id"),
    ("oldest_transactions_first", "Transactions begin with the oldest"),
    ("stale_items", "An upgrade is first told with the old items"),
];

pub(super) fn faults(world: &World) -> Markup {
    let row = |fault: &Fault| -> Row {
        let what = json!(fault);
        let text = |name: &str, other: &str| what[name].as_str().unwrap_or(other).to_owned();
        vec![
            html! { code { (text("method", "any")) " " (text("path", "any path")) } },
            html! {
                @if what["drop"] == true { "no answer" }
                @else if let Some(status) = what["status"].as_u64() { (status) }
                @else { "its own answer" }
                @if what["delay_ms"].as_u64() > Some(0) { ", " (what["delay_ms"]) " ms late" }
            },
            html! { (what["times"]) " times" },
        ]
    };
    let rows: Vec<Row> = world.faults.iter().map(row).collect();
    let content = html! {
        (live("faults-list", &html! {
            (table("Faults", &["Call", "Gets", "Left"], &rows, "Every call is answered as it should be."))
            @if !rows.is_empty() { (button("faults/clear", "/#faults", ("sure", "yes"), "No more faults", "No more faults")) }
        }))
        details class="sheet-details" {
            summary { "Make calls fail" }
            form class="sheet" method="post" action=(control("faults", "/#faults")) {
                (choice("fault-method", "method", "Method", &[("", "any"), ("GET", "GET"), ("POST", "POST"), ("PATCH", "PATCH"), ("DELETE", "DELETE")], ""))
                (field("fault-path", "Path", &html! { input id="fault-path" name="path" value="/v1/checkouts" list="fault-paths" autocomplete="off"; datalist id="fault-paths" { option value="/v1/checkouts" {} option value="/v1/products*" {} option value="/v1/*" {} } }))
                (choice("fault-status", "status", "Answer", &[("500", "500"), ("429", "429"), ("401", "401"), ("403", "403"), ("404", "404"), ("503", "503"), ("", "its own")], "500"))
                (field("fault-delay", "Late by (ms)", &html! { input id="fault-delay" name="delay_ms" type="number" min="0" value="0"; }))
                (field("fault-times", "Times", &html! { input id="fault-times" name="times" type="number" min="1" value="1"; }))
                (choice("fault-drop", "drop", "Connection", &[("false", "stays"), ("true", "closes without an answer")], "false"))
                button class="quiet" { "Make them fail" }
            }
        }
    };
    section("faults", "Faults", "The next calls that fit get something else.", &content)
}

pub(super) fn deliveries(world: &World) -> Markup {
    let now = json!(world.behaviour);
    let yes = |name: &str| if now[name] == true { "true" } else { "false" };
    let number = |name: &str| now[name].as_u64().unwrap_or(0).to_string();
    let content = live(
        "deliveries-now",
        &html! {
            form class="sheet" method="post" action=(control("deliveries", "/#deliveries")) {
                (choice("delivery-pause", "pause", "They leave", &[("false", "at once"), ("true", "not until they may again")], yes("pause")))
                (field("delivery-duplicate", "Copies beside the first", &html! { input id="delivery-duplicate" name="duplicate" type="number" min="0" max="100" value=(number("duplicate")); }))
                (choice("delivery-shuffle", "shuffle", "Their order", &[("false", "as it happened"), ("true", "shuffled")], yes("shuffle")))
                (field("delivery-delay", "Late by (ms)", &html! { input id="delivery-delay" name="delay_ms" type="number" min="0" value=(number("delay_ms")); }))
                button class="quiet" { "Deliver so" }
            }
        },
    );
    section(
        "deliveries",
        "Deliveries",
        "Real ones come twice, late and out of order. See whether your server minds.",
        &content,
    )
}

pub(super) fn switches(world: &World) -> Markup {
    let now = json!(world.switches);
    let taxes: Vec<String> =
        world.switches.taxes.iter().map(|(country, percent)| format!("{country} {percent}")).collect();
    let content = live(
        "switches-now",
        &html! {
            form class="sheet wide" method="post" action=(control("switches", "/#switches")) {
                @for (name, about, words) in WORDS { (choice(name, name, about, words, now[name].as_str().unwrap_or_default())) }
                (field("taxes", "Per cent of tax by country", &html! { input id="taxes" name="taxes" value=(taxes.join(", ")) placeholder="DE 19, US 8" autocomplete="off"; }))
                div class="flags" {
                    @for (name, about) in FLAGS {
                        label { input type="checkbox" name=(name) value="true" checked[now[name] == Value::Bool(true)]; " " (about) }
                    }
                }
                button class="quiet" { "Switch" }
            }
        },
    );
    section("switches", "Switches", "Where Creem changed its ways, or where what is known of it disagrees.", &content)
}

/// Records what is done, and hands it out as a program.
pub(super) fn scenario(world: &World) -> Markup {
    let content = live(
        "scenario-now",
        &match &world.scenario {
            None => html! {
                form class="sheet" method="post" action=(control("scenario", "/#scenario")) {
                    (field("scenario-at", "The clock is held at", &html! { input id="scenario-at" name="at" placeholder="2026-12-01T00:00:00Z" autocomplete="off"; }))
                    button class="quiet" { "Forget everything and record" }
                }
            },
            Some(scenario) => html! {
                p { (scenario.steps.len()) " calls so far, from " (iso(scenario.at)) "." }
                div class="controls" {
                    @for (language, words) in [("curl", "Shell script"), ("typescript", "TypeScript test"), ("rust", "Rust test"), ("json", "JSON")] {
                        a class="quiet" href={ "_sandbox/scenario/" (language) } download { (words) }
                    }
                    (button("scenario/stop", "/#scenario", ("sure", "yes"), "Stop", "Stop recording"))
                }
            },
        },
    );
    let about =
        "A recording of calls and controls becomes a script that plays them again, answered to the byte as they were.";
    section("scenario", "Scenario", about, &content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::switches::Switches;

    /// A switch that the page does not offer would be switched back by its form.
    #[test]
    fn the_page_offers_every_switch() {
        let known = json!(Switches::default());
        let mut offered: Vec<&str> = WORDS.iter().map(|(name, ..)| *name).chain(FLAGS.map(|(name, _)| name)).collect();
        offered.push("taxes");
        offered.sort_unstable();
        let mut known: Vec<&str> = known.as_object().expect("an object").keys().map(String::as_str).collect();
        known.sort_unstable();
        assert_eq!(offered, known);
        for (name, _, words) in WORDS {
            for (word, _) in words {
                assert!(serde_json::from_value::<Switches>(json!({ name: word })).is_ok(), "{name}: {word}");
            }
        }
    }
}
