//! Who is too fast is not told when to come again.

use super::Defect;
use crate::tracker::rules::RateLimit;

pub(super) const DEFECT: Defect = Defect {
    name: "no-retry-after",
    about: "429 comes without Retry-After: senders guess, and come back all at once",
    plant: |rules| rules.rate_limit = RateLimit::Untold,
};
