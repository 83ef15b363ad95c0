//! The player's data goes on to the landing page.

use super::Defect;
use crate::tracker::rules::Personal;

pub(super) const DEFECT: Defect = Defect {
    name: "pii-carried",
    about: "email, phone and name go on in the landing page's URL: they stand in the logs of every party on the way",
    plant: |rules| rules.redirects.personal = Personal::Carried,
};
