//! Refusals carry the way through the code that led there.

use super::Defect;
use crate::tracker::rules::Wording;

pub(super) const DEFECT: Defect = Defect {
    name: "trace-in-errors",
    about: "refusals show a stack trace and the path of the database: whoever sends nonsense learns the inside",
    plant: |rules| rules.wording = Wording::Traced,
};
