//! Bodies with members of the sender's own are refused.

use super::Defect;
use crate::tracker::rules::Strangers;

pub(super) const DEFECT: Defect = Defect {
    name: "extra-members-refused",
    about: "a member that the schema does not know refuses the whole postback: an operator's new field stops the payments",
    plant: |rules| rules.reading.strangers = Strangers::Refused,
};
