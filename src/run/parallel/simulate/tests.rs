//! Tests of simulations: the threads do not matter, a signal ends them, and nobody's deposits make no verdict.

use super::*;
use crate::report::{Format as _, Table};
use crate::scenario;

/// Simulates, and gives the report with the folder that keeps it.
async fn simulated(text: &str, players: u64, threads: u64, stop: bool) -> (RunReport, tempfile::TempDir) {
    let raw = scenario::read("test", text).expect("TOML");
    let scenario = scenario::check(&raw, "test", text).expect("a scenario");
    let folder = tempfile::tempdir().unwrap();
    let fixed = Fixed {
        seed: Some(7),
        tag: Some("k3f9q2xw".parse().unwrap()),
        start: Some("2026-11-20T00:00:00.5Z".parse().unwrap()),
    };
    let options = SimulateOptions {
        scenario,
        players,
        threads,
        fixed,
        out: Some(folder.path().join("out")),
        junit: Some(folder.path().join("junit.xml")),
        again: "postproof parallel".to_owned(),
        stop: watch::channel(stop).1,
        watch: Arc::new(|_| {}),
    };
    let outcome = simulate(options).await.expect("a simulation");
    assert!(!outcome.gone);
    (outcome.report, folder)
}

fn table(report: &RunReport) -> String {
    let mut text = Vec::new();
    Table.write(report, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn threads_share_nothing_and_change_nothing() {
    let (one, _) = simulated("", 7000, 1, false).await;
    let (three, folder) = simulated("", 7000, 3, false).await;
    let parallel = one.parallel.clone().expect("a block");
    assert_eq!(one.parallel, three.parallel);
    assert_eq!((one.verdict, one.interrupted), (Verdict::Pass, false));
    assert_eq!(parallel.players, 7000);
    assert_eq!(parallel.gap.both + parallel.gap.s2s_only, parallel.gap.ftds);
    assert_eq!(parallel.losses.iter().map(|loss| loss.count).sum::<u64>(), parallel.gap.s2s_only);
    for part in &parallel.parts {
        assert_eq!(part.rows.iter().map(|row| row.figures.ftds).sum::<u64>(), parallel.gap.ftds, "{}", part.dimension);
    }
    let json = std::fs::read_to_string(folder.path().join("out/report.json")).unwrap();
    assert!(json.contains("\"fixed_rule\""), "{json}");
    assert!(std::fs::read_to_string(folder.path().join("junit.xml")).unwrap().contains("parallel.simulated"));
}

#[tokio::test]
async fn the_table_tells_what_the_fixed_rule_would_make_of_a_sound_audience() {
    let (report, _folder) = simulated("[parallel]\nsetup = \"third-party\"\n", 4000, 2, false).await;
    let text = table(&report);
    assert!(text.contains("would call this sound audience an error"), "{text}");
    assert!(text.contains("▸ third-party pixel"), "{text}");
    assert!(text.contains("browser safari") && text.contains("device ios") && text.contains("country DE"), "{text}");
    assert!(text.lines().last().is_some_and(|line| line.starts_with("PASS")), "{text}");
}

#[tokio::test]
async fn an_audience_that_loses_nothing_satisfies_even_the_fixed_rule() {
    let text = "[parallel]\nsetup = \"first-party\"\nfirst_party_cookie = \"http\"\n[parallel.audience]\n\
        other_device = \"0%\"\nin_app = \"0%\"\nprivate_windows = \"0%\"\nconsent_refused = \"0%\"\n\
        blockers_stop_first_party = \"0%\"\ndeleted_first_party = \"0%\"\n";
    let (report, _folder) = simulated(text, 3000, 2, false).await;
    let parallel = report.parallel.as_ref().expect("a block");
    assert_eq!((parallel.gap.s2s_only, parallel.fixed_rule.says), (0, "sound"));
    assert!(table(&report).contains("nothing is wrong with it"));
}

#[tokio::test]
async fn what_was_cut_short_or_empty_is_inconclusive() {
    let (report, _folder) = simulated("", 5000, 2, true).await;
    assert_eq!((report.verdict, report.interrupted), (Verdict::Inconclusive, true));
    let (report, _folder) = simulated("[journeys.funnel]\nftd = \"0%\"\n", 3000, 2, false).await;
    assert_eq!((report.verdict, report.interrupted), (Verdict::Inconclusive, false));
    let observed = &report.checks.iter().find(|check| check.id == "parallel.deposits").expect("the check").observed;
    assert!(observed.contains("nobody did"), "{observed}");
    assert!(table(&report).contains("INCONCLUSIVE"));
}
