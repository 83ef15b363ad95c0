//! Faults that can be planted in the stack, each under a name and in a file of its own.
//!
//! A defect turns one knob of [`Rules`]; what the knob does stands where the tracker consults it. Several can be
//! planted together. A new one is one file and one line in [`DEFECTS`].

mod ack_before_check;
mod check_then_insert;
mod currency_dropped;
mod float_amounts;
mod lost_after_ack;
mod no_idempotency;
mod overwrite;
mod refusals_credit;
mod signature_unchecked;
mod token_unchecked;

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
];

/// A fault that can be planted in the stack.
#[derive(Debug, Clone, Copy)]
pub struct Defect {
    /// What it is called on command lines and in reports.
    pub name: &'static str,
    /// What the stack does with it, in one sentence.
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
