//! Refusals carry the token that was sent.

use super::Defect;
use crate::tracker::rules::Wording;

pub(super) const DEFECT: Defect = Defect {
    name: "token-echoed",
    about: "refusals repeat the Authorization header: a live token stands in every sender's error log",
    plant: |rules| rules.wording = Wording::Echoed,
};
