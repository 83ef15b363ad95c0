//! The reports' days begin at the server's own midnight, whatever zone is asked for.

use jiff::tz::Offset;

use super::Defect;
use crate::reports::calendar::Boundaries;

/// How far the clock of a server in São Paulo is from UTC, in hours.
const SERVER: i8 = -3;

pub(super) const DEFECT: Defect = Defect {
    name: "day-boundary-local",
    about: "reports cut their days at the server's midnight: D0 and D1 float, and no day agrees with the operator's",
    plant: |rules| rules.boundaries = Boundaries::Server(Offset::constant(SERVER)),
};
