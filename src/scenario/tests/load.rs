//! Loads and their SLAs: what they mean, what is taken where nothing is said, and what their mistakes look like.

use std::time::Duration;

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;

fn stages(text: &str) -> Vec<(String, u64, f64, f64)> {
    let plan = scenario(&format!("[load]\n{text}")).load;
    plan.stages.into_iter().map(|stage| (stage.name, stage.lasts.as_secs(), stage.from, stage.to)).collect()
}

#[test]
fn a_scenario_without_load_has_the_defaults() {
    let scenario = scenario("");
    assert_eq!((scenario.load.threads, scenario.load.connections, scenario.load.in_flight), (1, 50, 50));
    assert_eq!(stages(""), [("1".to_owned(), 30, 200.0, 200.0)]);
    let ids: Vec<&str> = scenario.sla.objectives.iter().map(|objective| objective.id.as_str()).collect();
    assert_eq!(ids, ["sla.p95", "sla.availability"]);
    assert_eq!(scenario.sla.objectives, SlaPlan::default().objectives);
    assert_eq!(scenario.sla.ingestion_lag_mean, Some(Duration::from_mins(1)));
    assert!(!scenario.sla.ingestion_declared && !scenario.sla.desync_declared);
}

#[test]
fn ramps_begin_where_the_stage_before_ended() {
    let text = "stages = [{ for = \"10s\", to = 500 }, { for = \"30s\", rate = 500 }, { for = \"1m\", to = 2000.5 }, \
                { name = \"spike\", for = \"5s\", rate = 5000 }, { for = \"5s\", to = 0 }]";
    let stage = |name: &str, seconds, from, to| (name.to_owned(), seconds, from, to);
    assert_eq!(
        stages(text),
        [
            stage("1", 10, 0.0, 500.0),
            stage("2", 30, 500.0, 500.0),
            stage("3", 60, 500.0, 2000.5),
            stage("spike", 5, 5000.0, 5000.0),
            stage("5", 5, 5000.0, 0.0),
        ]
    );
}

#[test]
fn players_are_ramped_in_and_out() {
    let text = "model = \"closed\"\nstages = [{ for = \"30s\", users = 20 }, { for = \"10s\", to_users = 0 }]";
    assert_eq!(stages(text), [("1".to_owned(), 30, 20.0, 20.0), ("2".to_owned(), 10, 20.0, 0.0)]);
    assert_eq!(stages("model = \"closed\""), [("1".to_owned(), 30, 20.0, 20.0)]);
}

#[test]
fn every_key_of_a_load_is_taken() {
    let load = scenario(
        "[load]\nthreads = 2\nconnections = 8\nin_flight = 8\narrivals = \"poisson\"\ntraffic = \"refund\"\n\
         faults = \"none\"\nhttp = \"2\"\nkeep_alive = false\nunix_socket = \"/run/t.sock\"\nlag_bound = \"2ms\"\n\
         canaries = 0\nclicks = 7",
    )
    .load;
    assert_eq!((load.threads, load.connections, load.in_flight), (2, 8, 8));
    assert_eq!((load.arrivals, load.traffic), (Arrivals::Poisson, Traffic::Only(EventKind::Refund)));
    assert_eq!((load.faults, load.http, load.keep_alive), (false, HttpVersion::Two, false));
    assert_eq!(load.unix_socket.as_deref(), Some(std::path::Path::new("/run/t.sock")));
    assert_eq!((load.lag_bound, load.canaries, load.clicks), (Duration::from_millis(2), 0, 7));
    assert_eq!(scenario("load.threads = 200").load.connections, 200);
    assert_eq!(scenario("load.http = \"2\"").load.in_flight, 1600);
    assert_eq!(scenario("[load]\nhttp = \"2\"\nkeep_alive = false").load.in_flight, 50);
}

