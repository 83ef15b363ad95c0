//! The report as JUnit XML: one test case for each check, in a class for each family.

use std::io::{Error, Result, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::plain::plain;
use super::{Format, RunReport};
use crate::model::{Check, Verdict};

/// What CI systems read.
pub struct Junit;

impl Format for Junit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn write(&self, report: &RunReport, out: &mut dyn Write) -> Result<()> {
        let mut suite = TestSuite::new(format!("postproof {}", report.command));
        for check in &report.checks {
            suite.add_test_case(case(check));
        }
        let mut xml = Report::new(plain(&format!("postproof {}: {}", report.command, report.scenario)));
        xml.add_test_suite(suite);
        xml.serialize(out).map_err(Error::other)
    }
}

/// A failed check fails, an inconclusive one is an error (nobody may take it for a pass), a skipped one is skipped. JUnit
/// has no warnings: a check that warns passes, and says so in its output.
fn case(check: &Check) -> TestCase {
    let status = match check.verdict {
        Verdict::Pass | Verdict::Warn => TestCaseStatus::success(),
        Verdict::Skipped => explained(TestCaseStatus::skipped(), check),
        Verdict::Fail => explained(TestCaseStatus::non_success(NonSuccessKind::Failure), check),
        Verdict::Inconclusive => explained(TestCaseStatus::non_success(NonSuccessKind::Error), check),
    };
    let mut case = TestCase::new(plain(&check.id), status);
    case.set_classname(plain(check.family()));
    if check.verdict == Verdict::Warn {
        case.set_system_out(format!("warning\n{}", account(check)));
    }
    case
}

/// The message stands in an attribute, where line ends do not outlive a parser (XML 1.0 §3.3.3), so it is one line.
fn explained(mut status: TestCaseStatus, check: &Check) -> TestCaseStatus {
    status.set_message(plain(&check.observed).replace('\n', " "));
    status.set_type(check.verdict.word());
    status.set_description(account(check));
    status
}

/// What the rule asks for, what was there, and the commands that show it again. It is made plain here because the XML writer
/// would take out the whole of an ANSI sequence, and with an unfinished one the text behind it.
fn account(check: &Check) -> String {
    let mut lines = vec![format!("expected: {}", check.expected), format!("observed: {}", check.observed)];
    lines.extend_from_slice(&check.repro);
    plain(&lines.join("\n"))
}

#[cfg(test)]
mod tests;
