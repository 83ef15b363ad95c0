//! Of a member that comes twice the last one counts.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "last-key-wins",
    about: "a body with two amounts is taken, the last one counts: proxy and tracker see different deposits",
    plant: |rules| rules.reading.names = Check::Skipped,
};
