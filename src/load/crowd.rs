//! The crowd: how many players there are at every instant of a closed load, as seats that are taken and left. Seat *n* is
//! taken while there are more than *n* players, so the first to come are the last to go. Playing is left to others.

use std::time::Duration;

use crate::scenario::Stage;

/// After a seat may be taken, its player comes so much later, so that rounding never makes it come too early.
const ROUNDING: Duration = Duration::from_micros(1);

/// Players over time.
#[derive(Clone, Debug)]
pub(crate) struct Crowd {
    stages: Vec<Stage>,
}

/// A stage with the instant at which it begins.
#[derive(Clone, Copy)]
struct Stretch {
    begins: Duration,
    lasts: Duration,
    from: f64,
    to: f64,
}

impl Crowd {
    /// The crowd of a plan: its stages in their order, with numbers of players for rates.
    pub(crate) fn new(stages: Vec<Stage>) -> Self {
        Self { stages }
    }

    /// How long it lasts.
    pub(crate) fn lasts(&self) -> Duration {
        self.stages.iter().map(|stage| stage.lasts).sum()
    }

    /// Seats that it needs, which is the most players at once, at least one.
    pub(crate) fn seats(&self) -> usize {
        let most = self.stages.iter().map(|stage| stage.from.max(stage.to)).fold(1.0, f64::max);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "plans hold at most 65,000 players"
        )]
        let seats = most.ceil() as usize;
        seats
    }

    /// The number of the stage of an instant after the start; the last one's for whatever lies beyond the end.
    pub(crate) fn stage(&self, at: Duration) -> usize {
        self.stretches().take_while(|stretch| stretch.begins <= at).count().saturating_sub(1)
    }

    /// Seconds that all players together spend.
    pub(crate) fn player_seconds(&self) -> f64 {
        self.stages.iter().map(|stage| f64::midpoint(stage.from, stage.to) * stage.lasts.as_secs_f64()).sum()
    }

    /// When the seat that is taken at an instant is left; `None` where it is not taken then.
    pub(crate) fn taken_until(&self, seat: usize, at: Duration) -> Option<Duration> {
        if at >= self.lasts() || self.taken_from(seat, at)? > at {
            return None;
        }
        self.next(seat, at, Stretch::falls_to).or_else(|| Some(self.lasts()))
    }

    /// When a seat is taken next, from an instant on; that instant where it is taken then. `None` when never again.
    pub(crate) fn taken_from(&self, seat: usize, at: Duration) -> Option<Duration> {
        self.next(seat, at, Stretch::exceeds)
    }

    /// The first instant from `at` on that `within` finds in a stage.
    fn next(
        &self,
        seat: usize,
        at: Duration,
        within: impl Fn(Stretch, f64, Duration) -> Option<Duration>,
    ) -> Option<Duration> {
        #[expect(clippy::cast_precision_loss, reason = "plans hold at most 65,000 players")]
        let seat = seat as f64;
        self.stretches()
            .filter(|stretch| stretch.ends() > at)
            .find_map(|stretch| within(stretch, seat, at.max(stretch.begins)))
    }

    fn stretches(&self) -> impl Iterator<Item = Stretch> {
        self.stages.iter().scan(Duration::ZERO, |begins, stage| {
            let Stage { lasts, from, to, .. } = *stage;
            let stretch = Stretch { begins: *begins, lasts, from, to };
            *begins += lasts;
            Some(stretch)
        })
    }
}

impl Stretch {
    fn ends(self) -> Duration {
        self.begins + self.lasts
    }

    fn players(self, at: Duration) -> f64 {
        let Self { from, to, lasts, .. } = self;
        from + (to - from) * (at.saturating_sub(self.begins)).as_secs_f64() / lasts.as_secs_f64()
    }

    /// The first instant from `at` on within the stage at which there are more than `seat` players.
    fn exceeds(self, seat: f64, at: Duration) -> Option<Duration> {
        if self.players(at) > seat {
            return Some(at);
        }
        (self.to > seat).then(|| (self.crossing(seat) + ROUNDING).max(at)).filter(|at| *at < self.ends())
    }

