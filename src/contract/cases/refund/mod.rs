//! `refund.*`: money that goes back, and what it is held against.

mod above_deposit;
mod negative_income;
mod without_deposit;

use crate::contract::Case;

/// The family's cases.
pub(super) const CASES: &[&dyn Case] =
    &[&negative_income::NegativeIncome, &without_deposit::WithoutDeposit, &above_deposit::AboveDeposit];

/// The statuses that tell a sender that no deposit covers what goes back.
const UNCOVERED: &[u16] = &[400, 404, 409, 422];