#[test]
fn an_sla_promises_on_the_whole_on_stages_and_on_events() {
    let text = "[load]\nstages = [{ for = \"30s\", rate = 50 }, { name = \"spike\", for = \"9s\", rate = 500 }]\n\
                [sla]\np50 = \"100ms\"\np999 = \"2s\"\navailability = \"99.9%\"\nwindow = \"10s\"\ndesync = \"1%\"\n\
                burn = [{ long = \"1h\", short = \"5m\", factor = 14.4 }, { long = \"90s\", short = \"6s\", factor = 2 }]\n\
                abort_if = [\"availability < 90% for 10s\", \"p95 > 2s for 30s\"]\n\
                [sla.stages.spike]\np99 = \"3s\"\n[sla.stages.1]\np95 = \"200ms\"\n\
                [sla.events.deposit_success]\navailability = \"99%\"\n";
    let plan = scenario(text).sla;
    let ids: Vec<&str> = plan.objectives.iter().map(|objective| objective.id.as_str()).collect();
    let expected = [
        "sla.p50",
        "sla.p95",
        "sla.p999",
        "sla.availability",
        "sla.stage.1.p95",
        "sla.stage.spike.p99",
        "sla.event.deposit_success.availability",
    ];
    assert_eq!(ids, expected);
    let within = Duration::from_secs(3);
    assert_eq!(plan.objectives[5].scope, Scope::Stage(1));
    assert_eq!(plan.objectives[5].promise, Promise::Quantile { q: 0.99, within });
    assert_eq!(plan.objectives[6].scope, Scope::Event(EventKind::Deposit));
    assert!((plan.budget().unwrap() - 0.001).abs() < 1e-12);
    let burn: Vec<&str> = plan.burn.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(burn, ["sla.burn.1h", "sla.burn.90s"]);
    assert_eq!(plan.abort_if[0].promise, Promise::Availability(0.9));
    assert_eq!(plan.abort_if[1].promise, Promise::Quantile { q: 0.95, within: Duration::from_secs(2) });
    assert_eq!(plan.abort_if[1].lasting, Duration::from_secs(30));
    assert!(plan.desync_declared && !plan.ingestion_declared);
}

#[test]
fn none_takes_a_default_out() {
    let text = "[sla]\np95 = \"none\"\navailability = \"none\"\ndesync = \"none\"\ningestion_lag_mean = \"none\"";
    let plan = scenario(text).sla;
    assert!(plan.objectives.is_empty() && plan.desync.is_none() && plan.ingestion_lag_mean.is_none());
    // Without canaries there is nothing to measure the default by; nobody asked for it.
    assert_eq!(scenario("load.canaries = 0").sla.ingestion_lag_mean, None);
}

#[test]
fn defaults_are_never_a_mistake() {
    // Promises stricter than a default, and answers that are not waited for as long as it.
    let p95 = |text: &str| scenario(text).sla.objectives.iter().find(|o| o.id == "sla.p95").map(|o| o.promise);
    let within = |millis| Some(Promise::Quantile { q: 0.95, within: Duration::from_millis(millis) });
    assert_eq!(p95("[sla]\np99 = \"300ms\""), within(500));
    assert_eq!(p95("[target]\ntimeout = \"200ms\""), within(200));
}

#[test]
fn a_rate_below_zero_is_shown_in_its_stage() {
    let text = "[load]\nstages = [\n  { for = \"30s\", rate = 500 },\n  { for = \"5s\", rate = -5 },\n]\n";
    assert_snapshot!(shown(text), @r#"
      × my.toml: `load.stages.2.rate` is -5, and a rate is above 0
       ╭─[my.toml:4:24]
     3 │   { for = "30s", rate = 500 },
     4 │   { for = "5s", rate = -5 },
       ·                        ──
     5 │ ]
       ╰────
      help: write postbacks a second, such as rate = 500; to = 0 ramps down
    "#);
}