    /// The first instant from `at` on within the stage at which there are not more than `seat` players.
    fn falls_to(self, seat: f64, at: Duration) -> Option<Duration> {
        if self.players(at) <= seat {
            return Some(at);
        }
        (self.to <= seat).then(|| self.crossing(seat).max(at))
    }

    /// When there are exactly so many players, where `from` and `to` lie on both sides of that.
    fn crossing(self, players: f64) -> Duration {
        let Self { from, to, lasts, .. } = self;
        self.begins + lasts.mul_f64(((players - from) / (to - from)).clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn crowd(stages: &[(f64, f64, u64)]) -> Crowd {
        let stage = |&(from, to, ms)| Stage { name: String::new(), lasts: Duration::from_millis(ms), from, to };
        Crowd::new(stages.iter().map(stage).collect())
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// In, level, out.
    fn trapezium() -> Crowd {
        crowd(&[(0.0, 4.0, 4000), (4.0, 4.0, 2000), (4.0, 0.0, 4000)])
    }

    #[test]
    fn the_first_to_come_are_the_last_to_go() {
        let crowd = trapezium();
        assert_eq!((crowd.seats(), crowd.lasts()), (4, ms(10_000)));
        for (seat, comes, goes) in [(0, 0, 10_000), (1, 1000, 9000), (2, 2000, 8000), (3, 3000, 7000)] {
            let from = crowd.taken_from(seat, Duration::ZERO).expect("a turn");
            assert!(from >= ms(comes) && from < ms(comes + 1), "seat {seat} is taken after {from:?}");
            assert_eq!(crowd.taken_until(seat, from), Some(ms(goes)), "seat {seat}");
            assert_eq!(crowd.taken_from(seat, ms(goes)), None, "seat {seat} stays empty");
        }
        assert_eq!(crowd.taken_until(3, ms(500)), None, "not taken yet");
        assert_eq!(crowd.taken_until(0, ms(10_000)), None, "it is over");
    }

    #[test]
    fn jumps_and_gaps_are_kept() {
        let crowd = crowd(&[(2.0, 2.0, 1000), (0.0, 0.0, 1000), (5.0, 5.0, 1000)]);
        assert_eq!(crowd.seats(), 5);
        assert_eq!((crowd.taken_from(1, ms(0)), crowd.taken_until(1, ms(0))), (Some(ms(0)), Some(ms(1000))));
        assert_eq!((crowd.taken_from(1, ms(1000)), crowd.taken_until(1, ms(2500))), (Some(ms(2000)), Some(ms(3000))));
        assert_eq!(crowd.taken_from(4, ms(0)), Some(ms(2000)));
        assert_eq!([0, 999, 1000, 2000, 9000].map(|at| crowd.stage(ms(at))), [0, 0, 1, 2, 2]);
        assert!((crowd.player_seconds() - 7.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn turns_follow_one_another_until_the_end(
            stages in prop::collection::vec((0_u32..30, 0_u32..30, 1_u64..5000), 1..6),
            seat in 0_usize..30,
        ) {
            let stages: Vec<_> =
                stages.into_iter().map(|(from, to, ms)| (f64::from(from), f64::from(to), ms)).collect();
            let crowd = crowd(&stages);
            let (mut at, mut turns) = (Duration::ZERO, 0);
            while let Some(from) = crowd.taken_from(seat, at) {
                prop_assert!(from >= at && from < crowd.lasts());
                let until = crowd.taken_until(seat, from);
                prop_assert!(until.is_some_and(|until| until >= from && until <= crowd.lasts()), "{from:?} {until:?}");
                at = until.unwrap_or(from).max(from + ROUNDING);
                turns += 1;
                prop_assert!(turns <= 2 * stages.len() + 1, "a seat is taken at most once a stage");
            }
            prop_assert!(seat < crowd.seats() || turns == 0);
        }
    }
}
