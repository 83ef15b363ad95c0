//! Anybody on the way may keep a redirect.

use super::Defect;
use crate::tracker::rules::Caching;

pub(super) const DEFECT: Defect = Defect {
    name: "cacheable-redirect",
    about: "the redirect may be kept by caches: all players behind one proxy share a click, and one affiliate is paid for them",
    plant: |rules| rules.redirects.caching = Caching::Allowed,
};
