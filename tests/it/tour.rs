//! `docs/tour.md`, walked: its commands run in one shell against a fresh stack, and what comes back is what is printed.

use std::process::Command;
use std::time::Duration;

use jiff::Timestamp;
use postproof_mocks::Database;

use crate::harness::Served;

/// Stands in the page for what differs from one walk to the next.
const ANYTHING: char = '…';

/// A line that no command prints.
const MARK: &str = "### the next block";

/// The page's commands, each with what it prints; a block without a text after it prints nothing that is shown.
fn blocks(page: &str) -> Vec<(String, Vec<String>)> {
    let mut blocks: Vec<(String, Vec<String>)> = Vec::new();
    let mut fence = None;
    for line in page.lines() {
        match (fence, line.strip_prefix("```")) {
            (None, Some(kind)) => {
                fence = Some(kind);
                if kind == "sh" {
                    blocks.push(Default::default());
                }
            }
            (Some(_), Some(_)) => fence = None,
            (Some("sh"), None) => blocks.last_mut().expect("begun").0.extend([line, "\n"]),
            (Some("text"), None) => blocks.last_mut().expect("a command first").1.push(line.to_owned()),
            _ => {}
        }
    }
    blocks
}

/// Whether a line is the one that is printed in the page.
fn fits(shown: &str, printed: &str) -> bool {
    let mut parts = printed.split(ANYTHING);
    let Some(mut rest) = parts.next().and_then(|first| shown.strip_prefix(first)) else { return false };
    let mut open = false;
    for part in parts {
        open = true;
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        open &= part.is_empty();
    }
    rest.is_empty() || open
}

/// The tour compares days, so it is not walked from one into the next.
#[expect(clippy::disallowed_methods, reason = "it is the real day that ends")]
async fn not_across_midnight() {
    const DAY: i64 = 86_400;
    let left = DAY - Timestamp::now().as_second().rem_euclid(DAY);
    if left <= 60 {
        tokio::time::sleep(Duration::from_secs(left.unsigned_abs())).await;
    }
}

#[tokio::test]
async fn the_tour_can_be_walked_and_shows_what_it_says() {
    let stack = Served::with(&[], Database::Memory).await;
    not_across_midnight().await;
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tour.md");
    let blocks = blocks(&std::fs::read_to_string(page).expect("the page"));
    let script: Vec<_> = blocks.iter().map(|(commands, _)| format!("{commands}echo '{MARK}'\n")).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let mut shell = Command::new("timeout");
    shell.args(["60", "bash", "-eu", "-c", &script.concat()]).current_dir(folder.path());
    shell.env("S", stack.urls.target.trim_end_matches("/postback"));
    let walked = tokio::task::spawn_blocking(move || shell.output()).await.expect("no panic").expect("a shell");
    let told = String::from_utf8_lossy(&walked.stdout);
    assert!(walked.status.success(), "{told}{}", String::from_utf8_lossy(&walked.stderr));
    let shown: Vec<Vec<&str>> = told.split(MARK).map(|text| text.trim_matches('\n').lines().collect()).collect();
    assert_eq!(shown.len(), blocks.len() + 1);
    for ((commands, printed), shown) in blocks.iter().zip(shown) {
        let same = shown.len() == printed.len() && shown.iter().zip(printed).all(|(shown, line)| fits(shown, line));
        assert!(same, "{commands}\nprints\n{}\nand not\n{}", shown.join("\n"), printed.join("\n"));
    }
}

#[test]
fn a_line_that_differs_does_not_fit() {
    assert!(fits("a 12 b", "a … b") && fits("a 12", "a …") && fits("a", "a") && fits("12 a 3", "… a …"));
    assert!(!fits("a 12 c", "a … b") && !fits("a 12 b c", "a … b") && !fits("ab", "a") && !fits("", "a …"));
}
