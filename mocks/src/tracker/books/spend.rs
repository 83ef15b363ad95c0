//! What campaigns cost by day: a table that the project keeps by hand or takes from its ad accounts.
//!
//! CSV: `day,campaign,affiliate,brand,amount`. The day is one of the project's zone, the amount is in the report
//! currency; affiliate and brand may be empty. Lines that open with `#` are remarks.

use jiff::civil::Date;
use rust_decimal::Decimal;

const HEAD: &str = "day,campaign,affiliate,brand,amount";

/// Most rows of a table: a hundred campaigns a day over three years.
const MAX_ROWS: usize = 100_000;

/// Most that a campaign costs on a day.
const MAX_AMOUNT: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// The table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct SpendTable {
    rows: Vec<Spend>,
}

/// What one campaign cost on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spend {
    /// In the project's zone.
    pub(crate) day: Date,
    /// As in the click's `campaign`.
    pub(crate) campaign: String,
    /// Whose players it brought, when it was one affiliate's campaign.
    pub(crate) affiliate: Option<String>,
    /// Which brand it was for, when it was for one.
    pub(crate) brand: Option<String>,
    /// In the report currency.
    pub(crate) amount: Decimal,
}

/// Why a table is no table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub(crate) struct SpendError {
    line: usize,
    what: &'static str,
}

impl SpendTable {
    /// Reads a table with amounts of so many decimals.
    pub(crate) fn parse(text: &str, minor_units: u32) -> Result<Self, SpendError> {
        let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
        let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        match lines.next() {
            Some((_, HEAD)) => {}
            other => {
                let line = other.map_or(1, |(line, _)| line);
                return Err(SpendError { line, what: "the head is day,campaign,affiliate,brand,amount" });
            }
        }
        let mut rows = Vec::new();
        for (line, text) in lines {
            if rows.len() == MAX_ROWS {
                return Err(SpendError { line, what: "the table has more than 100000 rows; leave out closed years" });
            }
            rows.push(row(text, minor_units).map_err(|what| SpendError { line, what })?);
        }
        Ok(Self { rows })
    }

    /// Every row, as it stands.
    pub(crate) fn rows(&self) -> &[Spend] {
        &self.rows
    }
}

fn row(text: &str, minor_units: u32) -> Result<Spend, &'static str> {
    let columns: Vec<_> = text.split(',').map(str::trim).collect();
    let [day, campaign, affiliate, brand, amount] = columns[..] else {
        return Err("write five columns with commas between; names cannot hold a comma");
    };
    let day = day.parse().map_err(|_| "the day is none; write it like 2026-11-21")?;
    if campaign.is_empty() {
        return Err("the campaign is missing");
    }
    let amount = Decimal::from_str_exact(amount).map_err(|_| "the amount is no decimal number")?;
    if amount < Decimal::ZERO || amount > MAX_AMOUNT || amount.normalize().scale() > minor_units {
        return Err("the amount is 0 to 1000000000, with no more decimals than the report currency has");
    }
    let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    Ok(Spend { day, campaign: campaign.to_owned(), affiliate: named(affiliate), brand: named(brand), amount })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read() {
        let table = "# by hand\nday,campaign,affiliate,brand,amount\n2026-11-02, spring ,acme,,50.00\n";
        let table = SpendTable::parse(table, 2).expect("a table");
        let [row] = table.rows() else { panic!("one row") };
        assert_eq!(
            (row.campaign.as_str(), row.affiliate.as_deref(), row.brand.as_deref()),
            ("spring", Some("acme"), None)
        );
        assert_eq!((row.day.to_string().as_str(), row.amount.to_string().as_str()), ("2026-11-02", "50.00"));
    }

    #[test]
    fn what_is_no_row_is_told_by_line() {
        let error = |text: &str| SpendTable::parse(text, 2).expect_err("no table").to_string();
        assert!(error("day,amount").starts_with("line 1: the head is"));
        for (row, part) in [
            ("2026-11-02,a,,", "five columns"),
            ("2026-11-31,a,,,1", "the day is none"),
            ("2026-11-02,,,,1", "the campaign is missing"),
            ("2026-11-02,a,,,x", "no decimal"),
            ("2026-11-02,a,,,-1", "0 to 1000000000"),
            ("2026-11-02,a,,,0.001", "no more decimals"),
        ] {
            let text = format!("{HEAD}\n{row}");
            assert!(error(&text).starts_with("line 2: ") && error(&text).contains(part), "{row}");
        }
    }
}
