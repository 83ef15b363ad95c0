//! Bodies of many megabytes are taken.

use super::Defect;
use crate::tracker::rules::Room;

pub(super) const DEFECT: Defect = Defect {
    name: "any-size-taken",
    about: "a postback of ten megabytes is taken: a few senders fill the memory at a peak",
    plant: |rules| rules.outside.room = Room::Huge,
};
