//! In whose money and days reports are made: the currency, the dated rates to it, and the zone whose midnights part the
//! days (seed 003 §7). What the cases of `books.*` make of it is theirs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use super::Problem;
use super::raw::RawReports;
use crate::model::Currency;

/// Most rates of a scenario: some are enough to tell one day's from another's.
const MOST_RATES: usize = 10_000;

/// Most decimals of a rate: the cheapest currency is worth some 0.00001 of a common one.
const MOST_DECIMALS: u32 = 10;

/// Largest rate; with it an amount of 14 digits is still converted without loss.
const LARGEST: Decimal = Decimal::from_parts(100_000, 0, 0, false, 0);

/// In whose money and days reports are made; what nobody declared is `None` or empty.
#[derive(Clone, Debug, Default)]
pub struct ReportsPlan {
    /// The currency of reports.
    pub currency: Option<Currency>,
    /// The zone whose days they count by.
    pub zone: Option<TimeZone>,
    rates: BTreeMap<Currency, BTreeMap<Date, Decimal>>,
}

impl ReportsPlan {
    /// What one unit of a currency is worth on the UTC day of an instant: by the last date at or before it. Nothing where
    /// the currency had no rate yet.
    pub fn rate(&self, currency: Currency, at: i64) -> Option<Decimal> {
        self.rates.get(&currency)?.range(..=day(at)?).next_back().map(|(_, rate)| *rate)
    }

    /// Whether any rate was agreed on.
    pub fn has_rates(&self) -> bool {
        self.rates.values().any(|dated| !dated.is_empty())
    }

    /// A currency that has a rate at an instant.
    pub fn rated(&self, at: i64) -> Option<Currency> {
        self.rates.keys().copied().find(|currency| self.rate(*currency, at).is_some())
    }

    /// A currency and the last second before an instant at which its rate was another: whole seconds since 1970.
    pub fn rated_otherwise(&self, before: i64) -> Option<(Currency, i64)> {
        let last = |currency: Currency| {
            let now = self.rate(currency, before)?;
            let dates = self.rates.get(&currency)?.range(..=day(before)?);
            let since = dates.rev().take_while(|(_, rate)| **rate == now).last()?.0;
            let at = since.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second() - 1;
            self.rate(currency, at).map(|_| (currency, at))
        };
        self.rates.keys().copied().filter_map(last).max_by_key(|(_, at)| *at)
    }

    /// The first second of the day of an instant, in the reports' zone: whole seconds since 1970.
    pub fn midnight(&self, at: i64) -> Option<i64> {
        let zoned = Timestamp::from_second(at).ok()?.to_zoned(self.zone.clone()?);
        Some(zoned.start_of_day().ok()?.timestamp().as_second())
    }

    /// The day of an instant in the reports' zone.
    pub fn day(&self, at: i64) -> Option<Date> {
        Some(Timestamp::from_second(at).ok()?.to_zoned(self.zone.clone()?).date())
    }
}

/// The UTC day of an instant.
fn day(at: i64) -> Option<Date> {
    Some(Timestamp::from_second(at).ok()?.to_zoned(TimeZone::UTC).date())
}

pub(super) fn reports(raw: &RawReports) -> Result<ReportsPlan, Problem> {
    let currency = raw.currency.as_deref().map(|code| known("contract.reports.currency", code)).transpose()?;
    if raw.rates.values().map(BTreeMap::len).sum::<usize>() > MOST_RATES {
        let told = format!("has more than {MOST_RATES} rates");
        return Err(Problem::new("contract.reports.rates", told, "leave out those of long ago"));
    }
    if currency.is_none() && !raw.rates.is_empty() {
        return Err(Problem::new(
            "contract.reports.rates",
            "leads to no currency",
            "write currency = \"USD\" in [contract.reports]: what the rates convert to",
        ));
    }
    let rates = raw.rates.iter().map(|(code, dated)| Ok((known("contract.reports.rates", code)?, dates(code, dated)?)));
    let zone = raw.zone.as_deref().map(|name| {
        TimeZone::get(name).map_err(|_| {
            let help = "name one of the IANA database, such as \"America/Sao_Paulo\" or \"UTC\"";
            Problem::new("contract.reports.zone", format!("is `{name}`, which is no time zone"), help)
        })
    });
    Ok(ReportsPlan { currency, zone: zone.transpose()?, rates: rates.collect::<Result<_, _>>()? })
}

