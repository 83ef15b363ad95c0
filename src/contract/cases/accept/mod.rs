//! `accept.*`: genuine postbacks, which have to be taken however they are written as long as they mean the same.

mod deposit;
mod registration;

use crate::contract::Case;

/// The family's cases.
pub(super) const CASES: &[&dyn Case] = &[&registration::Registration, &deposit::Deposit];
