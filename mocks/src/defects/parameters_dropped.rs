//! What a click came with is forgotten.

use super::Defect;
use crate::tracker::rules::Parameters;

pub(super) const DEFECT: Defect = Defect {
    name: "parameters-dropped",
    about: "utm and sub_id of a click are not kept: nobody can say which campaign brought the player",
    plant: |rules| rules.redirects.parameters = Parameters::Dropped,
};
