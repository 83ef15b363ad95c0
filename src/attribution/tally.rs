//! What a crowd came to, counted: first deposits in total and by dimension, and of each set-up how many its cookies lost.

use std::ops::AddAssign;

use super::crowd::Crowd;
use super::loss::Loss;
use super::sighting::Dimension;
use crate::scenario::Setup;

/// Counts of players. Two tallies of one crowd can be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Players who clicked.
    pub players: u64,
    /// Of them, those whose click was stopped by an ad blocker.
    pub stopped: u64,
    /// First deposits.
    pub total: Cell,
    /// Of each set-up, in the order of [`Setup::ALL`], the conversions lost by each cause, in the order of [`Loss::ALL`].
    pub losses: [[u64; Loss::ALL.len()]; Setup::ALL.len()],
    /// First deposits of each dimension, in the order of [`Dimension::ALL`], by the number of the name.
    cells: [Vec<Cell>; Dimension::ALL.len()],
}

/// First deposits, and how many of them the cookies of each set-up do not see. S2S sees them all: nothing is set up wrongly here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// First deposits.
    pub seen: u64,
    /// Those that only S2S sees, by set-up in the order of [`Setup::ALL`].
    pub s2s_only: [u64; Setup::ALL.len()],
}

/// What is counted of one first deposit.
pub(super) struct Seen {
    /// The number of its name in each dimension.
    pub(super) numbers: [usize; Dimension::ALL.len()],
    /// What each set-up loses it by.
    pub(super) losses: [Option<Loss>; Setup::ALL.len()],
}

impl Tally {
    /// Nothing counted yet.
    pub fn new(crowd: &Crowd<'_>) -> Self {
        Self {
            players: 0,
            stopped: 0,
            total: Cell::default(),
            losses: Default::default(),
            cells: Dimension::ALL.map(|dimension| vec![Cell::default(); crowd.names(dimension).len()]),
        }
    }

    /// First deposits of a dimension, by the number of the name.
    pub fn cells(&self, dimension: Dimension) -> &[Cell] {
        &self.cells[dimension as usize]
    }

    pub(super) fn player(&mut self, arrives: bool) {
        self.players += 1;
        self.stopped += u64::from(!arrives);
    }

    pub(super) fn conversion(&mut self, seen: &Seen) {
        let lost = seen.losses.map(|loss| u64::from(loss.is_some()));
        self.total.add(1, lost);
        for (cells, number) in self.cells.iter_mut().zip(seen.numbers) {
            if let Some(cell) = cells.get_mut(number) {
                cell.add(1, lost);
            }
        }
        for (causes, loss) in self.losses.iter_mut().zip(seen.losses) {
            if let Some(loss) = loss {
                causes[loss as usize] += 1;
            }
        }
    }
}

impl AddAssign<&Self> for Tally {
    fn add_assign(&mut self, other: &Self) {
        self.players += other.players;
        self.stopped += other.stopped;
        self.total += other.total;
        for (mine, others) in self.losses.iter_mut().flatten().zip(other.losses.iter().flatten()) {
            *mine += others;
        }
        for (mine, others) in self.cells.iter_mut().flatten().zip(other.cells.iter().flatten()) {
            *mine += *others;
        }
    }
}

impl Cell {
    fn add(&mut self, seen: u64, lost: [u64; Setup::ALL.len()]) {
        self.seen += seen;
        for (mine, lost) in self.s2s_only.iter_mut().zip(lost) {
            *mine += lost;
        }
    }
}

impl AddAssign for Cell {
    fn add_assign(&mut self, other: Self) {
        self.add(other.seen, other.s2s_only);
    }
}
