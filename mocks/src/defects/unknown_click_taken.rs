//! Clicks that nobody made are credited.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "unknown-click-taken",
    about: "players are credited to clicks that never were: anybody who can sign invents his own players",
    plant: |rules| rules.click = Check::Skipped,
};
