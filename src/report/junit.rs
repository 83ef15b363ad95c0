//! The report as JUnit XML: one test case for each check, in a class for each family.

use std::io::{Error, Result, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

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
        let mut xml = Report::new(format!("postproof {}: {}", report.command, report.scenario));
        xml.add_test_suite(suite);
        xml.serialize(out).map_err(Error::other)
    }
}

/// A failed check fails, an inconclusive one is an error (nobody may take it for a pass), a skipped one is skipped.
fn case(check: &Check) -> TestCase {
    let mut status = match check.verdict {
        Verdict::Pass | Verdict::Warn => TestCaseStatus::success(),
        Verdict::Skipped => TestCaseStatus::skipped(),
        Verdict::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::Inconclusive => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    if check.verdict != Verdict::Pass && check.verdict != Verdict::Warn {
        status.set_message(check.observed.clone());
        status.set_type(check.verdict.word());
        status.set_description(format!(
            "expected: {}\nobserved: {}\n{}",
            check.expected,
            check.observed,
            check.repro.join("\n")
        ));
    }
    let mut case = TestCase::new(check.id.clone(), status);
    case.set_classname(check.id.split('.').next().unwrap_or_default());
    if check.verdict == Verdict::Warn {
        case.set_system_out(format!("warning: {}", check.observed));
    }
    case
}
