//! `postproof parallel compare`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::super::Exit;
use super::super::output::OutputArgs;
use crate::attribution::{Baseline, Expected, Matching, Method, Rules};
use crate::reconcile::{ColumnMap, DecimalMark, Field, LogSettings, zone};
use crate::run::{CompareLogs, LogFile, RunError, compare_logs};
use crate::stats::Reference;

/// Arguments of `parallel compare`.
#[derive(Args)]
#[command(
    after_help = "Fields of --map: ts_event, click_id, transaction_id, account, amount, currency, received_at, attributed,\nevent, is_ftd, brand_id, affiliate_id, country, browser, device, path. The time and any id are needed, or\namount and currency. Columns with usual names are found without --map.\n\nExit codes: 0 pass, 1 fail, 2 usage, or a log that is not fit to be compared, 4 too little to tell."
)]
pub(super) struct CompareArgs {
    /// What the browsers reported: CSV or NDJSON, plain or gzip
    #[arg(long, value_name = "FILE")]
    cookie: PathBuf,
    /// What the operator's server reported: CSV or NDJSON, plain or gzip
    #[arg(long, value_name = "FILE")]
    s2s: PathBuf,
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    judging: JudgingArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// How the logs are to be read.
#[derive(Args)]
struct ReadingArgs {
    /// The column of a field, in one log (`cookie.click_id=SubID`) or both (`click_id=SubID`); nothing behind = reads none
    #[arg(long = "map", value_name = "[LOG.]FIELD=COLUMN", help_heading = "Logs")]
    map: Vec<String>,
    /// Zone of the cookie log's times without an offset, such as Europe/Madrid or +02:00 [default: UTC]
    #[arg(long, value_name = "ZONE", help_heading = "Logs")]
    cookie_zone: Option<String>,
    /// Zone of the S2S log's times without an offset [default: UTC]
    #[arg(long, value_name = "ZONE", help_heading = "Logs")]
    s2s_zone: Option<String>,
    /// The mark between whole and part of an amount
    #[arg(long, value_enum, default_value_t = Mark::Point, help_heading = "Logs")]
    decimal: Mark,
    /// What the event column says of a first deposit [default: `deposit_success`, `ftd`, `first_deposit` or `first_time_deposit`]
    #[arg(long, value_name = "NAME", help_heading = "Logs")]
    event: Option<String>,
    /// Share of a log's rows that may be unreadable
    #[arg(long, value_name = "SHARE", default_value = "5%", value_parser = share, help_heading = "Logs")]
    max_rejected: f64,
}

/// How the gap is judged.
#[derive(Args)]
struct JudgingArgs {
    /// How long an S2S message may take
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = span, help_heading = "Verdict")]
    grace: SignedDuration,
    /// From this gap on it deserves attention
    #[arg(long, value_name = "SHARE", default_value = "5%", value_parser = share, help_heading = "Verdict")]
    attention: f64,
    /// From this gap on it is an error
    #[arg(long, value_name = "SHARE", default_value = "10%", value_parser = share, help_heading = "Verdict")]
    error: f64,
    /// The gap that the audience makes without any error; without it the fixed rule decides
    #[arg(long, value_name = "SHARE", value_parser = share, help_heading = "Verdict")]
    expected_gap: Option<f64>,
}

/// The mark within amounts.
#[derive(Clone, Copy, ValueEnum)]
enum Mark {
    #[value(name = ".")]
    Point,
    #[value(name = ",")]
    Comma,
}

pub(super) fn compare(args: &CompareArgs) -> Result<Exit, RunError> {
    let JudgingArgs { grace, attention, error, expected_gap } = args.judging;
    if attention >= error {
        return Err(RunError::usage(
            "--attention is not below --error",
            "give two limits, such as --attention 5% --error 10%",
        ));
    }
    let baseline = expected_gap.map_or(Baseline::None, |difference| {
        let total = Reference { difference, standard_error: 0.0 };
        Baseline::Modelled(Expected { total, ..Expected::default() })
    });
    let options = CompareLogs {
        cookie: args.reading.log(Method::Cookie, &args.cookie)?,
        s2s: args.reading.log(Method::S2s, &args.s2s)?,
        matching: Matching { grace, end: None },
        rules: Rules { attention, error, baseline },
        max_rejected: args.reading.max_rejected,
        out: args.output.out.clone(),
        junit: args.output.junit.clone(),
    };
    args.output.show(&compare_logs(&options)?)
}

