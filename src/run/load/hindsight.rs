//! Whose fault it was that postbacks waited for a connection, told when the load is over: the target's, where it stalled;
//! the plan's, where there were too few connections; or the machine's, where the engine had no time to spare.

use std::time::Duration;

use crate::load::{Effort, EffortSums, Figures};
use crate::scenario::{Promise, Scope, SlaPlan};

/// Seconds after which a second is settled: what waited for a connection then is somebody's fault.
const HINDSIGHT: usize = 1;

/// How long answers may take where no quantile is promised.
const USUAL: Duration = Duration::from_millis(500);

/// What is known of a load's seconds.
pub(super) struct Hindsight {
    /// The shortest time that is promised of the whole run.
    promised: Duration,
    seconds: Vec<Second>,
}

#[derive(Clone, Copy)]
struct Second {
    /// Slots that waited for a connection.
    waited: u64,
    /// The longest service time.
    longest: Duration,
    effort: Effort,
    /// Whether a lane had no time to spare.
    starved: bool,
}

/// Slots that waited and the target did not make wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OwnWaits {
    /// All of them.
    pub(super) all: u64,
    /// Of those, in seconds in which the engine had no time to spare.
    pub(super) starved: u64,
}

impl Hindsight {
    /// Nothing has happened yet.
    pub(super) fn new(sla: &SlaPlan) -> Self {
        let promised = sla.objectives.iter().filter_map(|objective| match objective.promise {
            Promise::Quantile { within, .. } if objective.scope == Scope::Whole => Some(within),
            _ => None,
        });
        Self { promised: promised.min().unwrap_or(USUAL), seconds: Vec::new() }
    }

    /// Adds a second.
    pub(super) fn add(&mut self, figures: &Figures) {
        self.seconds.push(Second {
            waited: figures.slots.waited,
            longest: figures.service.max(),
            effort: figures.effort,
            starved: figures.starved > 0,
        });
    }

    /// Slots that waited for a connection in seconds in which the target answered as fast as it promised. What waits while
    /// the target stalls is its fault, and the stall shows in the same second, or in the one before or after, or before all
    /// the seconds of waiting up to it.
    pub(super) fn own_waits(&self) -> OwnWaits {
        let (mut own, mut excused) = (OwnWaits { all: 0, starved: 0 }, false);
        for (number, second) in self.seconds.iter().enumerate() {
            // What a stall has piled up waits until it is worked off, which may take many seconds of quick answers.
            excused = self.is_slow(number) || (excused && second.waited > 0);
            if !excused {
                own.all += second.waited;
                own.starved += if self.is_starved(number) { second.waited } else { 0 };
            }
        }
        own
    }

    /// What the threads had in the seconds in which there was no time to spare.
    pub(super) fn effort(&self) -> EffortSums {
        let mut sums = EffortSums { starved_waits: self.own_waits().starved, ..EffortSums::default() };
        for (_, second) in self.seconds.iter().enumerate().filter(|(number, _)| self.is_starved(*number)) {
            sums.add_second(second.effort);
        }
        sums
    }

    /// Whether answers took longer than promised around a second. While the engine has no time to spare it is late to look
    /// at them, so that they say nothing about the target.
    fn is_slow(&self, number: usize) -> bool {
        let around = number.saturating_sub(HINDSIGHT)..(number + HINDSIGHT + 1).min(self.seconds.len());
        around.into_iter().any(|number| !self.is_starved(number) && self.seconds[number].longest > self.promised)
    }

    /// Whether there was no time to spare for longer than a second: what a short stall has piled up is worked off within one.
    fn is_starved(&self, number: usize) -> bool {
        let starved = |number: usize| self.seconds.get(number).is_some_and(|second| second.starved);
        starved(number) && (starved(number + 1) || number.checked_sub(1).is_some_and(starved))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUSY: Effort =
        Effort { wall: Duration::from_secs(1), busy: Duration::from_millis(990), held: Duration::ZERO };

    /// What was known of seconds with these waits, longest services in milliseconds, and time to spare or none.
    fn of(seconds: &[(u64, u64, bool)]) -> (OwnWaits, EffortSums) {
        let mut hindsight = Hindsight::new(&SlaPlan::default());
        for &(waited, longest, starved) in seconds {
            let mut figures = Figures::new(&SlaPlan::default());
            figures.slots.waited = waited;
            figures.service.record(Duration::from_millis(longest));
            figures.starved = u64::from(starved);
            figures.effort = if starved { BUSY } else { Effort::default() };
            hindsight.add(&figures);
        }
        (hindsight.own_waits(), hindsight.effort())
    }

    #[test]
    fn too_few_connections_make_postbacks_wait_while_answers_are_quick() {
        let (waits, effort) = of(&[(0, 3, false), (40, 3, false), (40, 3, false)]);
        assert_eq!((waits, effort), (OwnWaits { all: 80, starved: 0 }, EffortSums::default()));
    }

    #[test]
    fn what_a_stall_has_piled_up_is_the_targets_fault_until_it_is_worked_off() {
        let stall = [(0, 3, false), (200, 3, false), (300, 1400, false), (200, 3, true), (9, 3, false), (0, 3, false)];
        assert_eq!(of(&stall).0, OwnWaits { all: 0, starved: 0 }, "one busy second works it off");
        let again: Vec<_> = stall.into_iter().chain([(7, 3, false)]).collect();
        assert_eq!(of(&again).0.all, 7, "what waits after that is somebody else's");
    }

    #[test]
    fn an_engine_without_time_to_spare_blames_neither_target_nor_connections() {
        let (waits, effort) = of(&[(0, 3, false), (90, 800, true), (90, 900, true), (90, 700, true)]);
        assert_eq!(waits, OwnWaits { all: 270, starved: 270 });
        assert_eq!((effort.seconds, effort.starved_waits, effort.busy_ms), (3, 270, 2_970));
    }
}
