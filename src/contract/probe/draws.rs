//! Draws: what is chosen for one probe, number by number, out of the seed; and spots, which mark a place in a text of any
//! length.

use crate::model::Mixer;

/// The draws of one probe.
pub(super) struct Draws {
    from: Mixer,
    drawn: u64,
}

/// A place in a text as a share of its length, so that it can be found again in a text of another length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot(u32);

impl Draws {
    /// The draws of a probe in one of its turns.
    pub(super) fn new(seed: u64, probe: u64, turn: u64) -> Self {
        Self { from: Mixer::new(seed).bytes(b"probe").word(probe).word(turn), drawn: 0 }
    }

    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.drawn += 1;
        self.from.word(self.drawn).below(bound)
    }

    /// A number of things from 1 to `most`.
    pub(super) fn some(&mut self, most: u32) -> usize {
        usize::try_from(self.below(u64::from(most))).unwrap_or(0) + 1
    }

    /// One of several; of none, nothing.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        let place = self.below(of.len() as u64);
        of.get(usize::try_from(place).unwrap_or(0)).copied()
    }

    /// A place; every fourth is the beginning or the end.
    pub(super) fn spot(&mut self) -> Spot {
        match self.below(8) {
            0 => Spot(0),
            1 => Spot(u32::MAX),
            _ => Spot(u32::try_from(self.below(u64::from(u32::MAX))).unwrap_or(0)),
        }
    }
}

impl Spot {
    /// The place in a text of that length: from 0 to the length itself.
    pub(super) fn within(self, length: usize) -> usize {
        let wide = u128::from(self.0) * (length as u128 + 1);
        usize::try_from(wide >> 32).unwrap_or(0).min(length)
    }
}
