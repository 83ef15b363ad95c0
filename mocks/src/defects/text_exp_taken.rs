//! A token whose end is no number, or missing, never ends.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "text-exp-taken",
    about: "a token whose exp is text or missing never expires: one that leaks once opens the door for good",
    plant: |rules| rules.tokens.expiry_form = Check::Skipped,
};
