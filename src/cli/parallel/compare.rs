//! `postproof parallel compare`: flags that lie over `[parallel.compare]` and the rules of `[parallel]`, key by key, so that both say the
//! same and are checked alike.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::super::Exit;
use super::super::output::OutputArgs;
use super::super::target::scenario_of;
use super::FIRST_PARALLEL;
use crate::attribution::Method;
use crate::run::{CompareLogs, RunError, compare_logs};
use crate::scenario::raw::{RawCompare, RawLog, RawScenario};
use crate::scenario::{Field, Scenario};

/// Arguments of `parallel compare`.
#[derive(Args)]
#[command(
    after_help = "Fields of --map: ts_event, click_id, transaction_id, account, amount, currency, received_at,\nattributed, event, is_ftd, brand_id, affiliate_id, country, browser, device, path. The time and\nany id are needed, or amount and currency. Usual names of columns are found without --map.\n\nExit codes: 0 pass, 1 fail, 2 usage, or a log that is not fit to be compared, 4 too little to tell."
)]
pub(super) struct CompareArgs {
    /// Scenario file: [parallel.compare] has the logs and their columns, [parallel] the rules, [parallel.audience] the players
    scenario: Option<PathBuf>,
    /// What the browsers reported: CSV or NDJSON, plain or gzip
    #[arg(long, value_name = "FILE", help_heading = "Logs")]
    cookie: Option<PathBuf>,
    /// What the operator's server reported: CSV or NDJSON, plain or gzip
    #[arg(long, value_name = "FILE", help_heading = "Logs")]
    s2s: Option<PathBuf>,
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
    #[arg(long = "map", value_name = "[LOG.]FIELD=COLUMN", value_parser = mapped, help_heading = "Logs")]
    map: Vec<Mapped>,
    /// Zone of the cookie log's times without an offset, such as Europe/Madrid or +02:00 [default: UTC]
    #[arg(long, value_name = "ZONE", help_heading = "Logs")]
    cookie_zone: Option<String>,
    /// Zone of the S2S log's times without an offset [default: UTC]
    #[arg(long, value_name = "ZONE", help_heading = "Logs")]
    s2s_zone: Option<String>,
    /// The mark between whole and part of an amount, in both logs [default: .]
    #[arg(long, value_enum, help_heading = "Logs")]
    decimal: Option<Mark>,
    /// The same in the cookie log alone
    #[arg(long, value_enum, help_heading = "Logs")]
    cookie_decimal: Option<Mark>,
    /// The same in the S2S log alone
    #[arg(long, value_enum, help_heading = "Logs")]
    s2s_decimal: Option<Mark>,
    /// What the event column says of a first deposit [default: `deposit_success`, `ftd`, `first_deposit` or `first_time_deposit`]
    #[arg(long, value_name = "NAME", help_heading = "Logs")]
    event: Option<String>,
    /// Share of a log's rows that may be unreadable [default: 5%]
    #[arg(long, value_name = "SHARE", help_heading = "Logs")]
    max_rejected: Option<String>,
}

/// How the gap is judged.
#[derive(Args)]
struct JudgingArgs {
    /// How long an S2S message may take [default: 1h]
    #[arg(long, value_name = "TIME", help_heading = "Verdict")]
    grace: Option<String>,
    /// From this gap on it deserves attention [default: 5%]
    #[arg(long, value_name = "SHARE", help_heading = "Verdict")]
    attention: Option<String>,
    /// From this gap on it is an error [default: 10%]
    #[arg(long, value_name = "SHARE", help_heading = "Verdict")]
    error: Option<String>,
    /// What the gap is held against: modelled (what browsers of the scenario's audience lose anyway) or none (the fixed rule decides)
    /// [default: the scenario's, and none without a scenario]
    #[arg(long, value_name = "NAME", help_heading = "Verdict")]
    baseline: Option<String>,
    /// The gap that the audience makes without any error, where it is known
    #[arg(long, value_name = "SHARE", conflicts_with = "baseline", help_heading = "Verdict")]
    expected_gap: Option<String>,
}

/// The mark within amounts.
#[derive(Clone, Copy, ValueEnum)]
enum Mark {
    #[value(name = ".")]
    Point,
    #[value(name = ",")]
    Comma,
}

/// The column of a field in one log, or in both.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mapped {
    log: Option<Method>,
    field: String,
    column: String,
}

