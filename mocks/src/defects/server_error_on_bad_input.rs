//! Bad input is answered with 500.

use super::Defect;
use crate::tracker::rules::BadInput;

pub(super) const DEFECT: Defect = Defect {
    name: "server-error-on-bad-input",
    about: "bad input is answered with 500: senders try it again for hours and never learn what is wrong",
    plant: |rules| rules.bad_input = BadInput::ServerError,
};
