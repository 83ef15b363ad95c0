//! A click is redirected twice.

use super::Defect;
use crate::tracker::rules::Hops;

pub(super) const DEFECT: Defect = Defect {
    name: "two-hops",
    about: "a click is redirected twice: each hop loses some of the players who were paid for",
    plant: |rules| rules.redirects.hops = Hops::Two,
};
