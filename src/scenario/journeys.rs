//! The synthetic players: how many, how far they get, how long it takes, what they pay, who they are.
//! The defaults are plain round figures; `scenarios/realistic.toml` has calibrated ones with their sources.

use std::time::Duration;

use rust_decimal::Decimal;

use super::Problem;
use super::quantity::{Weighted, amount, count, duration, share, weighted};
use super::raw::{RawAmounts, RawDelay, RawDelays, RawFunnel, RawJourneys, RawMix};
use crate::model::{Amount, Currency, EventKey};

/// Shortest time between two deposits, in seconds: twice the window in which a target without event ids
/// may take two deposits of one click for the same (seed 003 §8).
pub const DEPOSITS_APART: u32 = 120;

/// The synthetic players.
#[derive(Clone, Debug)]
pub struct JourneyPlan {
    /// How many click, 1 to 10⁶: a run keeps its ledger in memory, some kilobytes a player.
    pub players: u64,
    /// The span over which their clicks are spread.
    pub window: Duration,
    /// How fast they are played.
    pub speed: Speed,
    /// How far they get.
    pub funnel: Funnel,
    /// How long it takes.
    pub delays: Delays,
    /// What they pay in.
    pub amounts: Amounts,
    /// Who they are.
    pub mix: Mix,
}

/// How fast journeys are played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// So many times real time, at least 1.
    Times(f64),
    /// As fast as the target answers.
    Max,
}

/// Which share of players goes on from step to step, each 0 to 1.
#[derive(Clone, Copy, Debug)]
pub struct Funnel {
    /// Of those who clicked, who register.
    pub registration: f64,
    /// Of the registered, who pass KYC.
    pub kyc: f64,
    /// Of those, who deposit.
    pub ftd: f64,
    /// Of the depositors, who deposit again.
    pub repeat: f64,
    /// How many further deposits those make.
    pub repeat_deposits: u16,
    /// Of the depositors, who get a deposit back.
    pub reversal: f64,
    /// Of the reversals, which are chargebacks.
    pub chargeback: f64,
}

/// A log-normal delay.
#[derive(Clone, Copy, Debug)]
pub struct Delay {
    /// Median, in seconds.
    pub median: f64,
    /// Standard deviation of its natural logarithm.
    pub sigma: f64,
    /// No delay is longer, in seconds: five times the 90th percentile.
    pub cap: u32,
}

/// How long each step takes.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each field is the delay before the step of that name")]
pub struct Delays {
    pub registration: Delay,
    pub kyc: Delay,
    pub ftd: Delay,
    pub repeat: Delay,
    pub reversal: Delay,
}

/// What players pay in: log-normal, within bounds, in each currency's own scale.
#[derive(Clone, Debug)]
pub struct Amounts {
    /// Median, in units of the currency before scaling.
    pub median: f64,
    /// Standard deviation of its natural logarithm.
    pub sigma: f64,
    /// The currencies by their number in the mix.
    pub currencies: Vec<CurrencyScale>,
}

/// One currency that players pay in.
#[derive(Clone, Copy, Debug)]
pub struct CurrencyScale {
    /// The currency.
    pub currency: Currency,
    /// Minor units that one unscaled unit is worth.
    pub minor_per_unit: f64,
    /// Smallest deposit in minor units.
    pub least: i64,
    /// Largest deposit in minor units.
    pub most: i64,
}

/// Who players are and where they come from.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each field holds the weighted names that the scenario key of that name gives")]
pub struct Mix {
    pub brands: Weighted,
    pub affiliates: Weighted,
    pub aff_subs: Weighted,
    pub campaigns: Weighted,
    pub creatives: Weighted,
    pub geo: Weighted,
    pub devices: Weighted,
    pub currencies: Weighted,
    pub payment_methods: Weighted,
    pub kyc_levels: Weighted,
    pub consent_versions: Weighted,
}

impl JourneyPlan {
    /// The longest time, in seconds, from the start to the last event that any journey can have.
    pub fn span(&self) -> i64 {
        let delays = &self.delays;
        let deposit = |delay: Delay| i64::from(delay.cap.max(DEPOSITS_APART));
        let repeats = i64::from(self.funnel.repeat_deposits) * deposit(delays.repeat) + deposit(delays.ftd);
        let once = [delays.registration, delays.kyc, delays.reversal].map(|delay| i64::from(delay.cap));
        i64::try_from(self.window.as_secs()).unwrap_or(i64::MAX / 2) + once.iter().sum::<i64>() + repeats
    }
}

