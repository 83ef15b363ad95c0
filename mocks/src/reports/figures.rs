//! The formulas: from the sums of a group to the figures that are shown. Each stands in `docs/formulas.md` with an
//! example; a figure that would divide by nothing is left empty.

use rust_decimal::Decimal;

use super::cell::Cell;
use super::cohort::Horizon;
use super::tally::Tally;

/// Decimals of a ratio.
const RATIO: u32 = 4;

/// A column of a view.
pub(crate) struct Figure {
    /// Its name in reports.
    pub(crate) name: &'static str,
    /// Its value, with the decimals of the report currency where it is money.
    pub(crate) value: fn(&Tally, u32) -> Cell,
}

/// Every figure, in the order of the columns.
pub(crate) const FIGURES: &[Figure] = &[
    figure("clicks", |t, _| t.clicks.into()),
    figure("registrations", |t, _| t.registrations.into()),
    figure("kyc", |t, _| t.kyc.into()),
    figure("ftds", |t, _| t.ftds.into()),
    figure("deposits", |t, _| t.deposits.count.into()),
    figure("deposit_sum", |t, units| Cell::fixed(Some(t.deposits.sum), units)),
    figure("refunds", |t, _| t.refunds.count.into()),
    figure("refund_sum", |t, units| Cell::fixed(Some(t.refunds.sum), units)),
    figure("chargebacks", |t, _| t.chargebacks.count.into()),
    figure("chargeback_sum", |t, units| Cell::fixed(Some(t.chargebacks.sum), units)),
    figure("fees", |t, units| Cell::fixed(Some(t.fees), units)),
    figure("ngr", |t, units| Cell::fixed(Some(t.ngr), units)),
    figure("commission", |t, units| Cell::fixed(Some(t.commission), units)),
    figure("spend", |t, units| Cell::fixed(Some(t.spend), units)),
    // What players cost: commission and spend.
    figure("cost", |t, units| Cell::fixed(Some(t.cost()), units)),
    figure("cpa", |t, units| Cell::fixed(per(t.cost(), t.ftds), units)),
    figure("roas", |t, _| Cell::fixed(ratio(t.ngr, t.cost()), RATIO)),
    figure("commission_per_spend", |t, _| Cell::fixed(ratio(t.commission, t.spend), RATIO)),
    figure("ltv", |t, units| Cell::fixed(per(t.depositors.lifetime, t.depositors.players), units)),
    figure("payback_days", |t, _| Cell::Count(t.payback.days(t.cost()).map(u64::from))),
    figure("depositors_d7", |t, _| t.depositors.d7.players.into()),
    figure("depositor_arpu_d7", |t, units| arpu(t.depositors.d7, units)),
    figure("depositors_d30", |t, _| t.depositors.d30.players.into()),
    figure("depositor_arpu_d30", |t, units| arpu(t.depositors.d30, units)),
    figure("registrants_d7", |t, _| t.registrants.d7.players.into()),
    figure("registrant_arpu_d7", |t, units| arpu(t.registrants.d7, units)),
    figure("registrants_d30", |t, _| t.registrants.d30.players.into()),
    figure("registrant_arpu_d30", |t, units| arpu(t.registrants.d30, units)),
    figure("unconverted", |t, _| t.unconverted.into()),
    figure("not_billable", |t, _| t.not_billable.events.into()),
    figure("not_billable_ftds", |t, _| t.not_billable.ftds.into()),
];

const fn figure(name: &'static str, value: fn(&Tally, u32) -> Cell) -> Figure {
    Figure { name, value }
}

/// Average revenue per user who has had the whole time.
fn arpu(horizon: Horizon, units: u32) -> Cell {
    Cell::fixed(per(horizon.ngr, horizon.players), units)
}

fn per(sum: Decimal, count: u64) -> Option<Decimal> {
    sum.checked_div(count.into())
}

fn ratio(sum: Decimal, by: Decimal) -> Option<Decimal> {
    sum.checked_div(by)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(tally: &Tally, name: &str) -> String {
        let figure = FIGURES.iter().find(|figure| figure.name == name).expect("a figure");
        (figure.value)(tally, 2).plain()
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        let empty = Tally::default();
        for name in ["cpa", "roas", "commission_per_spend", "ltv", "payback_days", "depositor_arpu_d7"] {
            assert_eq!(value(&empty, name), "", "{name}");
        }
        assert_eq!([value(&empty, "ngr"), value(&empty, "clicks")], ["0.00", "0"]);
    }

    #[test]
    fn cost_is_commission_and_spend() {
        let mut tally = Tally { ftds: 3, ngr: Decimal::from(150), ..Tally::default() };
        tally.owe(Decimal::from(80));
        tally.pay(Decimal::from(20));
        let shown = ["cost", "cpa", "roas", "commission_per_spend"].map(|name| value(&tally, name));
        assert_eq!(shown, ["100.00", "33.33", "1.5000", "4.0000"]);
    }

    #[test]
    fn names_are_told_apart() {
        let mut names: Vec<_> = FIGURES.iter().map(|figure| figure.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FIGURES.len());
    }
}
