//! What one event accrues for its affiliate: net revenue, CPA, share, and what the sender itself says is owed.
//!
//! Everything here adds up event by event, so any grouping comes to the same total. What a month's floor and
//! carry-over make of the shares is left to `settlement`.

use rust_decimal::Decimal;

use super::kind::Kind;
use super::terms::Terms;

/// An event as the commission sees it. Amounts are in the report currency.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occurrence<'a> {
    /// What happened.
    pub(crate) kind: Kind,
    /// Who is to be paid; nobody is for a player whom no affiliate brought.
    pub(crate) affiliate: Option<&'a str>,
    /// The player's brand.
    pub(crate) brand: Option<&'a str>,
    /// The signed amount; nothing without an amount, or without a rate for it.
    pub(crate) report_amount: Option<Decimal>,
    /// Whether it is its player's qualified first deposit.
    pub(crate) is_ftd: bool,
    /// Whether it takes its player's whole first deposit back.
    pub(crate) reversal: Option<&'a Reversal>,
    /// What the postback itself said is owed.
    pub(crate) sent: Sent,
    /// Whether it may be paid for: a probable match never is (seed 003 §10).
    pub(crate) is_billable: bool,
}

/// The commission that a postback named (seed 000: the postback passes back the commission amount).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// It named none: the contract decides.
    Nothing,
    /// It named this one, in the report currency.
    Amount(Decimal),
    /// It named one that has no rate: nothing can be accrued, and the contract does not decide.
    Unconverted,
}

/// The first deposit that is taken back as a whole, by its refunds and chargebacks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Reversal {
    /// What the first deposit's own postback said is owed for it, in the report currency.
    pub(crate) ftd_commission: Option<Decimal>,
}

/// What one event accrues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Accrual {
    /// Net revenue: the signed amount less the fee.
    pub(crate) ngr: Decimal,
    /// The fee within it.
    pub(crate) fee: Decimal,
    /// CPA and its clawback, or what was sent: owed as it stands.
    pub(crate) fixed: Decimal,
    /// The share of the net revenue, rounded for this event: subject to the month's settlement.
    pub(crate) share: Decimal,
    /// The net revenue that the share was taken of.
    pub(crate) share_base: Decimal,
}

impl Accrual {
    /// What an event accrues under the terms.
    pub(crate) fn of(occurrence: &Occurrence<'_>, terms: &Terms) -> Self {
        let (ngr, fee) = net_revenue(occurrence, terms);
        let earned = Self { ngr, fee, ..Self::default() };
        let Some(affiliate) = occurrence.affiliate.filter(|_| occurrence.is_billable) else {
            return earned;
        };
        match occurrence.sent {
            Sent::Amount(fixed) => return Self { fixed, ..earned },
            Sent::Unconverted => return earned,
            Sent::Nothing => {}
        }
        let contract = terms.contract(affiliate);
        let sum = contract.cpa.as_ref().map(|cpa| cpa.of(occurrence.brand));
        let fixed = match (sum, occurrence.reversal) {
            (Some(sum), None) if occurrence.is_ftd => sum,
            (sum, Some(reversal)) if contract.cpa.as_ref().is_some_and(|cpa| cpa.clawback) => {
                -reversal.ftd_commission.or(sum).unwrap_or_default()
            }
            _ => Decimal::ZERO,
        };
        let share = contract.revenue_share.as_ref().map(|share| share.share);
        let share_base = if share.is_some() { ngr } else { Decimal::ZERO };
        let share = terms.round(share_base.saturating_mul(share.unwrap_or_default()));
        Self { fixed, share, share_base, ..earned }
    }

    /// The whole of it.
    pub(crate) fn commission(&self) -> Decimal {
        self.fixed.saturating_add(self.share)
    }
}

