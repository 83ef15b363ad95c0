//! Event ids are compared by their first sixty characters.

use super::Defect;
use crate::tracker::rules::Keys;

pub(super) const DEFECT: Defect = Defect {
    name: "ids-cut",
    about: "ids that differ after sixty characters are one event: the second player's deposit is never paid for",
    plant: |rules| rules.keys = Keys::Cut,
};
