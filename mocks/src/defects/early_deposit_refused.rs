//! A deposit is refused until its registration is booked.

use super::Defect;
use crate::tracker::rules::Order;

pub(super) const DEFECT: Defect = Defect {
    name: "early-deposit-refused",
    about: "a deposit that overtakes its registration is refused with 422: the fastest players are never paid for",
    plant: |rules| rules.order = Order::RegistrationFirst,
};
