//! Tokens are taken before they begin.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "not-yet-valid-taken",
    about: "a token counts before its nbf and its iat: keys that were withdrawn have minted tokens for next year",
    plant: |rules| rules.tokens.start = Check::Skipped,
};
