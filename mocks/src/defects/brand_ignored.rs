//! Credits lose their brand.

use super::Defect;
use crate::tracker::rules::Brand;

pub(super) const DEFECT: Defect = Defect {
    name: "brand-ignored",
    about: "all brands are one: a manager cannot tell which casino a player belongs to, and contracts by brand cannot be kept",
    plant: |rules| rules.brand = Brand::Ignored,
};
