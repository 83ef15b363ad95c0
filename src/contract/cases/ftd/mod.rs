//! `ftd.*`: which deposit counts as an account's first.

mod below_minimum;
mod first_counts;
mod second_ftd;
mod zero_deposit;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::contract::{Case, Finding, Terms, Trial, Unfit, grade};
use crate::model::{Currency, Verdict};

/// The family's cases.
pub(super) const CASES: &[&dyn Case] =
    &[&first_counts::FirstCounts, &below_minimum::BelowMinimum, &second_ftd::SecondFtd, &zero_deposit::ZeroDeposit];

/// The currency of these deposits.
fn usd() -> Currency {
    "USD".parse().expect("it is in the list")
}

/// The smallest FTD in cents, where it is a whole number of them and more than nothing.
pub(super) fn minimum(terms: &Terms) -> Result<i64, Unfit> {
    let cents = terms.ftd_minimum.decimal() * Decimal::ONE_HUNDRED;
    let whole = cents.is_integer().then(|| cents.to_i64()).flatten();
    whole.filter(|cents| *cents > 0).ok_or("no minimum in whole cents is declared (contract.ftd.minimum)")
}

/// The finding by books that tell of FTDs; what says nothing of them shows nothing.
fn told_by_flag(trial: &Trial<'_>) -> Finding {
    match grade(trial) {
        found if found.verdict == Verdict::Pass && !trial.tells_ftd => {
            Finding::skipped("no credit has `is_ftd`, so that nobody can tell")
        }
        found => found,
    }
}
