//! The tables of a simulated parallel run: the expected gap by set-up and by part, and what cookies are lost by.

use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Style};

use crate::report::{NamedPrediction, ParallelBlock, PredictedGap};

/// Dimensions that are shown; the others stand in the JSON.
const SHOWN: [&str; 3] = ["browser", "device", "country"];

/// Everything, one table below the other.
pub(super) fn simulation(parallel: &ParallelBlock) -> String {
    let mut out = vec![players(parallel), setups(parallel)];
    out.push(parts(parallel));
    if !parallel.losses.is_empty() {
        out.push(losses(parallel));
    }
    out.push(format!("  {}", parallel.fixed_rule.sentence()));
    out.join("\n\n")
}

/// What a passing simulation says last.
pub(super) fn passed(parallel: &ParallelBlock) -> String {
    format!(
        "PASS  simulated: with a {}, a gap of {} is to be expected, and is no error",
        parallel.setup,
        figures(&parallel.gap)
    )
}

fn players(parallel: &ParallelBlock) -> String {
    let ParallelBlock { players, hours, stopped, gap, .. } = parallel;
    format!(
        "  players   {players} clicked over {hours} hours, {} made their first deposit in them\n            the clicks of {stopped} were stopped by ad blockers: neither method sees those",
        gap.ftds
    )
}

fn setups(parallel: &ParallelBlock) -> String {
    let rows = parallel.setups.iter().map(|row| {
        let mark = if row.name == parallel.setup { "▸ " } else { "· " };
        (format!("{mark}{}", row.name), row.figures)
    });
    table("expected gap by set-up", rows)
}

fn parts(parallel: &ParallelBlock) -> String {
    let shown = parallel.parts.iter().filter(|part| SHOWN.contains(&part.dimension));
    let rows = shown.flat_map(|part| part.rows.iter().map(|row| (named(part.dimension, row), row.figures)));
    table(&format!("{}, by", parallel.setup), std::iter::once(("all".to_owned(), parallel.gap)).chain(rows))
}

fn named(dimension: &str, row: &NamedPrediction) -> String {
    format!("{dimension} {}", row.name)
}

fn table(title: &str, gaps: impl Iterator<Item = (String, PredictedGap)>) -> String {
    let mut rows = Builder::new();
    rows.push_record([title, "FTDs", "both", "S2S only", "cookie only", "gap"]);
    for (name, gap) in gaps {
        let PredictedGap { ftds, both, s2s_only, cookie_only, .. } = gap;
        let [ftds, both, s2s_only, cookie_only] = [ftds, both, s2s_only, cookie_only].map(|count| count.to_string());
        rows.push_record([&name, &ftds, &both, &s2s_only, &cookie_only, &figures(&gap)]);
    }
    drawn(rows, 6)
}

fn losses(parallel: &ParallelBlock) -> String {
    let mut rows = Builder::new();
    rows.push_record(["what the cookies are lost by", "", "FTDs", "share"]);
    for loss in &parallel.losses {
        let share = format!("{:.2} %", loss.share * 100.0);
        rows.push_record([loss.cause, loss.about, &loss.count.to_string(), &share]);
    }
    let mut table = rows.build();
    table.with(Style::rounded()).modify(Columns::new(2..4), Alignment::right());
    table.to_string()
}

fn drawn(rows: Builder, columns: usize) -> String {
    let mut table = rows.build();
    table.with(Style::rounded()).modify(Columns::new(1..columns), Alignment::right());
    table.to_string()
}

/// A gap with its standard error.
fn figures(gap: &PredictedGap) -> String {
    format!("{:.2} % ± {:.2}", gap.gap * 100.0, gap.standard_error * 100.0)
}
