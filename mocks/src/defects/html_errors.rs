//! Refusals are pages for people.

use super::Defect;
use crate::tracker::rules::Wording;

pub(super) const DEFECT: Defect = Defect {
    name: "html-errors",
    about: "refusals are HTML pages: senders find no code in them, and retry what can never pass",
    plant: |rules| rules.wording = Wording::Page,
};
