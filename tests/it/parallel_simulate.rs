//! `parallel --simulate` as a command: what it prints and leaves, and what it says to bad input.

use crate::command::{code, text};
use crate::process::postproof;

#[test]
fn it_tells_the_gap_that_is_to_be_expected() {
    let folder = tempfile::tempdir().expect("a folder");
    let fixed = ["--seed", "7", "--tag", "k3f9q2xw", "--start", "2026-11-20T00:00:00Z"];
    let simulate = |more: &[&str]| {
        let args = ["parallel", "--simulate", "20000"];
        postproof(folder.path()).args(args).args(fixed).args(more).output().expect("it runs")
    };
    let output = simulate(&["--setup", "third-party", "--junit", "junit.xml"]);
    let shown = text(&output.stdout);
    assert_eq!(code(&output), 0, "{shown}{}", text(&output.stderr));
    assert!(shown.contains("would call this sound audience an error"), "{shown}");
    assert!(shown.contains("PASS  simulated: with a third-party pixel"), "{shown}");
    assert!(text(&output.stderr).contains("players"), "progress goes to stderr");
    assert!(folder.path().join("junit.xml").is_file());

    let reports: Vec<serde_json::Value> = [["--threads", "1"], ["--threads", "3"]]
        .iter()
        .map(|threads| simulate(&[&["--format", "json"], &threads[..]].concat()))
        .map(|output| serde_json::from_slice(&output.stdout).expect("one JSON document"))
        .collect();
    assert_eq!(reports[0]["parallel"], reports[1]["parallel"], "threads change nothing");
    assert_eq!(reports[0]["command"], "parallel");
    assert_eq!(reports[0]["parallel"]["players"], 20000);
    assert_eq!(reports[0]["parallel"]["gap"]["cookie_only"], 0);
    assert_eq!(reports[0]["parallel"]["setups"].as_array().map(Vec::len), Some(4));
}

#[test]
fn bad_input_is_named_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("bad.toml"), "[parallel.audience]\nin_app = \"900%\"\n").expect("a file");
    for (args, said) in [
        (vec!["parallel", "--simulate", "0"], "'0'"),
        (vec!["parallel", "--simulate", "many"], "'many'"),
        (vec!["parallel", "--simulate", "10", "--threads", "0"], "'0'"),
        (vec!["parallel", "--simulate", "10", "--setup", "pixel"], "`parallel.setup` is `pixel`"),
        (vec!["parallel", "--simulate", "10", "--hours", "0"], "`parallel.hours` is 0"),
        (vec!["parallel", "bad.toml", "--simulate", "10"], "bad.toml:2:10"),
    ] {
        let output = postproof(folder.path()).args(&args).output().expect("it runs");
        assert_eq!(code(&output), 2, "{args:?} {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(said), "{args:?} {}", text(&output.stderr));
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}