#[test]
fn contradictory_thresholds_are_shown_with_what_to_do() {
    assert_snapshot!(shown("[sla]\np95 = \"500ms\"\np99 = \"400ms\"\n"), @r#"
      × my.toml: `sla.p99` is 400ms, shorter than `p95` with 500ms, which then promises nothing
       ╭─[my.toml:3:7]
     2 │ p95 = "500ms"
     3 │ p99 = "400ms"
       ·       ───────
       ╰────
      help: make it at least as long as `p95`, or take one out
    "#);
}

#[test]
fn what_can_never_be_proven_is_not_promised() {
    assert_snapshot!(shown("[sla]\navailability = \"100%\"\n"), @r#"
      × my.toml: `sla.availability` is 100%, which no number of samples can prove
       ╭─[my.toml:2:16]
     1 │ [sla]
     2 │ availability = "100%"
       ·                ──────
       ╰────
      help: write what is promised, such as "99.99%"
    "#);
}

#[test]
fn a_rule_that_is_none_is_shown_with_two_that_are() {
    assert_snapshot!(shown("[sla]\nabort_if = [\"p95 > 2s for 30s\", \"errors > 5%\"]\n"), @r#"
      × my.toml: `sla.abort_if.2` is `errors > 5%`, which is no rule
       ╭─[my.toml:2:33]
     1 │ [sla]
     2 │ abort_if = ["p95 > 2s for 30s", "errors > 5%"]
       ·                                 ─────────────
       ╰────
      help: write it such as "availability < 90% for 10s" or "p95 > 2s for 30s"
    "#);
}

/// Every mistake below is shown with its place, the line it stands in, a mark under it, and help.
#[test]
fn every_mistake_in_a_load_has_its_place() {
    shown_at(&[
        ("[load]\nmodel = \"half-open\"", 2, 9),
        ("[load]\nthreads = 0", 2, 11),
        ("[load]\nconnections = 70000", 2, 15),
        ("[load]\nthreads = 8\nconnections = 4", 3, 15),
        ("[load]\nin_flight = 10", 2, 13),
        ("[load]\nin_flight = 100", 2, 13),
        ("[load]\nhttp = \"2\"\nin_flight = 10", 3, 13),
        ("[load]\nstages = []", 2, 10),
        ("[load]\nstages = [{ rate = 5 }]", 2, 11),
        ("[load]\nstages = [{ for = \"5s\" }]", 2, 11),
        ("[load]\nstages = [{ for = \"0s\", rate = 5 }]", 2, 19),
        ("[load]\nstages = [{ for = \"soon\", rate = 5 }]", 2, 19),
        ("[load]\nstages = [{ for = \"5s\", rate = 0 }]", 2, 32),
        ("[load]\nstages = [{ for = \"5s\", rate = nan }]", 2, 32),
        ("[load]\nstages = [{ for = \"5s\", rate = inf }]", 2, 32),
        ("[load]\nstages = [{ for = \"5s\", to = -0.5 }]", 2, 30),
        ("[load]\nstages = [{ for = \"5s\", to = 0 }]", 2, 11),
        ("[load]\nstages = [{ for = \"5s\", rate = 5, to = 9 }]", 2, 40),
        ("[load]\nstages = [{ for = \"5s\", users = 5 }]", 2, 33),
        ("[load]\nstages = [{ for = \"5s\", rate = 5, speed = 9 }]", 2, 35),
        ("[load]\nstages = [{ for = \"5s\", rate = 0.1 }]", 2, 10),
        ("[load]\nstages = [{ for = \"1h\", rate = 2e6 }]", 2, 10),
        ("[load]\nstages = [{ for = \"31d\", rate = 1 }]", 2, 10),
        ("[load]\nstages = [{ name = \"a b\", for = \"5s\", rate = 5 }]", 2, 20),
        ("[load]\nstages = [{ for = \"5s\", rate = 5, name = \"2\" }, { for = \"5s\", rate = 5 }]", 2, 49),
        ("[[load.stages]]\nfor = \"5s\"\nrate = 5\n[[load.stages]]\nfor = \"5s\"\nrate = -1", 6, 8),
        ("[load]\nmodel = \"closed\"\narrivals = \"poisson\"", 3, 12),
        ("[load]\nmodel = \"closed\"\ntraffic = \"refund\"", 3, 11),
        ("[load]\nthink = \"1s\"", 2, 9),
        ("[load]\nmodel = \"closed\"\nthink = \"2h\"", 3, 9),
        ("[load]\nmodel = \"closed\"\nhttp = \"2\"", 3, 8),
        ("[load]\nmodel = \"closed\"\nstages = [{ for = \"5s\", rate = 5 }]", 3, 32),
        ("[load]\nmodel = \"closed\"\nstages = [{ for = \"5s\", users = 0 }]", 3, 33),
        ("[load]\nmodel = \"closed\"\nstages = [{ for = \"5s\", users = -1 }]", 3, 33),
        ("[load]\nmodel = \"closed\"\nstages = [{ for = \"5s\", to_users = 0 }]", 3, 11),
        ("[load]\narrivals = \"evenly\"", 2, 12),
        ("[load]\ntraffic = \"clicks\"", 2, 11),
        ("[load]\nfaults = \"some\"", 2, 10),
        ("[load]\nhttp = \"3\"", 2, 8),
        ("[load]\nunix_socket = \"\"", 2, 15),
        ("[load]\nlag_bound = \"0ms\"", 2, 13),
        ("[load]\ncanaries = 99", 2, 12),
        ("[load]\nclicks = 0", 2, 10),
    ]);
}

#[test]
fn every_mistake_in_an_sla_has_its_place() {
    shown_at(&[
        ("[sla]\np95 = \"500\"", 2, 7),
        ("[sla]\np95 = \"0ms\"", 2, 7),
        ("[sla]\np95 = \"90s\"", 2, 7),
        ("[sla]\np95 = \"20s\"", 2, 7),
        ("[sla]\np50 = \"1s\"\np999 = \"900ms\"", 3, 8),
        ("[sla]\navailability = \"99.5\"", 2, 16),
        ("[sla]\navailability = \"0%\"", 2, 16),
        ("[sla]\np42 = \"1s\"", 2, 1),
        ("[sla]\ningestion_lag_mean = \"0s\"", 2, 22),
        ("[load]\ncanaries = 0\n[sla]\ningestion_lag_mean = \"30s\"", 4, 22),
        ("[sla]\ndesync = \"0%\"", 2, 10),
        ("[sla]\ndesync = \"100%\"", 2, 10),
        ("[sla]\nwindow = \"0s\"", 2, 10),
        ("[sla]\nwindow = \"500ms\"", 2, 10),
        ("[sla]\nburn = [{ long = \"1h\", short = \"1h\", factor = 2 }]", 2, 32),
        ("[sla]\nburn = [{ long = \"1h\", short = \"5m\", factor = 0 }]", 2, 47),
        ("[sla]\nburn = [{ long = \"1h\", short = \"5m\", factor = 200 }]", 2, 47),
        ("[sla]\navailability = \"none\"\nburn = [{ long = \"1h\", short = \"5m\", factor = 2 }]", 3, 9),
        (
            "[[sla.burn]]\nlong = \"1h\"\nshort = \"5m\"\nfactor = 2\n[[sla.burn]]\nlong = \"60m\"\nshort = \"1m\"\nfactor = 3",
            6,
            8,
        ),
        ("[sla]\nabort_if = [\"availability < 90%\"]", 2, 13),
        ("[sla]\nabort_if = [\"availability > 90% for 5s\"]", 2, 13),
        ("[sla]\nabort_if = [\"p95 > 2s for 5m\"]", 2, 13),
        ("[sla]\nabort_if = [\"p95 > 2s for\"]", 2, 13),
        ("[sla.stages.spike]\np95 = \"1s\"", 1, 13),
        ("[sla.stages.1]", 1, 13),
        ("[sla.stages.1]\np95 = \"1s\"\np99 = \"500ms\"", 3, 7),
        ("[sla.events.click]\np95 = \"1s\"", 1, 13),
        ("[load]\ntraffic = \"refund\"\n[sla.events.registration]\np95 = \"1s\"", 3, 13),
    ]);
}

fn shown_at(mistakes: &[(&str, usize, usize)]) {
    for (text, line, column) in mistakes {
        let shown = shown(text);
        assert!(
            shown.contains(&format!("[my.toml:{line}:{column}]")),
            "{line}:{column} is not where it is in\n{shown}"
        );
        let source = text.lines().nth(line - 1).unwrap();
        assert!(shown.contains(&format!("{line} │ {source}\n")), "{shown}");
        assert!(shown.contains("help: "), "{shown}");
    }
}

proptest! {
    /// Whatever numbers stand in it: a plan that passes is one that an engine can play.
    #[test]
    fn plans_that_pass_can_be_played(
        parts in prop::collection::vec((0_u64..100_000, -10.0_f64..1e7, any::<bool>()), 0..6),
    ) {
        let stage = |(seconds, rate, ramp): &(u64, f64, bool)| {
            format!("{{ for = \"{seconds}s\", {} = {rate:?} }}", if *ramp { "to" } else { "rate" })
        };
        let text = format!("load.stages = [{}]", parts.iter().map(stage).collect::<Vec<_>>().join(", "));
        let checked = read("my.toml", &text).and_then(|raw| check(&raw, "my.toml", &text));
        if let Ok(Scenario { load, .. }) = checked {
            prop_assert!(!load.stages.is_empty());
            let mut planned = 0.0;
            for stage in &load.stages {
                prop_assert!(!stage.lasts.is_zero() && stage.from >= 0.0 && stage.to >= 0.0);
                prop_assert!(stage.from + stage.to > 0.0);
                planned += stage.from.midpoint(stage.to) * stage.lasts.as_secs_f64();
            }
            prop_assert!((1.0..=4_294_967_296.0).contains(&planned));
        }
    }
}