pub(super) fn journeys(raw: &RawJourneys) -> Result<JourneyPlan, Problem> {
    let mix = mix(&raw.mix)?;
    Ok(JourneyPlan {
        players: count("journeys.players", raw.players, 200, 1..=1_000_000)?,
        window: bounded("journeys.window", raw.window.as_deref(), Duration::from_hours(6))?,
        speed: speed(raw.speed.as_deref())?,
        funnel: funnel(&raw.funnel)?,
        delays: delays(&raw.delays)?,
        amounts: amounts(&raw.amounts, &mix.currencies)?,
        mix,
    })
}

/// A duration of at most ten years, so that sums of them stay in any clock's range.
fn bounded(path: &str, text: Option<&str>, default: Duration) -> Result<Duration, Problem> {
    let given = duration(path, text, default)?;
    if given > Duration::from_hours(24 * 3650) {
        return Err(Problem::new(path, "is longer than ten years", "write a shorter one, such as \"6h\""));
    }
    Ok(given)
}

fn speed(text: Option<&str>) -> Result<Speed, Problem> {
    let text = text.unwrap_or("max");
    if text == "max" {
        return Ok(Speed::Max);
    }
    match text.parse::<f64>() {
        Ok(times) if (1.0..=1e9).contains(&times) => Ok(Speed::Times(times)),
        _ => Err(Problem::new(
            "journeys.speed",
            format!("is `{text}`"),
            "write \"max\", or how many times real time: \"1\" or more",
        )),
    }
}

fn funnel(raw: &RawFunnel) -> Result<Funnel, Problem> {
    // Each genuine event has a slot of its own: click, registration, KYC, FTD and reversal leave the rest for repeats.
    let most = u64::from(EventKey::SLOTS) - 5;
    let repeat_deposits = count("journeys.funnel.repeat_deposits", raw.repeat_deposits, 2, 0..=most)?;
    Ok(Funnel {
        registration: share("journeys.funnel.registration", raw.registration.as_deref(), 1.0)?,
        kyc: share("journeys.funnel.kyc", raw.kyc.as_deref(), 1.0)?,
        ftd: share("journeys.funnel.ftd", raw.ftd.as_deref(), 1.0)?,
        repeat: share("journeys.funnel.repeat", raw.repeat.as_deref(), 0.5)?,
        repeat_deposits: u16::try_from(repeat_deposits).unwrap_or(0),
        reversal: share("journeys.funnel.reversal", raw.reversal.as_deref(), 0.1)?,
        chargeback: share("journeys.funnel.chargeback", raw.chargeback.as_deref(), 0.5)?,
    })
}

fn delays(raw: &RawDelays) -> Result<Delays, Problem> {
    Ok(Delays {
        registration: delay("journeys.delays.registration", raw.registration.as_ref(), ("2m", "10m"))?,
        kyc: delay("journeys.delays.kyc", raw.kyc.as_ref(), ("10m", "1h"))?,
        ftd: delay("journeys.delays.ftd", raw.ftd.as_ref(), ("15m", "2h"))?,
        repeat: delay("journeys.delays.repeat", raw.repeat.as_ref(), ("4h", "12h"))?,
        reversal: delay("journeys.delays.reversal", raw.reversal.as_ref(), ("6h", "18h"))?,
    })
}

pub(super) fn delay(path: &str, raw: Option<&RawDelay>, default: (&str, &str)) -> Result<Delay, Problem> {
    let (median, p90) = raw.map_or(default, |raw| (raw.median.as_str(), raw.p90.as_str()));
    let median = bounded(path, Some(median), Duration::ZERO)?.as_secs_f64();
    let p90 = bounded(path, Some(p90), Duration::ZERO)?.as_secs_f64();
    if median < 1.0 || p90 < median {
        return Err(Problem::new(
            path,
            "has a median below a second or above its 90th percentile",
            "write it such as { median = \"10m\", p90 = \"1h\" }",
        ));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most fifty years of seconds, above zero"
    )]
    let cap = (p90 * 5.0) as u32;
    Ok(Delay { median, sigma: sigma(median, p90), cap })
}

/// The sigma of a log-normal from its median and 90th percentile: the normal's own 90th percentile is 1.2816.
fn sigma(median: f64, p90: f64) -> f64 {
    libm::log(p90 / median) / 1.281_551_565_544_6
}

