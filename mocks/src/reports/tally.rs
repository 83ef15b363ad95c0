//! The sums of one group. What is made of them is left to `figures`.

use rust_decimal::Decimal;

use super::cohort::{Cohort, Payback};
use super::entry::Entry;
use crate::tracker::books::commission::Accrual;
use crate::tracker::books::kind::Kind;

/// What happened in a group. Money is in the report currency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    /// Clicks.
    pub(crate) clicks: u64,
    /// Registrations.
    pub(crate) registrations: u64,
    /// Accepted papers.
    pub(crate) kyc: u64,
    /// Qualified first deposits.
    pub(crate) ftds: u64,
    /// Deposits, first ones among them.
    pub(crate) deposits: Flow,
    /// Refunds, as negative sums.
    pub(crate) refunds: Flow,
    /// Chargebacks, as negative sums.
    pub(crate) chargebacks: Flow,
    /// What deposits cost.
    pub(crate) fees: Decimal,
    /// Net revenue.
    pub(crate) ngr: Decimal,
    /// What is owed to affiliates: accrued event by event, and settled by month.
    pub(crate) commission: Decimal,
    /// What campaigns cost.
    pub(crate) spend: Decimal,
    /// Events with money that no rate converts: counted above, missing in every sum.
    pub(crate) unconverted: u64,
    /// What is shown above and never paid for.
    pub(crate) not_billable: NotBillable,
    /// Players by their first deposit.
    pub(crate) depositors: Cohort,
    /// The same players' net revenue by the days since.
    pub(crate) payback: Payback,
    /// Players by their registration.
    pub(crate) registrants: Cohort,
}

/// Events of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Flow {
    /// How many.
    pub(crate) count: u64,
    /// Their signed sum.
    pub(crate) sum: Decimal,
}

/// Events that were only probably brought by the affiliate they are shown under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct NotBillable {
    /// Events of any kind.
    pub(crate) events: u64,
    /// First deposits among them.
    pub(crate) ftds: u64,
}

impl Tally {
    /// Counts an event of the group and what it accrued.
    pub(crate) fn add(&mut self, entry: &Entry, accrual: &Accrual) {
        let worth = entry.report_amount.unwrap_or_default();
        match entry.kind {
            Kind::Registration => self.registrations += 1,
            Kind::KycApproved => self.kyc += 1,
            Kind::Deposit => self.deposits.add(worth),
            Kind::Refund => self.refunds.add(worth),
            Kind::Chargeback => self.chargebacks.add(worth),
        }
        self.ftds += u64::from(entry.is_ftd);
        self.unconverted += u64::from(entry.is_unconverted());
        if !entry.billable {
            self.not_billable.events += 1;
            self.not_billable.ftds += u64::from(entry.is_ftd);
        }
        self.fees = self.fees.saturating_add(accrual.fee);
        self.ngr = self.ngr.saturating_add(accrual.ngr);
        self.owe(accrual.commission());
    }

    /// Adds what is owed to an affiliate, or takes it back.
    pub(crate) fn owe(&mut self, commission: Decimal) {
        self.commission = self.commission.saturating_add(commission);
    }

    /// Adds what a campaign cost.
    pub(crate) fn pay(&mut self, spend: Decimal) {
        self.spend = self.spend.saturating_add(spend);
    }

    /// All that players cost: commission and spend.
    pub(crate) fn cost(&self) -> Decimal {
        self.commission.saturating_add(self.spend)
    }
}

impl Flow {
    /// An overflow cannot come about: 10⁹ amounts of 10¹² stay seven digits below a decimal's end.
    fn add(&mut self, worth: Decimal) {
        self.count += 1;
        self.sum = self.sum.saturating_add(worth);
    }
}