pub(super) fn compare(args: &CompareArgs) -> Result<Exit, RunError> {
    let scenario = args.scenario()?;
    let (out, junit) = (args.output.out.clone(), args.output.junit.clone());
    args.output.show(&compare_logs(&CompareLogs::planned(&scenario, out, junit)?)?)
}

impl CompareArgs {
    /// The scenario with the flags over it.
    fn scenario(&self) -> Result<Scenario, RunError> {
        let mut scenario = scenario_of(self.scenario.as_deref(), FIRST_PARALLEL, |raw| self.lay_over(raw))?;
        // Paths need not be text, and keys are.
        let plan = &mut scenario.parallel.compare;
        for (given, file) in [(&self.cookie, &mut plan.cookie.file), (&self.s2s, &mut plan.s2s.file)] {
            if given.is_some() {
                file.clone_from(given);
            }
        }
        Ok(scenario)
    }

    fn lay_over(&self, raw: &mut RawScenario) {
        // Without a scenario nobody has said who the players are.
        if self.scenario.is_none() {
            raw.parallel.baseline = Some("none".to_owned());
        }
        self.reading.lay_over(&mut raw.parallel.compare);
        self.judging.lay_over(raw);
    }
}

impl ReadingArgs {
    fn lay_over(&self, raw: &mut RawCompare) {
        over(&mut raw.max_rejected, self.max_rejected.as_ref());
        let both = self.decimal.map(Mark::text);
        for (log, method, zone, own) in [
            (&mut raw.cookie, Method::Cookie, &self.cookie_zone, self.cookie_decimal),
            (&mut raw.s2s, Method::S2s, &self.s2s_zone, self.s2s_decimal),
        ] {
            over(&mut log.zone, zone.as_ref());
            over(&mut log.decimal, own.map(Mark::text).or_else(|| both.clone()).as_ref());
            over(&mut log.event, self.event.as_ref());
            let mapped = self.map.iter().filter(|mapped| mapped.log.is_none_or(|log| log == method));
            mapped.for_each(|mapped| mapped.lay_over(log));
        }
    }
}

impl JudgingArgs {
    fn lay_over(&self, raw: &mut RawScenario) {
        let plan = &mut raw.parallel;
        over(&mut plan.compare.grace, self.grace.as_ref());
        over(&mut plan.attention, self.attention.as_ref());
        over(&mut plan.error, self.error.as_ref());
        if self.baseline.is_some() {
            plan.compare.expected_gap = None;
        }
        over(&mut plan.baseline, self.baseline.as_ref());
        over(&mut plan.compare.expected_gap, self.expected_gap.as_ref());
    }
}

impl Mark {
    fn text(self) -> String {
        match self {
            Self::Point => ".".to_owned(),
            Self::Comma => ",".to_owned(),
        }
    }
}

impl Mapped {
    fn lay_over(&self, log: &mut RawLog) {
        let field = Field::of(&self.field);
        // The scenario may have the field by another of its names.
        log.columns.retain(|name, _| field.is_none() || Field::of(name) != field);
        log.columns
            .insert(field.map_or_else(|| self.field.clone(), |field| field.name().to_owned()), self.column.clone());
    }
}

/// Lays a flag over a key.
fn over(key: &mut Option<String>, flag: Option<&String>) {
    if let Some(flag) = flag {
        *key = Some(flag.clone());
    }
}

/// Reads `cookie.click_id=SubID` or `click_id=SubID`.
fn mapped(text: &str) -> Result<Mapped, String> {
    const HELP: &str =
        "write LOG.FIELD=COLUMN, such as cookie.click_id=SubID, or FIELD=COLUMN for both logs; --help lists the fields";
    let (field, column) = text.split_once('=').ok_or_else(|| format!("there is no =; {HELP}"))?;
    let (log, field) = field.split_once('.').map_or((None, field), |(log, field)| (Some(log), field));
    let method = |log: &str| {
        let known = [Method::Cookie, Method::S2s].into_iter().find(|method| method.name() == log);
        known.ok_or_else(|| format!("there is no log `{log}`, only cookie and s2s; {HELP}"))
    };
    Ok(Mapped { log: log.map(method).transpose()?, field: field.to_owned(), column: column.to_owned() })
}

#[cfg(test)]
mod tests;
