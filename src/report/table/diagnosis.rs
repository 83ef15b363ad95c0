//! The table of a diagnosis: each cause with what it explains, the evidence, what to do, and the ids to look at.

use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Style, Width};

use crate::report::plain::plain;
use crate::report::{CauseBlock, DiagnosisBlock, UnexplainedBlock};

/// Width at which the long cells are wrapped, so that the table fits a terminal of 100 columns.
const WRAP: usize = 60;

/// The causes, and a line on what none of them explains.
pub(in crate::report) fn section(diagnosis: &DiagnosisBlock) -> String {
    let DiagnosisBlock { causes, unexplained } = diagnosis;
    let rest = rest(*unexplained);
    if causes.is_empty() {
        return format!("  causes    no cause is clear enough to be named{rest}");
    }
    let mut rows = Builder::new();
    rows.push_record(["cause", "explains", "evidence"]);
    for cause in causes {
        let [what, evidence, advice, ids] = lines(cause);
        rows.push_record([cause.cause.to_owned(), cause.explained.total.to_string(), what]);
        rows.push_record([format!("({})", cause.strength), String::new(), evidence]);
        for line in [advice, ids] {
            rows.push_record([String::new(), String::new(), line]);
        }
    }
    let mut table = rows.build();
    table.with(Style::rounded()).modify(Columns::one(1), Alignment::right());
    table.modify(Columns::one(2), Width::wrap(WRAP).keep_words(true));
    format!("{table}\n  causes    {} named{rest}", causes.len())
}

/// What a cause says, each in a row of its own, since a cell with line ends is not wrapped well.
fn lines(cause: &CauseBlock) -> [String; 4] {
    let CauseBlock { about, evidence, advice, ids, explained, .. } = cause;
    let ids = format!("look at: {}", ids.join(", "));
    [format!("{about}: {}", explained.parts()), evidence.clone(), format!("do: {advice}"), ids].map(|line| plain(&line))
}

/// What is left, in words.
fn rest(unexplained: UnexplainedBlock) -> String {
    let UnexplainedBlock { cookie_only, s2s_only, doubled, unattributed } = unexplained;
    let parts = [
        (cookie_only, "cookie only"),
        (s2s_only, "S2S only, as browsers lose cookies"),
        (doubled, "doubled"),
        (unattributed, "postbacks of no known click"),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() { String::new() } else { format!("\n  left open {}", parts.join(", ")) }
}
