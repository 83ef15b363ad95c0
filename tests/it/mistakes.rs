//! Every mistake of the reference operator is exposed by a run through it, by the row or check that names it, or stands
//! here with what it would take. Some show only beside a tracker that is not always there, or not always right.

use postproof::model::Verdict;
use postproof_mocks::{Admission, Config, MISTAKES, Rate, TrackerSettings};

use crate::harness::{Served, ids, run, shown};

/// What a mistake needs around it in order to show.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    /// The sound tracker.
    Sound,
    /// A tracker that sends postbacks away for a moment when they come too fast, as it may.
    Busy,
    /// A tracker with this defect, which is sound without the mistake as far as this road goes.
    Defect(&'static str),
}

/// Which checks must fail for a mistake, and beside which tracker.
fn exposes(mistake: &str) -> (Beside, &'static [&'static str]) {
    match mistake {
        "operator-click-lost-in-navigation"
        | "operator-click-id-truncated"
        | "operator-amounts-as-text"
        | "operator-amounts-with-comma"
        | "operator-macro-unexpanded"
        | "operator-token-never-refreshed"
        | "operator-one-brand-only" => (Beside::Sound, &["ledger.lost", "money.bound"]),
        "operator-brand-left-out"
        | "operator-local-times"
        | "operator-always-usd"
        | "operator-every-deposit-first"
        | "operator-refund-as-deposit" => (Beside::Sound, &["ledger.corrupt"]),
        "operator-fires-twice" => (Beside::Sound, &["ledger.unexpected", "money.bound"]),
        "operator-fires-twice-same-id" => (Beside::Defect("no-idempotency"), &["ledger.double", "money.bound"]),
        "operator-never-retries" | "operator-any-answer-delivers" => (Beside::Busy, &["ledger.lost", "money.bound"]),
        other => panic!("{other} is a new mistake: say here which checks expose it"),
    }
}

/// The checks of a run through the operator that expose a mistake.
pub(crate) fn exposed_by(mistake: &str) -> &'static [&'static str] {
    if is_unmet(mistake) { &[] } else { exposes(mistake).1 }
}

/// Whether no run meets a mistake.
pub(crate) fn is_unmet(mistake: &str) -> bool {
    UNMET.iter().any(|(name, _)| *name == mistake)
}

/// Mistakes that no run meets, each with what it would take.
const UNMET: [(&str, &str); 3] = [
    (
        "operator-no-dead-letters",
        "the books look the same whether a postback that was given up is kept or gone; it takes check: a look at the DLQ",
    ),
    ("operator-redelivery-new-id", "a run asks for no redelivery; it takes check: events that were given up"),
    ("operator-redelivery-idle", "a run asks for no redelivery; it takes check: events that were given up"),
];

/// First deposits below the contract's minimum stand beside later ones above it, so that a wrong `is_ftd` has a chance.
const PLAYERS: &str = "[journeys.funnel]\nrepeat = \"100%\"\nrepeat_deposits = 1\nreversal = \"50%\"\n\
     [journeys.amounts]\nmin = \"1\"\nmedian = \"12\"\np90 = \"100\"\n[journeys.mix]\ncurrencies = { BRL = 1, EUR = 1 }\n\
     [faults]\nenabled = false\n";

/// Fewer players come to the busy tracker, so that all of its postbacks are through in some seconds.
impl Beside {
    fn players(self) -> u64 {
        if self == Self::Busy { 4 } else { 10 }
    }
}

async fn served(beside: Beside, mistakes: &[&str]) -> Served {
    let mut config = Config::default();
    let mut planted = mistakes.to_vec();
    match beside {
        Beside::Sound => {}
        Beside::Busy => {
            // A third of the postbacks at once. So few afterwards that no machine is slow enough to keep within the rate, but
            // for the sound operator, whose eight attempts have to bring all of them through.
            let per_second = if mistakes.is_empty() { 3 } else { 1 };
            let rate = Some(Rate { per_second, burst: 6 });
            config.tracker =
                TrackerSettings { admission: Admission { rate, ..Admission::default() }, ..config.tracker };
        }
        Beside::Defect(name) => planted.push(name),
    }
    Served::configured(&planted, config).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_is_exposed_by_the_check_that_names_it() {
    for (name, why) in UNMET {
        assert!(MISTAKES.iter().any(|mistake| mistake.name == name) && !why.is_empty(), "{name}");
    }
    let mut runs = tokio::task::JoinSet::new();
    for mistake in MISTAKES.iter().filter(|mistake| UNMET.iter().all(|(name, _)| *name != mistake.name)) {
        let (beside, checks) = exposes(mistake.name);
        runs.spawn(async move {
            let served = served(beside, &[mistake.name]).await;
            let report = run(&served.through_operator(beside.players(), PLAYERS), 7).await;
            assert_eq!(report.verdict, Verdict::Fail, "{}: {}", mistake.name, shown(&report));
            let failed = ids(&report, Verdict::Fail);
            for check in checks {
                assert!(failed.contains(check), "{} is not exposed by {check}, only by {failed:?}", mistake.name);
            }
        });
    }
    while let Some(run) = runs.join_next().await {
        run.expect("an exposed mistake");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mistake_none_of_these_trackers_is_accused() {
    for beside in [Beside::Sound, Beside::Busy, Beside::Defect("no-idempotency")] {
        let served = served(beside, &[]).await;
        let report = run(&served.through_operator(beside.players(), PLAYERS).replace("\"2s\"", "\"20s\""), 7).await;
        assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_that_the_sound_tracker_makes_good_is_not_held_against_it() {
    let served = served(Beside::Sound, &["operator-fires-twice-same-id"]).await;
    let report = run(&served.through_operator(10, PLAYERS), 7).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_never_redelivered_is_lost_with_or_without_dead_letters() {
    for mistakes in [&["operator-never-retries"][..], &["operator-never-retries", "operator-no-dead-letters"]] {
        let served = served(Beside::Busy, mistakes).await;
        let report = run(&served.through_operator(Beside::Busy.players(), PLAYERS), 7).await;
        assert!(ids(&report, Verdict::Fail).contains(&"ledger.lost"), "{mistakes:?}: {}", shown(&report));
    }
}
