//! Two methods side by side, for a person: the logs, the counts with the gap in total and in parts, and what each rule says.

use std::fmt::Write as _;
use std::io::{Result, Write};

use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Style};

use super::super::{GapBlock, GapFigures, PartBlock, RunReport};
use super::mark;
use crate::model::Verdict;

/// Parts of one kind that are shown; all of them stand in the JSON.
const SHOWN: usize = 12;

/// Hours that are shown: they are many and alike.
const HOURS_SHOWN: usize = 4;

pub(super) fn head(report: &RunReport, gap: &GapBlock, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "postproof {} · {}", report.command, report.scenario)?;
    for log in &gap.logs {
        let mut besides = String::new();
        if log.passed_over > 0 {
            let _ = write!(besides, ", {} about something else", log.passed_over);
        }
        if log.rejected > 0 {
            let _ = write!(besides, ", {} put aside", log.rejected);
        }
        writeln!(
            out,
            "  {:<9} {}: {} rows, {} first deposits{besides}",
            log.method, log.file, log.rows, log.conversions
        )?;
    }
    writeln!(out, "  matched   {}", matched(gap))?;
    writeln!(out, "  span      {:.1} h from {}", gap.hours, report.start)
}

fn matched(gap: &GapBlock) -> String {
    let kinds = gap.matched.iter().filter(|matched| matched.count > 0);
    let kinds: Vec<String> = kinds.map(|matched| format!("{} by {}", matched.count, matched.by)).collect();
    if kinds.is_empty() { "none".to_owned() } else { kinds.join(", ") }
}

/// The total and the parts, the most telling of each kind.
pub(super) fn gaps(gap: &GapBlock) -> String {
    let is_expected = gap.total.expected.is_some();
    let mut rows = Builder::new();
    let mut head = vec!["first deposits", "both", "cookie only", "S2S only", "gap", "90 % between"];
    if is_expected {
        head.push("expected");
    }
    head.push("");
    rows.push_record(head);
    rows.push_record(cells("all", &gap.total, is_expected, ""));
    let mut left_out = 0;
    for kind in kinds(gap) {
        let mut parts: Vec<&PartBlock> = gap.parts.iter().filter(|part| part.by == kind).collect();
        let shown = if kind == "hour" { HOURS_SHOWN } else { SHOWN };
        left_out += parts.len().saturating_sub(shown);
        if parts.len() > shown {
            parts.sort_by_key(|part| std::cmp::Reverse((part.certain, part.figures.seen())));
            parts.truncate(shown);
            parts.sort_by(|one, other| one.name.cmp(&other.name));
        }
        for part in parts {
            let sign = if part.certain { mark(Verdict::Warn) } else { "" };
            rows.push_record(cells(&format!("{kind} {}", part.name), &part.figures, is_expected, sign));
        }
    }
    let mut table = rows.build();
    table.with(Style::rounded()).modify(Columns::new(1..5), Alignment::right());
    match left_out {
        0 => table.to_string(),
        left_out => format!("{table}\n{left_out} further parts stand in report.json"),
    }
}

/// The kinds of parts in the order in which they come.
fn kinds(gap: &GapBlock) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    for part in &gap.parts {
        if !kinds.contains(&part.by) {
            kinds.push(part.by);
        }
    }
    kinds
}

fn cells(name: &str, figures: &GapFigures, is_expected: bool, sign: &str) -> Vec<String> {
    let mut cells = vec![name.to_owned()];
    cells.extend([figures.both, figures.cookie_only, figures.s2s_only].map(|count| count.to_string()));
    cells.push(percent(figures.gap));
    cells.push(format!("{} … {}", percent(figures.low_90), percent(figures.high_90)));
    if is_expected {
        cells.push(figures.expected.map_or_else(String::new, percent));
    }
    cells.push(sign.to_owned());
    cells
}

/// What each rule says.
pub(super) fn rules(gap: &GapBlock) -> String {
    let mut rows = Builder::new();
    rows.push_record(["rule", "asks", "says", ""]);
    let limits = format!("below {}, an error from {} on", percent(gap.attention), percent(gap.error));
    for rule in &gap.rules {
        let asks = match rule.rule {
            "fixed" => format!("the gap is {limits}"),
            "beyond-expected" => format!("beyond the expected gap it is {limits}"),
            _ => "nothing that the cookie alone saw".to_owned(),
        };
        let decides = if rule.decides { "decides" } else { "shown only" };
        let says = if rule.verdict == Verdict::Skipped { "nothing" } else { rule.verdict.word() };
        rows.push_record([rule.rule, &asks, says, decides]);
    }
    let mut table = rows.build();
    table.with(Style::rounded());
    table.to_string()
}

/// What a comparison that passes has shown.
pub(super) fn passed(gap: &GapBlock) -> String {
    let beyond = if gap.total.expected.is_some() { " as expected" } else { "" };
    format!(
        "PASS  both methods saw the same of {} first deposits, but for a gap of {}{beyond}",
        gap.total.seen(),
        percent(gap.total.gap)
    )
}

fn percent(share: f64) -> String {
    // Without the sign of a nought that was rounded.
    let text = format!("{:.1} %", share * 100.0);
    if text == "-0.0 %" { "0.0 %".to_owned() } else { text }
}