/// Net revenue and fee: deposits less refunds, chargebacks and fees (seed 003 §8; no bets are modelled).
fn net_revenue(occurrence: &Occurrence<'_>, terms: &Terms) -> (Decimal, Decimal) {
    let Some(amount) = occurrence.report_amount.filter(|_| occurrence.kind.moves_money()) else {
        return (Decimal::ZERO, Decimal::ZERO);
    };
    let fee = if occurrence.kind == Kind::Deposit { terms.fee(amount) } else { Decimal::ZERO };
    (amount.saturating_sub(fee), fee)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: &str = r#"
        [fees]
        percent_of_deposits = "2"
        [affiliates.cpa]
        model = "cpa"
        amount = "80.00"
        amount_by_brand = { lux = "120.00" }
        [affiliates.claw]
        model = "cpa"
        amount = "80.00"
        clawback = true
        [affiliates.share]
        model = "revenue_share"
        share_percent = "25"
        [affiliates.both]
        model = "hybrid"
        amount = "40.00"
        share_percent = "10"
    "#;

    fn deposit(affiliate: &'static str) -> Occurrence<'static> {
        Occurrence {
            kind: Kind::Deposit,
            affiliate: Some(affiliate),
            brand: None,
            report_amount: Some(Decimal::ONE_HUNDRED),
            is_ftd: true,
            reversal: None,
            sent: Sent::Nothing,
            is_billable: true,
        }
    }

    fn refund<'a>(affiliate: &'static str, reversal: &'a Reversal) -> Occurrence<'a> {
        let money = Some(-Decimal::ONE_HUNDRED);
        Occurrence {
            kind: Kind::Refund,
            report_amount: money,
            is_ftd: false,
            reversal: Some(reversal),
            ..deposit(affiliate)
        }
    }

    fn accrued(occurrence: Occurrence<'_>) -> (String, String) {
        let accrual = Accrual::of(&occurrence, &Terms::parse(TERMS).expect("terms"));
        (accrual.ngr.normalize().to_string(), accrual.commission().normalize().to_string())
    }

    fn pair(ngr: &str, commission: &str) -> (String, String) {
        (ngr.to_owned(), commission.to_owned())
    }

    #[test]
    fn each_model_earns_its_own() {
        assert_eq!(accrued(deposit("cpa")), pair("98", "80"));
        assert_eq!(accrued(Occurrence { brand: Some("lux"), ..deposit("cpa") }), pair("98", "120"));
        assert_eq!(accrued(deposit("share")), pair("98", "24.5"));
        assert_eq!(accrued(deposit("both")), pair("98", "49.8"));
        assert_eq!(accrued(deposit("unnamed")), pair("98", "100"));
        assert_eq!(accrued(Occurrence { is_ftd: false, ..deposit("both") }), pair("98", "9.8"));
    }

    #[test]
    fn nothing_is_owed_without_a_certain_affiliate() {
        assert_eq!(accrued(Occurrence { affiliate: None, ..deposit("cpa") }), pair("98", "0"));
        assert_eq!(accrued(Occurrence { is_billable: false, ..deposit("both") }), pair("98", "0"));
    }

    #[test]
    fn what_was_sent_is_taken_instead() {
        assert_eq!(accrued(Occurrence { sent: Sent::Amount(Decimal::TEN), ..deposit("both") }), pair("98", "10"));
        assert_eq!(accrued(Occurrence { sent: Sent::Unconverted, ..deposit("cpa") }), pair("98", "0"));
    }

    #[test]
    fn a_reversed_first_deposit_is_clawed_back_where_the_terms_say_so() {
        let (plain, sent) = (Reversal::default(), Reversal { ftd_commission: Some(Decimal::TEN) });
        assert_eq!(accrued(refund("cpa", &plain)), pair("-100", "0"));
        assert_eq!(accrued(refund("claw", &plain)), pair("-100", "-80"));
        assert_eq!(accrued(refund("claw", &sent)), pair("-100", "-10"));
        assert_eq!(accrued(Occurrence { reversal: None, ..refund("claw", &plain) }), pair("-100", "0"));
    }

    #[test]
    fn money_that_moves_nothing_earns_nothing() {
        let registration = Occurrence { kind: Kind::Registration, is_ftd: false, ..deposit("share") };
        assert_eq!(accrued(registration), pair("0", "0"));
        assert_eq!(accrued(Occurrence { report_amount: None, ..deposit("both") }), pair("0", "40"));
    }
}
