//! Bodies that come in chunks are refused.

use super::Defect;
use crate::tracker::rules::Length;

pub(super) const DEFECT: Defect = Defect {
    name: "chunked-refused",
    about: "a body without Content-Length is refused with 411: senders that stream have no conversion booked",
    plant: |rules| rules.outside.length = Length::Told,
};
