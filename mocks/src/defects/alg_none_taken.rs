//! Tokens that say they are signed by nobody are taken.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "alg-none-taken",
    about: "a token with alg none is taken unsigned: anybody mints tokens",
    plant: |rules| rules.tokens.algorithm = Check::Skipped,
};
