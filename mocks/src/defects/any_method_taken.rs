//! Whatever the method, a body is judged as if it were posted.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "any-method-taken",
    about: "PUT and GET with a body are taken as postbacks: caches and crawlers repeat conversions",
    plant: |rules| rules.outside.method = Check::Skipped,
};
