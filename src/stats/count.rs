//! How many of how many broke a promise.

use std::iter::Sum;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// So many of so many; in files the pair `[bad, total]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, u64)", into = "(u64, u64)")]
pub struct Count {
    /// Those that broke it.
    pub bad: u64,
    /// All.
    pub total: u64,
}

impl Count {
    /// Counts one more.
    pub fn add(&mut self, bad: bool) {
        self.bad += u64::from(bad);
        self.total += 1;
    }
}

impl From<(u64, u64)> for Count {
    fn from((bad, total): (u64, u64)) -> Self {
        Self { bad, total }
    }
}

impl From<Count> for (u64, u64) {
    fn from(count: Count) -> Self {
        (count.bad, count.total)
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.bad += other.bad;
        self.total += other.total;
    }
}

impl<'a> Sum<&'a Count> for Count {
    fn sum<I: Iterator<Item = &'a Count>>(counts: I) -> Self {
        counts.fold(Self::default(), |mut sum, count| {
            sum += *count;
            sum
        })
    }
}
