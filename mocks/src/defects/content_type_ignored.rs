//! Any content type is read as JSON.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "content-type-ignored",
    about: "text/plain is taken for JSON: a page in anybody's browser can send postbacks unasked",
    plant: |rules| rules.outside.content_type = Check::Skipped,
};
