//! How many of how many broke a promise.

use std::ops::AddAssign;

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.bad += other.bad;
        self.total += other.total;
    }
}
