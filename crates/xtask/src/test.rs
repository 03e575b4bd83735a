//! `cargo xtask test`: all tests, from the cheapest to the whole journeys.

use anyhow::{Result, bail};

use crate::build;
use crate::run::{cargo, step_reading};
use crate::{sdk, tools};

/// What the test runners counted.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

/// Installs what the tests need and runs them all.
///
/// # Errors
/// When a tool is missing, a build fails or a test fails.
pub(crate) fn test() -> Result<()> {
    tools::for_the_page()?;
    tools::for_the_browser()?;
    tools::for_the_other_engines()?;
    tools::for_the_databases()?;
    tools::for_the_guides()?;
    let mut tally = Tally::default();
    let outcome = run(&mut tally);
    // Alone on its line and last: CI reads it.
    println!("\n{} passed, {} failed", tally.passed, tally.failed);
    if tally.ignored > 0 {
        bail!("{} tests were ignored", tally.ignored);
    }
    outcome
}

fn run(tally: &mut Tally) -> Result<()> {
    step_reading(
        "Rules, signatures, proxy, sandbox and the guides' snippets (native tests)",
        &mut cargo(&["test", "--workspace", "--exclude", "e2e"]),
        |line| tally.read(line),
    )?;
    sdk::test(|line| tally.read(line))?;
    step_reading(
        "Components in a real browser",
        cargo(&["test", "--target", "wasm32-unknown-unknown", "--features", "browser-tests", "--test", "web"])
            .env("CHROMEDRIVER", tools::chromedriver()?),
        |line| tally.read(line),
    )?;
    build::page()?;
    tools::for_the_journeys()?;
    step_reading(
        "Whole journeys: all in Chromium, the short list in Firefox and WebKitGTK too",
        &mut cargo(&["test", "--package", "e2e"]),
        |line| tally.read(line),
    )
}

impl Tally {
    /// Reads a runner's closing line: `test result: ok. 3 passed; 0 failed; 0 ignored; …`, or `ℹ pass 3` by Node's.
    fn read(&mut self, line: &str) {
        if let Some((word, count)) = line.strip_prefix("ℹ ").and_then(|rest| rest.split_once(' ')) {
            let count: u64 = count.parse().unwrap_or_default();
            match word {
                "pass" => self.passed += count,
                "fail" | "cancelled" => self.failed += count,
                "skipped" | "todo" => self.ignored += count,
                _ => {}
            }
            return;
        }
        let Some(counts) = line.trim_start().strip_prefix("test result:") else { return };
        let count = |word: &str| -> u64 {
            let before = counts.split(word).next().unwrap_or_default();
            before.rsplit([' ', ';', '.']).find_map(|number| number.parse().ok()).unwrap_or_default()
        };
        self.passed += count(" passed");
        self.failed += count(" failed");
        self.ignored += count(" ignored");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_added_up() {
        let mut tally = Tally::default();
        tally.read("test result: ok. 21 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.03s");
        tally.read("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out");
        tally.read("test something ... ok");
        for line in ["ℹ tests 7", "ℹ pass 5", "ℹ fail 1", "ℹ skipped 1", "ℹ duration_ms 12.5"] {
            tally.read(line);
        }
        assert_eq!((tally.passed, tally.failed, tally.ignored), (29, 3, 2));
    }
}
