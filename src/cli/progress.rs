//! The progress line on stderr: a bar on a terminal, one line a phase elsewhere, nothing when quiet.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

use crate::load::METRICS_PATH;
use crate::run::{Moment, Phase, RunEvent};

/// Seconds between two lines about a load where there is no terminal.
const EVERY: u64 = 5;

/// Shows where a run stands.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    lines: bool,
    verbose: bool,
    attempts: AtomicU64,
    troubles: AtomicU64,
}

impl Progress {
    /// A bar on a terminal, lines elsewhere.
    pub(super) fn new(shown: bool, verbose: bool, terminal: bool) -> Self {
        let bar = (shown && terminal).then(|| {
            let style = ProgressStyle::with_template("{msg:>12} [{bar:30}] {pos}/{len}  {prefix}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(0).with_style(style)
        });
        Self {
            bar,
            lines: shown && !terminal,
            verbose: shown && verbose,
            attempts: AtomicU64::new(0),
            troubles: AtomicU64::new(0),
        }
    }

    /// Takes note of an event.
    pub(super) fn see(&self, event: &RunEvent) {
        match event {
            RunEvent::Began(phase, steps) => self.begin(*phase, *steps),
            RunEvent::Step => {
                if let Some(bar) = &self.bar {
                    bar.inc(1);
                }
            }
            RunEvent::Attempted(outcome) => {
                let attempts = self.attempts.fetch_add(1, Ordering::Relaxed) + 1;
                let troubles = self.troubles.fetch_add(u64::from(outcome.is_info()), Ordering::Relaxed);
                if let Some(bar) = &self.bar {
                    bar.set_prefix(format!("{attempts} attempts, {troubles} without a clear answer"));
                }
                if self.verbose && !outcome.is_ok() {
                    self.line(&outcome.to_string());
                }
            }
            RunEvent::Second(moment) => self.second(moment),
            RunEvent::Metrics(address) => self.told(&format!("metrics: http://{address}{METRICS_PATH}")),
            RunEvent::Read { credits, missing } => {
                if let Some(bar) = &self.bar {
                    bar.set_prefix(format!("{credits} credits, {missing} acknowledged events still missing"));
                }
            }
        }
    }

    /// Shows where a load stands: every second on a terminal, every [`EVERY`] seconds elsewhere.
    fn second(&self, moment: &Moment) {
        let text = told(moment);
        let seconds = moment.elapsed.as_secs();
        if let Some(bar) = &self.bar {
            bar.set_length(moment.lasts.as_secs().max(1));
            bar.set_position(seconds);
            bar.set_prefix(text);
        } else if self.lines && seconds.is_multiple_of(EVERY) {
            self.line(&format!("{seconds:>5} s of {} s: {text}", moment.lasts.as_secs()));
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn begin(&self, phase: Phase, steps: Option<u64>) {
        let name = match phase {
            Phase::Cases => "cases",
            Phase::Probes => "probes",
            Phase::Journeys => "journeys",
            Phase::Clicks => "clicks",
            Phase::Load => "load",
            Phase::Afterwards => "late, again",
            Phase::Settling => "reading back",
        };
        if let Some(bar) = &self.bar {
            bar.set_length(steps.unwrap_or(1));
            bar.set_position(0);
            bar.set_message(name);
        }
        if self.lines {
            self.line(&format!("{name} …"));
        }
    }

    /// A line that is shown once, on a terminal too.
    fn told(&self, text: &str) {
        if self.bar.is_some() || self.lines {
            self.line(text);
        }
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            // A closed stderr is no reason to stop a run.
            None => drop(writeln!(std::io::stderr(), "{text}")),
        }
    }
}

/// A second of a load in one line.
fn told(moment: &Moment) -> String {
    let millis = |span: std::time::Duration| span.as_secs_f64() * 1000.0;
    let Moment { planned_per_s, answers, in_flight, unavailable, unsent, .. } = moment;
    let budget = moment.budget_left.map_or_else(String::new, |left| format!(", budget left {:.0} %", left * 100.0));
    let unsent = if *unsent == 0 { String::new() } else { format!(", {unsent} unsent") };
    format!(
        "{answers}/s of {planned_per_s:.0}/s, p50 {:.1} p95 {:.1} p99 {:.1} ms, {in_flight} in flight, {} bad of {}{budget}{unsent}",
        millis(moment.p50),
        millis(moment.p95),
        millis(moment.p99),
        unavailable.bad,
        unavailable.total,
    )
}
