//! The tables of a load: how long answers took, and what became of the plan.

use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Style};

use crate::report::{AvailabilityBlock, LatencyBlock, LatencyFigures, RateBlock};

/// Response times beside service times and the engine's own lateness, then by stage and by event.
pub(super) fn latencies(latency: &LatencyBlock) -> String {
    let mut rows = Builder::new();
    rows.push_record(["milliseconds", "count", "p50", "p95", "p99", "max"]);
    let mut row = |what: &str, figures: &LatencyFigures| {
        let longest = format!("{:.2}{}", figures.max_ms, if figures.clamped > 0 { "+" } else { "" });
        let [p50, p95, p99] = [figures.p50_ms, figures.p95_ms, figures.p99_ms].map(|millis| format!("{millis:.2}"));
        rows.push_record([what, &figures.count.to_string(), &p50, &p95, &p99, &longest]);
    };
    row("response, from the scheduled instant", &latency.response);
    row("service, from sending", &latency.service);
    row("dispatch lag, the engine's own", &latency.dispatch_lag);
    row("connecting", &latency.connect);
    if let Some(tls) = &latency.tls {
        row("TLS handshake", tls);
    }
    for part in &latency.stages {
        row(&format!("· response in stage {}", part.name), &part.figures);
    }
    for part in &latency.events {
        row(&format!("· response to {}", part.name), &part.figures);
    }
    let mut table = rows.build();
    table.with(Style::rounded()).modify(Columns::new(1..6), Alignment::right());
    table.to_string()
}

/// The rate, the slots and the availability, a line each.
pub(super) fn rates(rate: Option<&RateBlock>, availability: Option<&AvailabilityBlock>) -> String {
    let mut lines = Vec::new();
    if let Some(rate) = rate {
        let RateBlock { planned_per_s, achieved_per_s, sent, slots, late, waited, unsent, after } = rate;
        lines.push(format!("  rate      {achieved_per_s:.1}/s answered of {planned_per_s:.1}/s planned"));
        lines.push(format!(
            "  slots     {sent} of {slots} sent, {late} of them late, {waited} held up for want of a connection"
        ));
        lines.push(format!("            {unsent} never sent; {after} attempts after the last stage"));
    }
    if let Some(AvailabilityBlock { ok, total, ratio, lower_95 }) = availability {
        let [ratio, lower] = [ratio, lower_95].map(|share| share * 100.0);
        lines.push(format!(
            "  available {ok} of {total} attempts: {ratio:.3} %, at least {lower:.3} % with 95 % confidence"
        ));
    }
    lines.join("\n")
}
