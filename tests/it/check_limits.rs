//! The cases of rate limits and allow-lists, at stacks that are set up with them, and at stacks that do not keep them.

use postproof::model::Verdict;
use postproof::report::RunReport;
use postproof_mocks::{Admission, Config, Rate, TrackerSettings};

use crate::check::{found, report};
use crate::harness::{Served, shown};

/// The verdict of that case and of the whole, at a stack with such an admission.
async fn judged(planted: &[&str], admission: Admission, case: &str, contract: &str) -> (Verdict, RunReport) {
    let tracker = TrackerSettings { admission, ..TrackerSettings::default() };
    let served = Served::configured(planted, Config { tracker, ..Config::default() }).await;
    let report = report(&served.scenario(1, contract), &[case]).await;
    (found(&report, case).verdict, report)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declared_rate_is_kept_or_missed() {
    let contract = "[contract]\nrate = 10\n";
    let kept = || Admission { rate: Some(Rate { per_second: 10, burst: 10 }), ..Admission::default() };
    let (verdict, report) = judged(&[], kept(), "limits.burst", contract).await;
    assert_eq!((verdict, report.verdict), (Verdict::Pass, Verdict::Pass), "{}", shown(&report));
    for defect in ["limit-ignored", "no-retry-after"] {
        let (verdict, report) = judged(&[defect], kept(), "limits.burst", contract).await;
        assert_eq!(verdict, Verdict::Fail, "{defect}: {}", shown(&report));
    }
    let (verdict, _) = judged(&[], Admission::default(), "limits.burst", "").await;
    assert_eq!(verdict, Verdict::Skipped, "nobody declared a rate");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_allow_list_is_kept_or_fooled() {
    let contract = "[contract]\nallow_list = \"203.0.113.9\"\n";
    let case = "limits.forwarded-for";
    let listed = || Admission { allow: vec!["203.0.113.0/24".parse().expect("a network")], ..Admission::default() };
    let (verdict, report) = judged(&[], listed(), case, contract).await;
    assert_eq!((verdict, report.verdict), (Verdict::Pass, Verdict::Pass), "{}", shown(&report));
    let (verdict, report) = judged(&["forwarded-believed"], listed(), case, contract).await;
    assert_eq!(verdict, Verdict::Fail, "{}", shown(&report));
    let (verdict, report) = judged(&[], Admission::default(), case, contract).await;
    assert_eq!(verdict, Verdict::Inconclusive, "{}", shown(&report));
}
