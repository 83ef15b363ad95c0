//! The look at every rule, once a second.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{self, MissedTickBehavior};

use super::board::View;
use super::history::History;
use super::measure::Measure;
use super::notice::Notice;
use super::rule::Rule;
use super::state::{Change, Patience, State};
use super::webhook::Webhooks;
use crate::monitoring::Monitor;
use crate::monitoring::counts::Sample;
use crate::monitoring::log::{Line, Outcome, Room};

/// The time between two looks.
const TICK: Duration = Duration::from_secs(1);

/// Every rule, and those who are told.
pub(crate) struct Watch {
    watched: Vec<Watched>,
    webhooks: Webhooks,
    monitor: Monitor,
}

/// A rule and how it stands.
struct Watched {
    rule: Rule,
    history: History,
    state: State,
    value: Option<f64>,
}

impl Watch {
    /// A watch over these rules. Nothing is looked at before [`Watch::run`]. Fails when no client for webhooks can be
    /// made.
    pub(crate) fn new(rules: &[Rule], monitor: Monitor) -> Result<Self, reqwest::Error> {
        let webhooks = Webhooks::new(rules, &monitor)?;
        let watched = rules.iter().cloned().map(Watched::new).collect();
        Ok(Self { watched, webhooks, monitor })
    }

    /// Looks until `shutdown` is done. Messages that are under way then are broken off.
    pub(crate) async fn run(mut self, shutdown: impl Future<Output = ()>) {
        let mut interval = time::interval(TICK);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let work = async {
            loop {
                interval.tick().await;
                if self.watched.iter().any(|watched| watched.rule.measure == Measure::IngestionLag) {
                    self.monitor.look_at_queue().await;
                }
                self.look(self.monitor.clock().now());
            }
        };
        tokio::select! {
            () = work => {}
            () = shutdown => {}
        }
    }

    /// One look at `now`.
    fn look(&mut self, now: Timestamp) {
        let sample = self.monitor.sample(now);
        for (index, watched) in self.watched.iter_mut().enumerate() {
            let Some(change) = watched.look(&sample, now) else {
                continue;
            };
            let outcome = if change == Change::Resolved { Outcome::Resolved } else { Outcome::Fired };
            let alert = || Some(watched.rule.name.clone());
            self.monitor.log(|| Line { alert: alert(), ..Line::new(now, Room::Alerts, outcome) });
            self.webhooks.tell(index, Notice::new(&watched.rule, change, watched.value, now));
        }
        self.monitor.board().show(self.watched.iter().map(Watched::view).collect());
    }
}

impl Watched {
    fn new(rule: Rule) -> Self {
        Self { history: History::new(rule.over), rule, state: State::Quiet, value: None }
    }

    fn look(&mut self, sample: &Sample, now: Timestamp) -> Option<Change> {
        self.history.push(now, sample);
        let beginning = self.history.beginning();
        self.value = beginning.and_then(|start| self.rule.measure.between(start, sample, self.rule.at_least));
        let holds = self.value.is_some_and(|value| value > self.rule.threshold);
        let patience = Patience { hold: self.rule.hold, renotify: self.rule.renotify };
        let (state, change) = self.state.step(holds, now, patience);
        self.state = state;
        change
    }

    fn view(&self) -> View {
        View {
            alert: self.rule.name.clone(),
            rule: self.rule.measure.name(),
            state: self.state.name(),
            since: self.state.since(),
            value: self.value,
            threshold: self.rule.threshold,
            over_s: self.rule.over.as_secs_f64(),
        }
    }
}

#[cfg(test)]
mod tests;
