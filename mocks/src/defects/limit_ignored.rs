//! A rate that was set turns nobody away.

use super::Defect;
use crate::tracker::rules::RateLimit;

pub(super) const DEFECT: Defect = Defect {
    name: "limit-ignored",
    about: "the rate limit is not enforced: one broken sender takes the place of all others",
    plant: |rules| rules.rate_limit = RateLimit::Ignored,
};
