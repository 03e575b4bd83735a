//! `docs/performance.md`: what `cargo xtask bench` measured, with a chart for each part.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::run::{root, target};

/// A part of the page: the benchmark, its title, and what is to be known of it.
const PARTS: [(&str, &str, &str); 5] = [
    (
        "reads",
        "Reads",
        "The page, its products and its WebAssembly, asked for by wrk on 32 connections as a browser asks, beside nginx \
         serving the same compressed bytes from files. Both write a line to their log for each page and product list, none \
         for the WebAssembly, and share the machine with wrk.",
    ),
    (
        "listeners",
        "Events",
        "A thousand pages wait for their payment, each in a stream of its own; one after the other is paid by a webhook.",
    ),
    (
        "growth",
        "Growth",
        "The same answers from a ledger of a thousand payments and from one of a million, on SQLite; in a shop of ten \
         products and in one of ten thousand; and what is sold by one buyer and by a thousand at once, each of whom reads \
         the page, asks for a price, opens a session and looks at its status.",
    ),
    (
        "writes",
        "Writes",
        "Webhooks beside what SQLite commits by itself with the same statements and pragmas, and beside `pgbench -N` on \
         PostgreSQL; creations beside an Express server with Creem’s SDK, both before the same sandbox. Databases commit \
         to the disk.",
    ),
    (
        "embed",
        "In another site",
        "A page of another origin with an element in it, in Chromium on a line of 1.6 Mbit/s with 150 ms for each request \
         and a processor slowed down four times, medians of 11 visits with an empty cache. The form is painted when the \
         frame after the first one that has it begins; the page's own first paint is the browser's first contentful paint.",
    ),
];

#[derive(Deserialize)]
struct Figure {
    what: String,
    value: f64,
    unit: String,
    peer: Option<Peer>,
    goal: Option<Goal>,
}

#[derive(Deserialize)]
struct Peer {
    name: String,
    value: f64,
}

#[derive(Deserialize)]
enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

/// Writes the page and its charts from what was measured last, once every part was.
///
/// # Errors
/// When a figure cannot be read, or a file cannot be written.
pub(crate) fn write() -> Result<()> {
    if let Some((missing, ..)) = PARTS.iter().find(|(name, ..)| !figures_of(name).is_file()) {
        println!("\ndocs/performance.md is written once `cargo xtask bench {missing}` was run too");
        return Ok(());
    }
    let docs = root().join("docs");
    let charts = docs.join("performance");
    fs::create_dir_all(&charts)?;
    let mut page = format!(
        "# Performance\n\nWritten by `cargo xtask bench`, on {} at commit {}.\nMachines differ and are noisy: the ratios \
         are what counts, each of medians of one run.\n",
        machine(),
        commit()?,
    );
    for (name, title, about) in PARTS {
        let figures = measured(name)?;
        write!(page, "\n## {title}\n\n{about}\nMeasured by `cargo xtask bench {name}`.\n\n")?;
        if let Some(chart) = chart(&figures) {
            write!(page, "![{title}, in bars: the table below](performance/{name}.svg)\n\n")?;
            fs::write(charts.join(format!("{name}.svg")), chart)?;
        }
        page.push_str(&table(&figures)?);
    }
    fs::write(docs.join("performance.md"), page)?;
    println!("\nWritten: {}", docs.join("performance.md").display());
    Ok(())
}

fn figures_of(name: &str) -> PathBuf {
    target().join("tmp").join("figures").join(name).with_extension("json")
}

fn measured(name: &str) -> Result<Vec<Figure>> {
    let file = figures_of(name);
    let text = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(serde_json::from_slice(&text)?)
}

fn machine() -> String {
    let model = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "))?;
        Some(line.1.trim().to_owned())
    });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} cores of {}", model.as_deref().unwrap_or("an unnamed processor"))
}

