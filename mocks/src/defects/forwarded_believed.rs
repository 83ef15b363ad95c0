//! Anybody's word about the sender's address is taken.

use super::Defect;
use crate::tracker::rules::Forwarded;

pub(super) const DEFECT: Defect = Defect {
    name: "forwarded-believed",
    about: "a forged X-Forwarded-For passes the allow-list: it keeps nobody out",
    plant: |rules| rules.forwarded = Forwarded::Anybody,
};
