//! Faults that can be planted in the stack, each under a name and in a file of its own.
//!
//! A defect turns one knob of [`Rules`]; what the knob does stands where the tracker consults it. Several can be
//! planted together. A new one is one file and one line in [`DEFECTS`].

mod ack_before_check;
mod alg_none_taken;
mod any_currency_taken;
mod any_digest;
mod any_method_taken;
mod any_size_taken;
mod bare_signatures_taken;
mod brand_ignored;
mod busy_drops;
mod cacheable_redirect;
mod case_folded_ids;
mod check_then_insert;
mod chunked_refused;
mod client_certificate_optional;
mod content_type_ignored;
mod counted_click_ids;
mod currency_dropped;
mod day_boundary_local;
mod digest_by_length;
mod early_deposit_refused;
mod every_deposit_first;
mod excess_decimals_taken;
mod expired_token_taken;
mod exponents_misread;
mod extra_members_refused;
mod failed_bookings_vanish;
mod float_amounts;
mod forgets_after_many;
mod forwarded_believed;
mod future_times_taken;
mod fx_of_wrong_day;
mod html_errors;
mod ids_cut;
mod keyed_by_type;
mod last_key_wins;
mod lifetime_unchecked;
mod limit_ignored;
mod local_times;
mod lost_after_ack;
mod minimum_ignored;
mod negative_amounts_taken;
mod no_fallback;
mod no_idempotency;
mod no_retry_after;
mod non_ascii_escaped;
mod non_ascii_mangled;
mod not_yet_valid_taken;
mod null_ids_taken;
mod one_event_per_click;
mod open_redirect;
mod overwrite;
mod parameters_dropped;
mod pii_carried;
mod raw_signature;
mod redirecting_endpoint;
mod refusals_credit;
mod reversals_positive;
mod second_ftd_counted;
mod server_error_on_bad_input;
mod short_signatures;
mod signature_unchecked;
mod slow_bodies_refused;
mod text_amounts_taken;
mod text_exp_taken;
mod thousandths_rounded;
mod token_echoed;
mod token_unchecked;
mod trace_in_errors;
mod two_hops;
mod unknown_click_taken;
mod unknown_event_taken;
mod whole_amounts;
mod zero_deposit_taken;
mod zones_ignored;

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
    raw_signature::DEFECT,
    extra_members_refused::DEFECT,
    non_ascii_mangled::DEFECT,
    non_ascii_escaped::DEFECT,
    thousandths_rounded::DEFECT,
    exponents_misread::DEFECT,
    any_digest::DEFECT,
    digest_by_length::DEFECT,
    short_signatures::DEFECT,
    bare_signatures_taken::DEFECT,
    alg_none_taken::DEFECT,
    lifetime_unchecked::DEFECT,
    text_exp_taken::DEFECT,
    not_yet_valid_taken::DEFECT,
    ids_cut::DEFECT,
    keyed_by_type::DEFECT,
    no_fallback::DEFECT,
    text_amounts_taken::DEFECT,
    negative_amounts_taken::DEFECT,
    any_currency_taken::DEFECT,
    excess_decimals_taken::DEFECT,
    zones_ignored::DEFECT,
    future_times_taken::DEFECT,
    last_key_wins::DEFECT,
    content_type_ignored::DEFECT,
    any_size_taken::DEFECT,
    unknown_event_taken::DEFECT,
    null_ids_taken::DEFECT,
    early_deposit_refused::DEFECT,
    second_ftd_counted::DEFECT,
    minimum_ignored::DEFECT,
    zero_deposit_taken::DEFECT,
    any_method_taken::DEFECT,
    html_errors::DEFECT,
    trace_in_errors::DEFECT,
    token_echoed::DEFECT,
    chunked_refused::DEFECT,
    slow_bodies_refused::DEFECT,
    no_retry_after::DEFECT,
    limit_ignored::DEFECT,
    counted_click_ids::DEFECT,
    open_redirect::DEFECT,
    cacheable_redirect::DEFECT,
    pii_carried::DEFECT,
    two_hops::DEFECT,
    parameters_dropped::DEFECT,
    client_certificate_optional::DEFECT,
    forgets_after_many::DEFECT,
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
