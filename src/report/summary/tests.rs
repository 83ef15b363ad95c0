//! Summaries: what is in them, that texts cannot break them, and what is cut when there is no room.

use super::*;
use crate::report::sample::{check, report};

fn written(checks: Vec<Check>) -> String {
    let mut out = Vec::new();
    Summary.write(&report(checks), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The rows of the table, without its head.
fn rows(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with('|')).skip(2).collect()
}

#[test]
fn what_did_not_pass_is_in_the_table_and_the_rest_is_folded() {
    let verdicts = [Verdict::Warn, Verdict::Pass, Verdict::Inconclusive, Verdict::Skipped, Verdict::Fail];
    let text = written(verdicts.map(|verdict| check(&format!("a.{}", verdict.word()), verdict)).into());
    assert!(
        text.starts_with("## postproof check: FAIL\n\n5 checks: 1 failed, 1 could not be told, 1 warned, "),
        "{text}"
    );
    assert_eq!(
        rows(&text),
        [
            "| `a.fail` | fail | what is right | what was there |",
            "| `a.inconclusive` | inconclusive | what is right | what was there |",
            "| `a.warn` | warn | what is right | what was there |",
        ]
    );
    assert!(
        text.contains("<summary>1 passed, 1 skipped</summary>\n\n- passed: `a.pass`\n- skipped: `a.skipped`: "),
        "{text}"
    );
    assert!(text.ends_with("</details>\n") && !text.contains("To see it again"), "{text}");
}

#[test]
fn a_pass_has_no_table() {
    let text = written(vec![check("a.b", Verdict::Pass), check("a.c", Verdict::Pass), check("d.e", Verdict::Pass)]);
    assert!(text.starts_with("## postproof check: PASS\n") && rows(&text).is_empty(), "{text}");
    assert!(text.contains("- passed: `a.b`, `a.c`\n- passed: `d.e`\n"), "{text}");
}

#[test]
fn hostile_texts_stay_in_their_cells_and_blocks() {
    let mut broken = check("a.b", Verdict::Fail);
    broken.observed = "\u{1b}[31m| x |\n</details>\n```\n# `h`".to_owned();
    broken.repro = vec!["printf '```'".to_owned()];
    let text = written(vec![broken]);
    assert_eq!(
        rows(&text),
        ["| `a.b` | fail | what is right | ·\\[31m\\| x \\|<br>&lt;/details&gt;<br>\\`\\`\\`<br># \\`h\\` |"]
    );
    assert!(text.contains("\n`a.b`:\n\n````sh\nprintf '```'\n````\n"), "{text}");
}

#[test]
fn the_same_commands_are_shown_once() {
    let failed = |id: &str, repro: &str| Check { repro: vec![repro.to_owned()], ..check(id, Verdict::Fail) };
    let mut checks: Vec<Check> = ["a.1", "a.2", "a.3", "a.4", "a.5"].map(|id| failed(id, "postproof run")).into();
    checks.push(failed("b.1", "postproof replay b.1"));
    let text = written(checks);
    assert_eq!(text.matches("postproof run\n").count(), 1);
    assert!(text.contains("`a.1`, `a.2`, `a.3` and 2 more:\n\n```sh\npostproof run\n```\n\n`b.1`:\n"), "{text}");
}

#[test]
fn it_stays_below_the_limit_and_says_what_was_cut() {
    let mut long = check("a.long", Verdict::Fail);
    long.observed = "<".repeat(100_000);
    long.repro = vec!["x".repeat(10_000)];
    let checks: Vec<Check> = (0..1000).map(|index| Check { id: format!("a.{index}"), ..long.clone() }).collect();
    let text = written(checks);
    assert!(text.len() > LARGEST_SUMMARY / 2 && text.len() <= LARGEST_SUMMARY, "{}", text.len());
    let shown = rows(&text).len();
    assert!(shown > 300, "{shown}");
    let cut = format!("\n{} further rows were cut for want of room; `report.json` has them.\n", 1000 - shown);
    assert!(text.contains(&cut), "{shown}");
}

#[test]
fn every_room_is_kept_to() {
    let mut broken = check("a.b", Verdict::Fail);
    broken.repro = vec!["postproof run".to_owned()];
    let mut whole = report(vec![broken, check("a.c", Verdict::Pass), check("a.d", Verdict::Skipped)]);
    whole.notes.push("a note".to_owned());
    let full = Summary::within(LARGEST_SUMMARY, &whole);
    assert!(full.contains("Note: a note") && !full.contains("want of room"), "{full}");
    for room in 0..full.len() + CLOSING {
        let text = Summary::within(room, &whole);
        assert!(text.len() <= room, "{room}: {text}");
        let closed = text.matches("<details>").count() == text.matches("</details>").count();
        assert!(closed && text.matches("```").count().is_multiple_of(2), "{room}: {text}");
        assert!(text.is_empty() || text.starts_with("## postproof check: FAIL\n"), "{room}: {text}");
    }
}
