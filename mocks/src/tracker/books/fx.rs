//! Dated rates to the report currency (seed 003 §7), and the conversion of one amount by the rate of its day.
//!
//! The table is CSV: `date,currency,rate_to_USD`, the head naming the report currency. A rate is what one unit of the
//! currency was worth from that UTC date on, until the currency's next date. Lines that open with `#` are remarks.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::minor_units::rounded;
use crate::tracker::currency;

/// The table that is used when none is given. Its rates are illustrative.
const DEFAULT: &str = include_str!("../../../../data/fx.csv");

/// Most rows of a table: daily rates of 150 currencies over ten years are half of it.
const MAX_ROWS: usize = 1_000_000;

/// Largest rate, and most decimals of one: the dearest currency is worth some four units of a common one, the
/// cheapest some 0.00001. Within these an amount of 14 digits is converted without loss.
const MAX_RATE: Decimal = Decimal::from_parts(100_000, 0, 0, false, 0);
const MAX_RATE_DECIMALS: u32 = 10;

/// Rates by currency and date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fx {
    report_currency: String,
    minor_units: u32,
    rates: HashMap<String, BTreeMap<Date, Decimal>>,
}

/// Whose day's rate converts an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum RateDay {
    /// The UTC day of the event.
    #[default]
    Event,
    /// The UTC day on which the event was booked, by which a delay changes its worth: a defect.
    Booking,
}

/// Why a table is no table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FxError {
    /// The first line that is no remark is not the head.
    #[error("line {line}: the head is `date,currency,rate_to_XXX`, where XXX is the report currency's ISO 4217 code")]
    Head {
        /// Line of the table, from 1.
        line: usize,
    },
    /// A line that is no rate.
    #[error("line {line}: {what}")]
    Row {
        /// Line of the table, from 1.
        line: usize,
        /// What is wrong and what to write.
        what: &'static str,
    },
    /// More rows than are kept.
    #[error("more than {MAX_ROWS} rows; leave out the dates before the first event")]
    TooManyRows,
}

impl Fx {
    /// The table that is built in.
    pub(crate) fn built_in() -> Self {
        Self::parse(DEFAULT).expect("the table built in is read by a test")
    }

    /// Reads a table.
    pub(crate) fn parse(text: &str) -> Result<Self, FxError> {
        let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
        let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let (line, head) = lines.next().unwrap_or((1, ""));
        let report_currency = head.strip_prefix("date,currency,rate_to_").unwrap_or_default();
        let minor_units = currency::minor_units(report_currency).ok_or(FxError::Head { line })?;
        let mut fx = Self { report_currency: report_currency.to_owned(), minor_units, rates: HashMap::new() };
        for (index, (line, text)) in lines.enumerate() {
            if index == MAX_ROWS {
                return Err(FxError::TooManyRows);
            }
            fx.add(text).map_err(|what| FxError::Row { line, what })?;
        }
        Ok(fx)
    }

    /// The currency that amounts are converted to.
    pub(crate) fn report_currency(&self) -> &str {
        &self.report_currency
    }

    /// What an amount is worth by the rate of the UTC day of `at`, rounded half to even to the report currency's
    /// minor units. Nothing when the currency has no rate yet on that day.
    pub(crate) fn convert(&self, amount: Decimal, currency: &str, at: Timestamp) -> Option<Decimal> {
        let rate = self.rate(currency, TimeZone::UTC.to_datetime(at).date())?;
        amount.checked_mul(rate).map(|worth| rounded(worth, self.minor_units))
    }

    /// The rate of the last date at or before the day.
    fn rate(&self, currency: &str, day: Date) -> Option<Decimal> {
        if currency == self.report_currency {
            return Some(Decimal::ONE);
        }
        self.rates.get(currency)?.range(..=day).next_back().map(|(_, rate)| *rate)
    }

    fn add(&mut self, line: &str) -> Result<(), &'static str> {
        let columns: Vec<_> = line.split(',').collect();
        let [date, code, rate] = columns[..] else {
            return Err("write date, currency and rate, with commas between");
        };
        let date: Date = date.parse().map_err(|_| "the date is none; write it like 2026-11-21")?;
        if currency::minor_units(code).is_none() {
            return Err("the currency is no active ISO 4217 code");
        }
        if code == self.report_currency {
            return Err("the report currency is worth itself; leave it out");
        }
        let rate = Decimal::from_str_exact(rate).map_err(|_| "the rate is no decimal number")?;
        if rate <= Decimal::ZERO || rate > MAX_RATE || rate.scale() > MAX_RATE_DECIMALS {
            return Err("the rate is more than 0, at most 100000, with at most ten decimals");
        }
        let dates = self.rates.entry(code.to_owned()).or_default();
        if dates.insert(date, rate).is_some() {
            return Err("the currency has another rate of that date; leave one of them out");
        }
        Ok(())
    }
}

