//! Amounts are converted by the rate of the day on which they are booked.

use super::Defect;
use crate::tracker::books::fx::RateDay;

pub(super) const DEFECT: Defect = Defect {
    name: "fx-of-wrong-day",
    about: "amounts are converted by the rate of the day they are booked: a late postback is paid for by another rate",
    plant: |rules| rules.rate_day = RateDay::Booking,
};
