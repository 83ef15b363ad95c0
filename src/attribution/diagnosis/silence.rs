//! A method that falls silent: from an instant on, or up to one, it saw nothing of what the other saw.

use jiff::Timestamp;

use super::CERTAINTY;
use super::evidence::Member;

/// Fewer than this say nothing.
const FEWEST: usize = 10;

/// A run of conversions at one end of the log of which the other method saw none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Silence {
    /// The first of them.
    pub(super) first: Timestamp,
    /// The last of them.
    pub(super) last: Timestamp,
    /// Their places.
    pub(super) places: Vec<u32>,
    /// Of so many in all.
    pub(super) total: usize,
}

/// Which end of the log is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The beginning.
    First,
    /// The end.
    Last,
}

impl Silence {
    /// Whether the method saw nothing at all.
    pub(super) fn is_whole(&self) -> bool {
        self.places.len() == self.total
    }

    /// Finds it where it is clear beyond chance: were those that are missing spread evenly, so many of them would not stand at the end.
    /// The share `usual` that a sound method may miss at times is granted at least, since losses grow towards the end of a log, where
    /// clicks are older.
    pub(super) fn find<'a>(members: impl Iterator<Item = Member<'a>>, end: End, usual: f64) -> Option<Self> {
        let (mut alone, mut total, mut heard) = (Vec::new(), 0, None::<Timestamp>);
        for member in members {
            total += 1;
            let at = member.sighting.at;
            if member.missing {
                alone.push((at, member.place));
            } else if heard.is_none_or(|heard| if end == End::Last { at > heard } else { at < heard }) {
                heard = Some(at);
            }
        }
        let missing = alone.len();
        alone.retain(|(at, _)| heard.is_none_or(|heard| if end == End::Last { *at > heard } else { *at < heard }));
        if alone.len() < FEWEST || chance(alone.len(), missing, total, usual) > CERTAINTY {
            return None;
        }
        let instants = || alone.iter().map(|(at, _)| *at);
        let (first, last) = (instants().min()?, instants().max()?);
        Some(Self { first, last, places: alone.into_iter().map(|(_, place)| place).collect(), total })
    }
}

/// The chance that the first `run` of `total` are all missing when `missing` of them are: the product of (missing − i) ÷ (total − i), or
/// of `usual` where that is more, or where all are missing.
fn chance(run: usize, missing: usize, total: usize, usual: f64) -> f64 {
    let mut chance = 1.0;
    for i in 0..run {
        let spread = share(missing.saturating_sub(i), total.saturating_sub(i));
        chance *= if missing == total { usual } else { spread.max(usual) };
        if chance <= f64::MIN_POSITIVE {
            break;
        }
    }
    chance
}

#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::{Sighting, Traits};

    fn find(missing: &[bool], end: End) -> Option<usize> {
        let sightings: Vec<_> = (0_i64..).zip(missing).map(|(n, _)| sighting(n)).collect();
        let members = (0_u32..).zip(&sightings).zip(missing);
        let members = members.map(|((place, sighting), missing)| Member { place, sighting, missing: *missing });
        Silence::find(members, end, 0.5).map(|silence| silence.places.len())
    }

    fn sighting(second: i64) -> Sighting {
        let at = Timestamp::from_second(second).expect("in range");
        let traits = Traits::default();
        Sighting {
            at,
            received: None,
            click: None,
            transaction: None,
            account: None,
            money: None,
            attributed: true,
            traits,
            row: 1,
        }
    }

    #[test]
    fn a_run_at_the_end_is_found_and_scattered_ones_are_not() {
        let run: Vec<_> = (0..200).map(|n| n >= 180).collect();
        assert_eq!((find(&run, End::Last), find(&run, End::First)), (Some(20), None));
        let mirrored: Vec<_> = run.iter().rev().copied().collect();
        assert_eq!((find(&mirrored, End::Last), find(&mirrored, End::First)), (None, Some(20)));
        let scattered: Vec<_> = (0..200).map(|n| n % 10 != 0).collect();
        assert_eq!((find(&scattered, End::Last), find(&scattered, End::First)), (None, None));
    }

    #[test]
    fn nothing_at_all_is_silence_when_there_was_enough_to_miss() {
        assert_eq!(find(&[true; 14], End::Last), Some(14));
        assert_eq!(find(&[true; 13], End::Last), None);
        assert_eq!(find(&[], End::Last), None);
    }
}
