//! The signed payload is taken to be ASCII, with everything else escaped.

use super::Defect;
use crate::tracker::rules::Cover;

pub(super) const DEFECT: Defect = Defect {
    name: "non-ascii-escaped",
    about: "letters outside of ASCII are escaped before the signature is checked: postbacks with a real name in them are refused",
    plant: |rules| rules.signatures.cover = Cover::Escaped,
};
