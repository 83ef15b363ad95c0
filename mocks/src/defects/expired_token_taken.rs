//! Tokens are taken however old they are.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "expired-token-taken",
    about: "tokens never expire: whoever once saw one can send postbacks for ever",
    plant: |rules| rules.expiry = Check::Skipped,
};
