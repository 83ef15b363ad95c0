//! Progress on stderr: a bar on a terminal, with a block of figures below it while a load goes on; one line a phase
//! elsewhere, and one every few seconds of a load; nothing when quiet.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::load::METRICS_PATH;
use crate::run::{Moment, Phase, RunEvent, Standing};

mod view;

/// Seconds between two lines about a load where there is no terminal.
const EVERY: u64 = 5;

/// Shows where a run stands.
pub(super) struct Progress {
    terminal: Option<Terminal>,
    lines: bool,
    verbose: bool,
    /// Whether a load goes on, whose figures are told second by second.
    loading: AtomicBool,
    attempts: AtomicU64,
    troubles: AtomicU64,
    /// Times that a parallel run told where it stands.
    looks: AtomicU64,
}

impl Progress {
    /// A bar on a terminal, lines elsewhere.
    pub(super) fn new(shown: bool, verbose: bool, terminal: bool) -> Self {
        Self {
            terminal: (shown && terminal).then(Terminal::new),
            lines: shown && !terminal,
            verbose: shown && verbose,
            loading: AtomicBool::new(false),
            attempts: AtomicU64::new(0),
            troubles: AtomicU64::new(0),
            looks: AtomicU64::new(0),
        }
    }

    /// Takes note of an event.
    pub(super) fn see(&self, event: &RunEvent) {
        match event {
            RunEvent::Began(phase, steps) => self.begin(*phase, *steps),
            RunEvent::Step => {
                if let Some(terminal) = &self.terminal {
                    terminal.bar.inc(1);
                }
            }
            RunEvent::Attempted(outcome) => {
                let attempts = self.attempts.fetch_add(1, Ordering::Relaxed) + 1;
                let troubles = self.troubles.fetch_add(u64::from(outcome.is_info()), Ordering::Relaxed);
                let terminal = self.terminal.as_ref().filter(|_| !self.loading.load(Ordering::Relaxed));
                if let Some(terminal) = terminal {
                    terminal.bar.set_prefix(format!("{attempts} attempts, {troubles} without a clear answer"));
                }
                if self.verbose && !outcome.is_ok() {
                    self.line(&outcome.to_string());
                }
            }
            RunEvent::Second(moment) => self.second(moment),
            RunEvent::Compared(standing) => self.compared(standing),
            RunEvent::Metrics(address) => self.told(&format!("metrics: http://{address}{METRICS_PATH}")),
            RunEvent::Read { credits, missing } => {
                if let Some(terminal) = &self.terminal {
                    terminal.bar.set_prefix(format!("{credits} credits, {missing} acknowledged events still missing"));
                }
            }
        }
    }

    /// Shows where a load stands: every second on a terminal, every [`EVERY`] seconds elsewhere.
    fn second(&self, moment: &Moment) {
        if let Some(terminal) = &self.terminal {
            terminal.second(moment);
        } else if self.lines && moment.elapsed.as_secs().is_multiple_of(EVERY) {
            self.line(&view::line(moment));
        }
    }

    /// Shows where a parallel run stands.
    fn compared(&self, standing: &Standing) {
        let text = view::side_by_side(standing);
        if let Some(terminal) = &self.terminal {
            terminal.bar.set_prefix(text);
        } else if self.lines && self.looks.fetch_add(1, Ordering::Relaxed).is_multiple_of(EVERY) {
            self.line(&text);
        }
    }

    /// Takes everything away.
    pub(super) fn finish(&self) {
        if let Some(terminal) = &self.terminal {
            terminal.clear_figures();
            terminal.bar.finish_and_clear();
        }
    }

    fn begin(&self, phase: Phase, steps: Option<u64>) {
        let name = match phase {
            Phase::Cases => "cases",
            Phase::Probes => "probes",
            Phase::Shrinking => "shrinking, by the books",
            Phase::Journeys => "journeys",
            Phase::Players => "players",
            Phase::Clicks => "clicks",
            Phase::Load => "load",
            Phase::Afterwards => "late, again",
            Phase::Settling => "reading back",
        };
        self.loading.store(phase == Phase::Load, Ordering::Relaxed);
        if let Some(terminal) = &self.terminal {
            terminal.clear_figures();
            terminal.bar.set_length(steps.unwrap_or(1));
            terminal.bar.set_position(0);
            terminal.bar.set_prefix("");
            terminal.bar.set_message(name);
        }
        if self.lines {
            self.line(&format!("{name} …"));
        }
    }

    /// A line that is shown once, on a terminal too.
    fn told(&self, text: &str) {
        if self.terminal.is_some() || self.lines {
            self.line(text);
        }
    }

    fn line(&self, text: &str) {
        match &self.terminal {
            // A closed stderr is no reason to stop a run.
            Some(terminal) => drop(terminal.all.println(text)),
            None => drop(writeln!(std::io::stderr(), "{text}")),
        }
    }
}

/// A bar, and lines of figures below it while there are any.
struct Terminal {
    all: MultiProgress,
    bar: ProgressBar,
    figures: Mutex<Vec<ProgressBar>>,
}

impl Terminal {
    fn new() -> Self {
        let all = MultiProgress::new();
        let bar = all.add(line("{msg:>12} [{bar:30}] {pos}/{len}  {prefix}"));
        Self { bar, figures: Mutex::default(), all }
    }

    fn second(&self, moment: &Moment) {
        self.bar.set_length(moment.lasts.as_secs().max(1));
        self.bar.set_position(moment.elapsed.as_secs().min(moment.lasts.as_secs()));
        self.bar.set_prefix(view::left(moment));
        let mut figures = self.figures();
        if figures.is_empty() {
            // What does not fit is cut off: a line that breaks would be left behind when the next is drawn.
            figures.extend(view::block(moment).map(|_| self.all.add(line("{wide_msg}"))));
        }
        for (line, text) in figures.iter().zip(view::block(moment)) {
            line.set_message(text);
        }
    }

    /// Takes the lines of figures away, which belong to a load.
    fn clear_figures(&self) {
        for line in self.figures().drain(..) {
            line.finish_and_clear();
            self.all.remove(&line);
        }
    }

    fn figures(&self) -> MutexGuard<'_, Vec<ProgressBar>> {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn line(template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style)
}