impl ReadingArgs {
    fn log(&self, method: Method, path: &std::path::Path) -> Result<LogFile, RunError> {
        let named = match method {
            Method::Cookie => &self.cookie_zone,
            Method::S2s => &self.s2s_zone,
        };
        let zone = named.as_deref().map_or(Ok(TimeZone::UTC), |name| {
            zone(name).ok_or_else(|| {
                RunError::usage(
                    format!("--{}-zone {name} is no time zone", method.name()),
                    "write a name of the IANA database, such as Europe/Madrid, or an offset, such as +02:00",
                )
            })
        })?;
        let decimal = match self.decimal {
            Mark::Point => DecimalMark::Point,
            Mark::Comma => DecimalMark::Comma,
        };
        let settings = LogSettings { columns: self.columns(method)?, zone, decimal, event: self.event.clone() };
        Ok(LogFile { path: path.to_owned(), settings, zone: named.clone() })
    }

    /// What was told of one log's columns.
    fn columns(&self, method: Method) -> Result<ColumnMap, RunError> {
        let mut columns = ColumnMap::default();
        for told in &self.map {
            let wrong = |what: &str| {
                let help = "write LOG.FIELD=COLUMN, such as cookie.click_id=SubID, or FIELD=COLUMN for both logs; --help lists the fields";
                RunError::usage(format!("--map {told}: {what}"), help)
            };
            let (field, column) = told.split_once('=').ok_or_else(|| wrong("there is no ="))?;
            let (log, field) = field.split_once('.').map_or((None, field), |(log, field)| (Some(log), field));
            let field = Field::of(field).ok_or_else(|| wrong(&format!("there is no field `{field}`")))?;
            match log {
                Some(log) if ![Method::Cookie, Method::S2s].iter().any(|method| method.name() == log) => {
                    return Err(wrong(&format!("there is no log `{log}`, only cookie and s2s")));
                }
                Some(log) if log != method.name() => {}
                _ => columns.name(field, column),
            }
        }
        Ok(columns)
    }
}

/// Reads a share such as `5%`.
fn share(text: &str) -> Result<f64, String> {
    let percent = text.trim().strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
    match percent {
        Some(percent) if (0.0..=100.0).contains(&percent) => Ok(percent / 100.0),
        _ => Err("write a share such as 5%, from 0% to 100%".to_owned()),
    }
}

/// Reads a span such as `1h` or `90m`; days count 24 hours.
fn span(text: &str) -> Result<SignedDuration, String> {
    let span = text.parse::<jiff::Span>().ok();
    let span = span.and_then(|span| span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok());
    span.filter(|span| !span.is_negative()).ok_or_else(|| "write a time such as 1h, 90m or 2d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(map: &[&str]) -> ReadingArgs {
        ReadingArgs {
            map: map.iter().map(|text| (*text).to_owned()).collect(),
            cookie_zone: None,
            s2s_zone: Some("Mars/Olympus".to_owned()),
            decimal: Mark::Point,
            event: None,
            max_rejected: 0.05,
        }
    }

    #[test]
    fn columns_are_told_for_one_log_or_both() {
        let reading = reading(&["click_id=Ref", "s2s.click_id=SubID", "cookie.currency="]);
        let of = |names: &[(Field, &str)]| {
            let mut map = ColumnMap::default();
            for (field, name) in names {
                map.name(*field, name);
            }
            map
        };
        let cookie = of(&[(Field::Click, "Ref"), (Field::Currency, "")]);
        assert_eq!(reading.columns(Method::Cookie).ok(), Some(cookie));
        assert_eq!(reading.columns(Method::S2s).ok(), Some(of(&[(Field::Click, "SubID")])));
    }

    #[test]
    fn mistakes_are_told() {
        for wrong in ["click_id", "colour=x", "server.click_id=x"] {
            assert!(reading(&[wrong]).columns(Method::Cookie).is_err(), "{wrong}");
        }
        assert!(reading(&[]).log(Method::S2s, "x".as_ref()).is_err(), "there is no such zone");
        assert!(reading(&[]).log(Method::Cookie, "x".as_ref()).is_ok());
        for wrong in ["5", "-1%", "101%", "NaN%", ""] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
        assert_eq!((share("5%"), span("90m")), (Ok(0.05), Ok(SignedDuration::from_mins(90))));
        assert!(span("-1h").is_err() && span("soon").is_err());
    }
}
