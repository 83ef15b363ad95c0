//! The progress line on stderr: a bar on a terminal, one line a phase elsewhere, nothing when quiet.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

use crate::run::{Phase, RunEvent};

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
            RunEvent::Read { credits, missing } => {
                if let Some(bar) = &self.bar {
                    bar.set_prefix(format!("{credits} credits, {missing} acknowledged events still missing"));
                }
            }
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

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            // A closed stderr is no reason to stop a run.
            None => drop(writeln!(std::io::stderr(), "{text}")),
        }
    }
}
