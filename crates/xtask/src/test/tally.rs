//! What the test runners say, counted.

/// What was counted so far.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
    /// The names of native tests that failed.
    pub(crate) failures: Vec<String>,
}

impl Tally {
    /// Reads a runner's line: `test result: ok. 3 passed; 0 failed; 0 ignored; …`, or `ℹ pass 3` by Node's.
    pub(crate) fn read(&mut self, line: &str) {
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
        if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.failures.push(name.to_owned());
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

    #[test]
    fn tests_that_failed_are_remembered_by_name() {
        let mut tally = Tally::default();
        tally.read("test sale::a_sale_reaches_paid ... FAILED");
        tally.read("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out");
        assert_eq!(tally.failures, ["sale::a_sale_reaches_paid"]);
    }
}