fn known(key: &str, code: &str) -> Result<Currency, Problem> {
    code.parse().map_err(|_| {
        Problem::new(key, format!("names `{code}`, which is no currency"), "write its ISO 4217 code in upper case")
    })
}

fn dates(code: &str, dated: &BTreeMap<String, String>) -> Result<BTreeMap<Date, Decimal>, Problem> {
    let key = format!("contract.reports.rates.{code}");
    let one = |(date, rate): (&String, &String)| {
        let Ok(date) = date.parse::<Date>() else {
            return Err(Problem::new(&key, format!("has `{date}`, which is no date"), "write it like \"2026-11-21\""));
        };
        match Decimal::from_str_exact(rate) {
            Ok(rate) if rate > Decimal::ZERO && rate <= LARGEST && rate.scale() <= MOST_DECIMALS => Ok((date, rate)),
            _ => Err(Problem::new(
                &key,
                format!("has the rate `{rate}`"),
                format!(
                    "write a decimal above 0, at most {LARGEST}, with at most {MOST_DECIMALS} decimals: \"0.1847\""
                ),
            )),
        }
    };
    dated.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    fn plan(reports: &str) -> Result<ReportsPlan, String> {
        let text = format!("[contract.reports]\n{reports}");
        let raw = scenario::read("test", &text).map_err(|error| error.to_string())?;
        Ok(scenario::check(&raw, "test", &text).map_err(|error| error.to_string())?.contract.reports)
    }

    fn second(text: &str) -> i64 {
        text.parse::<Timestamp>().expect("an instant").as_second()
    }

    const RATES: &str = "currency = \"USD\"\nrates.BRL = { \"2026-01-01\" = \"0.2\", \"2026-01-03\" = \"0.25\", \
                         \"2026-01-05\" = \"0.25\" }\n";

    #[test]
    fn a_rate_holds_until_the_next_one() {
        let plan = plan(RATES).expect("rates");
        let brl: Currency = "BRL".parse().expect("a currency");
        let rate = |text: &str| plan.rate(brl, second(text)).map(|rate| rate.to_string());
        assert_eq!(rate("2025-12-31T23:59:59Z"), None);
        assert_eq!(rate("2026-01-02T23:59:59Z").as_deref(), Some("0.2"));
        assert_eq!(rate("2026-01-03T00:00:00Z").as_deref(), Some("0.25"));
        let otherwise = |text: &str| plan.rated_otherwise(second(text)).map(|(_, at)| at);
        assert_eq!(otherwise("2026-01-09T12:00:00Z"), Some(second("2026-01-02T23:59:59Z")), "the same rate twice");
        assert_eq!(otherwise("2026-01-02T12:00:00Z"), None, "there was no other yet");
        assert_eq!(plan.rated(second("2025-01-01T00:00:00Z")), None);
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let plan = plan("zone = \"America/Sao_Paulo\"\n").expect("a zone");
        let at = second("2026-11-02T02:59:59Z");
        assert_eq!(plan.day(at), Some(jiff::civil::date(2026, 11, 1)));
        assert_eq!(plan.midnight(at), Some(second("2026-11-01T03:00:00Z")));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, told) in [
            ("rates.BRL = { \"2026-01-01\" = \"0.2\" }", "leads to no currency"),
            ("currency = \"usd\"", "no currency"),
            ("zone = \"Mars/Phobos\"", "no time zone"),
            ("currency = \"USD\"\nrates.BRL = { \"soon\" = \"0.2\" }", "no date"),
            ("currency = \"USD\"\nrates.BRL = { \"2026-01-01\" = \"0,2\" }", "the rate `0,2`"),
        ] {
            let error = plan(text).expect_err(text);
            assert!(error.contains(told), "{error}");
        }
    }
}
