//! The answer goes out before anything is judged.

use super::Defect;
use crate::tracker::rules::Answer;

pub(super) const DEFECT: Defect = Defect {
    name: "ack-before-check",
    about: "everything is answered with 200 at once; what the checks then refuse is not booked",
    plant: |rules| rules.answer = Answer::BeforeChecks,
};
