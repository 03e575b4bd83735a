//! `docs/api.md`, held against the code in both directions: what there is stands in it, and what stands in it is there.

mod fields;
mod limits;

use std::collections::BTreeSet;
use std::fs;

use wire::{ErrorCode, Field, routes};

use crate::guide::{root, text};
use crate::shell::Shell;

const GUIDE: &str = "docs/api.md";

/// A section, from its heading to the next one of any level.
fn section(heading: &str) -> String {
    let guide = text(GUIDE);
    let lines: Vec<&str> = guide.lines().skip_while(|line| line.trim_start_matches(['#', ' ']) != heading).collect();
    assert!(!lines.is_empty(), "there is no section {heading}");
    lines[1..].iter().take_while(|line| !line.starts_with('#')).flat_map(|line| [line, "\n"]).collect()
}

/// The rows of a section's table whose first column has this head, as their cells.
fn rows(heading: &str, head: &str) -> Vec<Vec<String>> {
    let section = section(heading);
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|').split(" | ").map(|cell| cell.trim_matches([' ', '|']).to_owned()).collect()
    };
    let table = section.lines().skip_while(|line| !line.starts_with(&format!("| {head} |")));
    let rows: Vec<_> = table.skip(2).take_while(|line| line.starts_with('|')).map(cells).collect();
    assert!(!rows.is_empty(), "{heading} has no table of {head}");
    rows
}

/// What stands in backticks at the beginning of each row.
fn named(heading: &str, head: &str) -> BTreeSet<String> {
    let name = |row: &Vec<String>| row[0].split('`').nth(1).expect("a name").to_owned();
    rows(heading, head).iter().map(name).collect()
}

fn source(file: &str) -> String {
    fs::read_to_string(root().join(file)).expect("a source")
}

fn set<'a>(words: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    words.into_iter().map(str::to_owned).collect()
}

/// The path that an expression of the router makes of texts and of names of `wire::routes`.
fn spelled_out(expression: &str) -> String {
    let names = [
        ("PRODUCTS", routes::PRODUCTS),
        ("QUOTE", routes::QUOTE),
        ("CHECKOUTS", routes::CHECKOUTS),
        ("RETURN", routes::RETURN),
        ("PAYMENTS", routes::PAYMENTS),
        ("EVENTS", routes::EVENTS),
        ("STATUS", routes::STATUS),
    ];
    let start = if expression.starts_with("&at(") { "/" } else { "" };
    let parts = expression.split('"').enumerate().flat_map(|(position, part)| {
        if position % 2 == 1 {
            return vec![part];
        }
        let words = part.split(|letter: char| !letter.is_ascii_uppercase());
        words.filter_map(|word| names.iter().find(|(name, _)| *name == word).map(|(_, path)| *path)).collect()
    });
    std::iter::once(start).chain(parts).collect()
}

#[test]
fn every_endpoint_is_listed() {
    let router = source("crates/proxy/src/proxy.rs");
    let routes = router.split(".route(").skip(1).filter_map(|rest| {
        let (path, method) = rest
            .split_once(", get(")
            .map(|(path, _)| (path, "GET"))
            .into_iter()
            .chain(rest.split_once(", post(").map(|(path, _)| (path, "POST")))
            .min_by_key(|(path, _)| path.len())?;
        // The loader's other name is a hash.
        (!path.contains("loader_name")).then(|| format!("{method} {}", spelled_out(path)))
    });
    assert_eq!(named("Endpoints", "call"), routes.collect());
}

