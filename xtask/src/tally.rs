//! How many tests passed and failed, read from the closing lines of the runners that are used here.

use std::fmt;
use std::ops::AddAssign;

/// Counts of passed and failed tests; displayed as the plain closing line `N passed, N failed`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// Adds up every closing line in a runner's output: nextest, `cargo test`, Node's test runner, the replay.
    pub(crate) fn of_output(output: &str) -> Self {
        let mut total = Self::default();
        for line in output.lines() {
            total += Self::of_line(line);
        }
        total
    }

    /// Nothing was counted: no test ran.
    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }

    fn of_line(line: &str) -> Self {
        let line = line.trim();
        let counted = |word| number_before(line, word).unwrap_or(0);
        if line.starts_with("test result:") {
            return Self { passed: counted("passed"), failed: counted("failed") };
        }
        if line.starts_with("Summary [") {
            return Self {
                passed: counted("passed"),
                failed: counted("failed") + counted("timed out") + counted("exec failed"),
            };
        }
        if number_before(line, "same").is_some() && number_before(line, "different").is_some() {
            return Self {
                passed: counted("same") + counted("wording") + counted("accepted"),
                failed: counted("different"),
            };
        }
        // Node's runner counts on a line of its own: `# pass 3`, or with an `ℹ` in its other reporter.
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["#" | "ℹ", "pass", count] => Self { passed: count.parse().unwrap_or(0), failed: 0 },
            ["#" | "ℹ", "fail" | "cancelled", count] => Self { passed: 0, failed: count.parse().unwrap_or(0) },
            _ => Self::default(),
        }
    }
}

/// The number in front of `word` in a list such as `3 passed; 0 failed` or `3 tests run: 2 passed (1 slow), 1 failed`.
fn number_before(line: &str, word: &str) -> Option<u64> {
    line.split([',', ';', ':', '.', '(', ']']).find_map(|part| {
        let (number, rest) = part.trim().split_once(' ')?;
        let rest = rest.trim_start();
        (rest == word || rest.strip_prefix(word).is_some_and(|after| after.starts_with(' ')))
            .then(|| number.parse().ok())
            .flatten()
    })
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u64, failed: u64) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn the_closing_line_of_each_runner_is_counted() {
        let cases = [
            ("     Summary [   0.012s] 12 tests run: 11 passed (1 slow), 1 failed, 2 skipped", tally(11, 1)),
            ("     Summary [  10.5s] 4/9 tests run: 3 passed, 1 timed out, 0 skipped", tally(3, 1)),
            ("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out", tally(3, 0)),
            ("test result: FAILED. 3 passed; 2 failed; 0 ignored", tally(3, 2)),
            ("ℹ pass 7", tally(7, 0)),
            ("# fail 2", tally(0, 2)),
            ("120 same, 3 wording, 2 accepted, 9 out of scope, 1 different of 135", tally(125, 1)),
        ];
        for (line, expected) in cases {
            assert_eq!(Tally::of_output(line), expected, "{line}");
        }
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in ["test a_token_that_passed ... ok", "ℹ tests 7", "2 passed the door", "same as before"] {
            assert!(Tally::of_output(line).is_empty(), "{line}");
        }
    }

    #[test]
    fn several_closing_lines_add_up_to_one_plain_line() {
        let output = "test result: ok. 3 passed; 0 failed\nnoise\ntest result: FAILED. 1 passed; 1 failed\n";
        assert_eq!(Tally::of_output(output).to_string(), "4 passed, 1 failed");
    }
}