fn amounts(raw: &RawAmounts, currencies: &Weighted) -> Result<Amounts, Problem> {
    let path = "journeys.amounts";
    let number =
        |key: &str, given: &Option<String>, default: &str| amount(&format!("{path}.{key}"), given.as_deref(), default);
    let median = number("median", &raw.median, "60")?;
    let p90 = number("p90", &raw.p90, "250")?;
    let (least, most) = (number("min", &raw.min, "10")?, number("max", &raw.max, "5000")?);
    if !(Amount::ZERO < least && least <= median && median <= p90 && p90 <= most) {
        return Err(Problem::new(path, "is out of order", "keep 0 < min ≤ median ≤ p90 ≤ max"));
    }
    for code in raw.scale.keys() {
        code.parse::<Currency>().map_err(|error| {
            Problem::new(format!("{path}.scale.{code}"), error.to_string(), "take it out or write a code such as JPY")
        })?;
    }
    let currencies = currencies.labels().iter().map(|label| {
        let code = label.as_str();
        let currency: Currency = code.parse().map_err(|error| {
            Problem::new(
                "journeys.mix.currencies",
                format!("names a currency that cannot be paid in: {error}"),
                "write codes such as EUR",
            )
        })?;
        let factor = number(&format!("scale.{code}"), &raw.scale.get(code).cloned(), default_scale(code))?;
        scaled(currency, factor.decimal(), least, most)
    });
    Ok(Amounts {
        median: as_f64(median.decimal()),
        sigma: sigma(as_f64(median.decimal()), as_f64(p90.decimal())),
        currencies: currencies.collect::<Result<_, _>>()?,
    })
}

/// Rough worth of a dollar, so that amounts look like amounts; exactness is of no matter here.
fn default_scale(code: &str) -> &'static str {
    match code {
        "JPY" => "150",
        "BRL" | "CNY" | "PLN" => "5",
        "INR" => "85",
        "CLP" => "950",
        _ => "1",
    }
}

fn scaled(currency: Currency, factor: Decimal, least: Amount, most: Amount) -> Result<CurrencyScale, Problem> {
    let minor = |amount: Decimal| {
        amount
            .checked_mul(factor)?
            .checked_mul(Decimal::from(10_u64.pow(currency.minor_units())))?
            .ceil()
            .try_into()
            .ok()
    };
    match (minor(least.decimal()), minor(most.decimal()), minor(Decimal::ONE)) {
        (Some(least), Some(most), Some(unit)) if unit > 0 && Amount::from_minor(most, currency) < Amount::MAX => {
            Ok(CurrencyScale { currency, minor_per_unit: as_f64(Decimal::from(unit)), least, most })
        }
        _ => Err(Problem::new(
            format!("journeys.amounts.scale.{currency}"),
            "is zero, or takes amounts beyond 999,999,999,999.99",
            "write a factor such as \"150\"",
        )),
    }
}

fn as_f64(number: Decimal) -> f64 {
    number.try_into().unwrap_or(f64::MAX)
}

fn mix(raw: &RawMix) -> Result<Mix, Problem> {
    let mix = |key: &str, given: &Option<_>, default: &[(&str, u64)]| {
        weighted(&format!("journeys.mix.{key}"), given.as_ref(), default)
    };
    Ok(Mix {
        brands: mix("brands", &raw.brands, &[("lucky-star", 5), ("royal-spin", 3), ("goal-bet", 2)])?,
        affiliates: mix(
            "affiliates",
            &raw.affiliates,
            &[("aff-101", 4), ("aff-202", 3), ("aff-303", 2), ("aff-404", 1)],
        )?,
        aff_subs: mix("aff_subs", &raw.aff_subs, &[("blog", 3), ("mail", 1), ("video", 2)])?,
        campaigns: mix("campaigns", &raw.campaigns, &[("autumn-bonus", 1), ("evergreen", 2)])?,
        creatives: mix("creatives", &raw.creatives, &[("banner-a", 1), ("banner-b", 1), ("text", 1)])?,
        geo: mix("geo", &raw.geo, &[("BR", 4), ("DE", 3), ("JP", 1), ("KW", 1), ("US", 3)])?,
        devices: mix("devices", &raw.devices, &[("android", 4), ("desktop", 3), ("ios", 3)])?,
        currencies: mix("currencies", &raw.currencies, &[("BRL", 3), ("EUR", 4), ("JPY", 1), ("KWD", 1), ("USD", 4)])?,
        payment_methods: mix(
            "payment_methods",
            &raw.payment_methods,
            &[("card", 4), ("crypto", 1), ("pix", 2), ("wallet", 2)],
        )?,
        kyc_levels: mix("kyc_levels", &raw.kyc_levels, &[("basic", 3), ("full", 1)])?,
        consent_versions: mix("consent_versions", &raw.consent_versions, &[("2026-01", 1)])?,
    })
}
