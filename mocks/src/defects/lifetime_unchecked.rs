//! Tokens may live as long as they like.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "lifetime-unchecked",
    about: "a token may live for an hour, or for years: one that leaks once opens the door for good",
    plant: |rules| rules.tokens.lifetime = Check::Skipped,
};