fn commit() -> Result<String> {
    let output = Command::new("git").args(["rev-parse", "--short", "HEAD"]).current_dir(root()).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

fn table(figures: &[Figure]) -> Result<String> {
    let mut table = String::from("| what | here | beside it | ratio | goal |\n|---|---|---|---|---|\n");
    for figure @ Figure { what, value, unit, peer, goal } in figures {
        let beside = peer.as_ref().map(|peer| format!("{}: {}", peer.name, number(peer.value))).unwrap_or_default();
        let ratio = peer.as_ref().map(|_| format!("{:.2}", figure.judged())).unwrap_or_default();
        let (goal, is_met) = match goal {
            Some(Goal::AtLeast(least)) => (format!("at least {least}"), figure.judged() >= *least),
            Some(Goal::AtMost(most)) => (format!("at most {most}"), figure.judged() <= *most),
            None => (String::new(), true),
        };
        let missed = if is_met { "" } else { ", **not met**" };
        writeln!(table, "| {what} | {} {unit} | {beside} | {ratio} | {goal}{missed} |", number(*value))?;
    }
    Ok(table)
}

impl Figure {
    /// What the goal is about.
    fn judged(&self) -> f64 {
        self.peer.as_ref().map_or(self.value, |peer| self.value / peer.value)
    }
}

/// With as many digits as a noisy machine can tell, and a space between thousands.
fn number(value: f64) -> String {
    if value < 10.0 {
        return format!("{value:.2}");
    }
    if value < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

/// Bars for everything that has a peer, each pair as long as its longer one; none where nothing has.
fn chart(figures: &[Figure]) -> Option<String> {
    const ROW: usize = 64;
    const BARS: f64 = 420.0;
    let pairs: Vec<_> = figures.iter().filter_map(|figure| Some((figure, figure.peer.as_ref()?))).collect();
    if pairs.is_empty() {
        return None;
    }
    let height = pairs.len() * ROW + 8;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}" width="640" height="{height}" role="img"><style>
text {{ font: 13px system-ui, sans-serif; fill: #3f3f46 }}
.ours {{ fill: #4f46e5 }}
.peer {{ fill: #a1a1aa }}
@media (prefers-color-scheme: dark) {{ text {{ fill: #d4d4d8 }} .ours {{ fill: #818cf8 }} .peer {{ fill: #71717a }} }}
</style>
"#
    );
    for (row, (figure, peer)) in pairs.into_iter().enumerate() {
        let top = row * ROW;
        let longer = figure.value.max(peer.value);
        let what = escaped(&format!("{}, {}", figure.what, figure.unit));
        svg.push_str(&format!("<text x=\"0\" y=\"{}\">{what}</text>\n", top + 16));
        for (class, value, name, y) in
            [("ours", figure.value, "here", top + 24), ("peer", peer.value, peer.name.as_str(), top + 42)]
        {
            let width = (value / longer * BARS).max(1.0);
            let (label, name) = (number(value), escaped(name));
            svg.push_str(&format!(
                "<rect class=\"{class}\" x=\"0\" y=\"{y}\" width=\"{width:.0}\" height=\"14\" rx=\"2\"/>\
                 <text x=\"{:.0}\" y=\"{}\">{label} {name}</text>\n",
                width + 8.0,
                y + 12,
            ));
        }
    }
    svg.push_str("</svg>\n");
    Some(svg)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_can_be_told() {
        let shown = [0.234, 12.34, 123.4, 12_345.6, 1_234_567.0].map(number);
        assert_eq!(shown, ["0.23", "12.3", "123", "12\u{202f}346", "1\u{202f}234\u{202f}567"]);
    }

    #[test]
    fn a_goal_is_about_the_ratio_where_there_is_one() {
        let peer = Some(Peer { name: "nginx".into(), value: 200.0 });
        let goal = Some(Goal::AtLeast(0.5));
        let figure = Figure { what: "the page".into(), value: 90.0, unit: "a second".into(), peer, goal };
        let table = table(&[figure]).expect("a table");
        assert!(
            table.contains("| the page | 90.0 a second | nginx: 200 | 0.45 | at least 0.5, **not met** |"),
            "{table}"
        );
    }
}
