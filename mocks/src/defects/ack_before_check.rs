//! The answer goes out before anything is judged.

use super::Defect;
use crate::tracker::rules::Answer;

pub(super) const DEFECT: Defect = Defect {
    name: "ack-before-check",
    about: "the answer comes before the checks: a wrong key goes unnoticed until the month's bill",
    plant: |rules| rules.answer = Answer::BeforeChecks,
};
