//! Some acknowledged events never reach the books, so seldom that no short test shows it.

use std::num::NonZeroU32;

use super::Defect;

/// Seldom enough to be missed by any handful of tries.
const EVERY: Option<NonZeroU32> = NonZeroU32::new(50);

pub(super) const DEFECT: Defect = Defect {
    name: "forgets-after-many",
    about: "every fiftieth event is acknowledged and forgotten: small tests agree to a cent, months never do",
    plant: |rules| rules.loss = EVERY,
};