#[test]
fn the_parameters_and_events_are_those_that_are_read_and_sent() {
    let parameters = |file: &str| -> Vec<BTreeSet<String>> {
        let source = source(file);
        let lists = source.split("parameters(query.as_deref(), &[").chain(source.split("parameters(query, &["));
        let lists = lists.filter_map(|rest| rest.split_once("])").map(|(list, _)| list.to_owned()));
        let quoted = |list: String| list.split('"').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
        lists.filter(|list| list.starts_with('"')).map(quoted).collect()
    };
    assert!(
        source("crates/proxy/src/routes/quote.rs").contains("parameters(query.as_deref(), &[PRODUCT, UNITS, CODE])")
    );
    let asked = [Field::Product, Field::Units, Field::DiscountCode].map(Field::name);
    assert_eq!(named("`GET /api/quote`", "parameter"), set(asked));
    let payments = parameters("crates/proxy/src/routes/payments.rs");
    assert_eq!(payments.len(), 2, "{payments:?}");
    for heading in ["`GET /api/payments`", "`GET /api/payments/{request_id}`"] {
        assert!(payments.contains(&named(heading, "parameter")), "{heading}: {payments:?}");
    }
    let stream = "`GET /api/payments/{request_id}/events`";
    assert!(payments.contains(&named(stream, "parameter")));
    let events = source("crates/proxy/src/routes/events.rs");
    assert!(events.matches(".event(").count() == 1 && events.contains(".event(wire::routes::PAYMENT_EVENT)"));
    assert_eq!(named(stream, "event"), set([routes::PAYMENT_EVENT]));
}

#[test]
fn every_error_code_has_its_status_a_cause_and_a_cure() {
    let documented: Vec<(String, String)> = rows("Errors", "code")
        .into_iter()
        .map(|row| {
            assert!(row.len() == 4 && row.iter().all(|cell| !cell.is_empty()), "{row:?}");
            (row[0].trim_matches('`').to_owned(), row[1].clone())
        })
        .collect();
    let known = |code: &ErrorCode| (code.as_str().to_owned(), code.status().to_string());
    assert_eq!(documented, ErrorCode::ALL.iter().map(known).collect::<Vec<_>>());
}

#[test]
fn every_metric_is_listed_with_its_kind_and_its_labels() {
    let counted = source("crates/proxy/src/telemetry.rs");
    let described = counted.split("describe_").skip(1).filter_map(|rest| {
        let (kind, rest) = rest.split_once("!(").filter(|(kind, _)| !kind.contains(' '))?;
        Some((rest.split('"').nth(1)?.to_owned(), kind.to_owned()))
    });
    let described: BTreeSet<(String, String)> = described.collect();
    assert!(described.len() > 10, "{described:?}");
    let documented = rows("Metrics", "name");
    let unquoted = |cell: &str| cell.trim_matches('`').to_owned();
    assert_eq!(documented.iter().map(|row| (unquoted(&row[0]), row[1].clone())).collect::<BTreeSet<_>>(), described);
    // A label is a pair of a macro: `"route" => …`, or `("route", …)` in a list of them.
    let of_a_macro = counted.split("\" => ").filter_map(|before| before.rsplit('"').next());
    let of_a_macro = of_a_macro.take(counted.matches("\" => ").count());
    let of_a_list = counted.split("(\"").skip(1).filter_map(|rest| rest.split_once("\", ").map(|(name, _)| name));
    let is_a_word = |name: &&str| name.chars().all(|letter| letter.is_ascii_lowercase());
    let labels = set(of_a_macro.chain(of_a_list).filter(is_a_word));
    let told: BTreeSet<String> = documented
        .iter()
        .flat_map(|row| row.get(3).map(String::as_str).unwrap_or_default().split(", "))
        .map(unquoted)
        .filter(|label| !label.is_empty())
        .collect();
    assert_eq!(told, labels);
}

#[test]
fn every_setting_and_command_is_listed() {
    let shell = Shell::open();
    let help = shell.run("creem-checkout serve --help");
    let variables = help.split("[env: ").skip(1).filter_map(|rest| rest.split(['=', ']']).next());
    assert_eq!(named("Settings", "variable"), set(variables));
    let help = shell.run("creem-checkout --help");
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands = commands.filter_map(|line| line.split_whitespace().next()).filter(|command| *command != "help");
    let documented = named("Commands", "command");
    assert_eq!(documented, commands.map(|command| format!("creem-checkout {command}")).collect());
}
