//! Faults that can be planted in the stack, each under a name and in a file of its own.
//!
//! A defect turns one knob of [`Rules`]; what the knob does stands where the tracker consults it. Several can be
//! planted together. A new one is one file and one line in [`DEFECTS`].

mod ack_before_check;
mod brand_ignored;
mod busy_drops;
mod case_folded_ids;
mod check_then_insert;
mod currency_dropped;
mod day_boundary_local;
mod every_deposit_first;
mod expired_token_taken;
mod failed_bookings_vanish;
mod float_amounts;
mod forwarded_believed;
mod fx_of_wrong_day;
mod local_times;
mod lost_after_ack;
mod no_idempotency;
mod one_event_per_click;
mod overwrite;
mod redirecting_endpoint;
mod refusals_credit;
mod reversals_positive;
mod server_error_on_bad_input;
mod signature_unchecked;
mod token_unchecked;
mod unknown_click_taken;
mod whole_amounts;

use crate::tracker::rules::Rules;

/// Every defect there is.
pub const DEFECTS: &[Defect] = &[
    no_idempotency::DEFECT,
    check_then_insert::DEFECT,
    signature_unchecked::DEFECT,
    token_unchecked::DEFECT,
    refusals_credit::DEFECT,
    lost_after_ack::DEFECT,
    float_amounts::DEFECT,
    currency_dropped::DEFECT,
    overwrite::DEFECT,
    ack_before_check::DEFECT,
    expired_token_taken::DEFECT,
    unknown_click_taken::DEFECT,
    redirecting_endpoint::DEFECT,
    server_error_on_bad_input::DEFECT,
    case_folded_ids::DEFECT,
    one_event_per_click::DEFECT,
    busy_drops::DEFECT,
    failed_bookings_vanish::DEFECT,
    whole_amounts::DEFECT,
    brand_ignored::DEFECT,
    reversals_positive::DEFECT,
    every_deposit_first::DEFECT,
    local_times::DEFECT,
    forwarded_believed::DEFECT,
    fx_of_wrong_day::DEFECT,
    day_boundary_local::DEFECT,
];

/// A fault that can be planted in the stack.
#[derive(Debug, Clone, Copy)]
pub struct Defect {
    /// What it is called on command lines and in reports.
    pub name: &'static str,
    /// What the stack does with it, and what that means for the business, in one line.
    pub about: &'static str,
    plant: fn(&mut Rules),
}

impl Defect {
    /// The defect of that name.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        DEFECTS.iter().find(|defect| defect.name == name)
    }

    /// Turns its knob.
    pub(crate) fn plant(&self, rules: &mut Rules) {
        (self.plant)(rules);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_defect_has_its_own_name_and_changes_something() {
        for (index, defect) in DEFECTS.iter().enumerate() {
            let found = DEFECTS.iter().position(|other| other.name == defect.name);
            assert_eq!(found, Some(index), "{}", defect.name);
            let mut rules = Rules::default();
            defect.plant(&mut rules);
            assert_ne!(rules, Rules::default(), "{}", defect.name);
        }
        assert!(Defect::by_name("overwrite").is_some() && Defect::by_name("none-such").is_none());
    }
}