impl RateDay {
    /// What an amount is worth by this rule, of an event that happened at one instant and was booked at the other.
    pub(crate) fn convert(
        self,
        fx: &Fx,
        money: (Decimal, &str),
        happened: Timestamp,
        booked: Timestamp,
    ) -> Option<Decimal> {
        let (amount, currency) = money;
        match self {
            Self::Event => fx.convert(amount, currency, happened),
            Self::Booking => fx.convert(amount, currency, booked),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "# two days\ndate,currency,rate_to_USD\n2026-01-01,BRL,0.20\n2026-01-03,BRL,0.25\n2026-01-01,JPY,0.0068\n";

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn worth(amount: &str, currency: &str, instant: &str) -> Option<String> {
        let fx = Fx::parse(TABLE).expect("a table");
        fx.convert(amount.parse().expect("a decimal"), currency, at(instant)).map(|worth| worth.to_string())
    }

    #[test]
    fn the_rate_is_the_last_at_or_before_the_utc_day() {
        assert_eq!(worth("100", "BRL", "2025-12-31T23:59:59Z"), None);
        assert_eq!(worth("100", "BRL", "2026-01-01T00:00:00Z").as_deref(), Some("20.00"));
        assert_eq!(worth("100", "BRL", "2026-01-02T23:59:59.999Z").as_deref(), Some("20.00"));
        assert_eq!(worth("100", "BRL", "2026-01-03T00:00:00Z").as_deref(), Some("25.00"));
        assert_eq!(worth("100", "BRL", "2030-01-01T00:00:00Z").as_deref(), Some("25.00"));
        assert_eq!(worth("100", "MXN", "2026-01-03T00:00:00Z"), None);
        assert_eq!(worth("12.30", "USD", "1999-01-01T00:00:00Z").as_deref(), Some("12.30"));
        assert_eq!(worth("-1000", "JPY", "2026-01-01T00:00:00Z").as_deref(), Some("-6.80"));
    }

    #[test]
    fn halves_go_to_the_even_cent() {
        assert_eq!(worth("0.625", "BRL", "2026-01-01T00:00:00Z").as_deref(), Some("0.12"));
        assert_eq!(worth("0.675", "BRL", "2026-01-01T00:00:00Z").as_deref(), Some("0.14"));
    }

    #[test]
    fn a_wrong_rate_day_changes_the_worth() {
        let fx = Fx::parse(TABLE).expect("a table");
        let (happened, booked) = (at("2026-01-01T23:00:00Z"), at("2026-01-03T01:00:00Z"));
        let by =
            |rule: RateDay| rule.convert(&fx, (Decimal::ONE_HUNDRED, "BRL"), happened, booked).map(|w| w.to_string());
        assert_eq!(by(RateDay::default()).as_deref(), Some("20.00"));
        assert_eq!(by(RateDay::Booking).as_deref(), Some("25.00"));
        let early = RateDay::Booking.convert(&fx, (Decimal::ONE_HUNDRED, "BRL"), happened, happened);
        assert_eq!(early.map(|worth| worth.to_string()).as_deref(), Some("20.00"));
    }

    #[test]
    fn no_amount_panics() {
        assert!(worth(&Decimal::MAX.to_string(), "JPY", "2026-01-01T00:00:00Z").is_some());
        let dear = "date,currency,rate_to_USD\n2026-01-01,KWD,100000\n";
        let fx = Fx::parse(dear).expect("a table");
        assert_eq!(fx.convert(Decimal::MAX, "KWD", at("2026-01-01T00:00:00Z")), None);
    }

    #[test]
    fn the_table_built_in_covers_the_trade() {
        let fx = Fx::built_in();
        assert_eq!((fx.report_currency(), fx.minor_units), ("USD", 2));
        let trade = "EUR GBP BRL MXN CLP COP PEN ARS UYU CAD AUD NZD NOK SEK DKK PLN CZK HUF RON TRY CHF INR IDR THB \
                     VND PHP MYR JPY KRW ZAR NGN KES GHS TZS UGX KZT UZS AZN GEL AMD RSD BHD KWD AED";
        for code in trade.split_whitespace() {
            assert!(fx.rates.get(code).is_some_and(|dates| dates.len() > 5), "{code}");
            assert!(fx.convert(Decimal::ONE_HUNDRED, code, at("2025-10-21T15:12:31Z")).is_some(), "{code}");
        }
        assert!(fx.rate("EUR", Date::MAX) != fx.rate("EUR", "2026-11-21".parse().expect("a date")));
    }

    #[test]
    fn what_is_no_table_is_told_by_line() {
        let error = |text: &str| Fx::parse(text).expect_err("no table").to_string();
        assert!(error("").starts_with("line 1: the head is"));
        assert!(error("date,currency,rate_to_usd").contains("the head is"));
        let row = |text: &str| error(&format!("#\ndate,currency,rate_to_USD\n{text}"));
        for (text, part) in [
            ("2026-01-01,BRL", "line 3: write date"),
            ("2026-01-01,BRL,1,2", "write date"),
            ("2026-02-30,BRL,1", "the date is none"),
            ("2026-01-01,brl,1", "no active ISO 4217"),
            ("2026-01-01,USD,1", "leave it out"),
            ("2026-01-01,BRL,0,", "write date"),
            ("2026-01-01,BRL,0", "more than 0"),
            ("2026-01-01,BRL,100001", "at most 100000"),
            ("2026-01-01,BRL,0.00000000001", "ten decimals"),
            ("2026-01-01,BRL,x", "no decimal"),
            ("2026-01-01,BRL,1\n2026-01-01,BRL,2", "line 4: the currency has another"),
        ] {
            assert!(row(text).contains(part), "{text}: {}", row(text));
        }
    }
}
