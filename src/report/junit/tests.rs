//! JUnit XML: one case for each check, what each verdict becomes, and that no text can break the document.

use super::*;
use crate::report::sample::{check, report};

const VERDICTS: [Verdict; 5] = [Verdict::Pass, Verdict::Warn, Verdict::Skipped, Verdict::Inconclusive, Verdict::Fail];

fn written(checks: Vec<Check>) -> String {
    let mut out = Vec::new();
    Junit.write(&report(checks), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The cases as a reader of JUnit finds them.
fn read(xml: &str) -> Vec<TestCase> {
    let report = Report::deserialize_from_str(xml).unwrap_or_else(|error| panic!("{error}\n{xml}"));
    assert_eq!(report.test_suites.len(), 1);
    report.test_suites.into_iter().flat_map(|suite| suite.test_cases).collect()
}

#[test]
fn every_check_is_one_case_in_the_class_of_its_family() {
    let checks = VERDICTS.map(|verdict| check(&format!("family-{0}.rule-{0}", verdict.word()), verdict));
    let cases = read(&written(checks.into()));
    let names: Vec<String> = cases
        .iter()
        .map(|case| format!("{} in {}", case.name.as_str(), case.classname.as_ref().map_or("", |name| name.as_str())))
        .collect();
    let expected = VERDICTS.map(|verdict| format!("family-{0}.rule-{0} in family-{0}", verdict.word()));
    assert_eq!(names, expected);
}

#[test]
fn every_verdict_becomes_what_ci_systems_know() {
    let xml = written(VERDICTS.map(|verdict| check(&format!("a.{}", verdict.word()), verdict)).into());
    assert!(xml.contains("tests=\"5\" skipped=\"1\" failures=\"1\" errors=\"1\">"), "{xml}");
    let account = "expected: what is right\nobserved: what was there";
    for case in [
        "<testcase name=\"a.pass\" classname=\"a\"/>".to_owned(),
        format!("<testcase name=\"a.warn\" classname=\"a\">\n            <system-out>warning\n{account}</system-out>"),
        format!("<skipped message=\"what was there\" type=\"skipped\">{account}</skipped>"),
        format!("<error message=\"what was there\" type=\"inconclusive\">{account}</error>"),
        format!("<failure message=\"what was there\" type=\"fail\">{account}</failure>"),
    ] {
        assert!(xml.contains(&case), "{case}\n{xml}");
    }
}

#[test]
fn commands_stand_below_what_was_observed() {
    let mut broken = check("a.b", Verdict::Fail);
    broken.repro = vec!["postproof replay a.b".to_owned(), "openssl | curl".to_owned()];
    let xml = written(vec![broken]);
    assert!(xml.contains("observed: what was there\npostproof replay a.b\nopenssl | curl</failure>"), "{xml}");
}

#[test]
fn no_text_can_break_the_document() {
    let every: String = ('\0'..='\u{a0}').chain(['\u{fffe}', '\u{ffff}', '\u{10ffff}']).collect();
    let hostile = format!("{every}\u{1b}[31mred\u{1b}[0m ]]> <b a='\"'>&amp; \u{1b}]0;title and the end");
    for verdict in VERDICTS {
        let mut broken = check("a.b", verdict);
        (broken.expected, broken.observed) = (hostile.clone(), hostile.clone());
        broken.repro = vec![hostile.clone()];
        let xml = written(vec![broken]);
        let stray =
            xml.chars().find(|&letter| letter.is_control() && letter != '\n' || "\u{fffe}\u{ffff}".contains(letter));
        assert_eq!(stray, None, "{}", verdict.word());
        assert_eq!(read(&xml).len(), 1);
        let shown = xml.matches("·[31mred·[0m ]]&gt; &lt;b a=").count();
        let ends = xml.matches("·]0;title and the end").count();
        let texts = match verdict {
            Verdict::Pass => 0,
            Verdict::Warn => 3,
            _ => 4,
        };
        assert_eq!((shown, ends), (texts, texts), "an unfinished sequence hides nothing: {xml}");
    }
}
