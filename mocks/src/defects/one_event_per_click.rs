//! A click has one event of each kind.

use super::Defect;
use crate::tracker::rules::{Conflict, Keys};

pub(super) const DEFECT: Defect = Defect {
    name: "one-event-per-click",
    about: "repeat deposits are taken for repetitions: revenue share is paid on the first deposit alone",
    plant: |rules| {
        rules.keys = Keys::ClickAndEvent;
        rules.conflict = Conflict::Swallow;
    },
};
