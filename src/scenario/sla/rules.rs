//! The rules of `[sla]`, checked: burn rates, and what ends a load early.

use super::promises::{Limits, availability, quantile, seconds};
use super::{AbortRule, BurnRule, Promise};
use crate::scenario::Problem;
use crate::scenario::raw::RawBurn;
use std::time::Duration;

/// Most rules of a kind; each is looked at every second.
const MOST_RULES: usize = 32;

/// Quantiles that a rule may name.
const QUANTILES: [&str; 5] = ["p50", "p90", "p95", "p99", "p999"];

/// The burn-rate rules on that budget of errors.
pub(super) fn burn_rules(raw: &[RawBurn], budget: Option<f64>) -> Result<Vec<BurnRule>, Problem> {
    at_most("sla.burn", raw.len())?;
    let mut rules: Vec<BurnRule> = Vec::new();
    for (at, raw) in raw.iter().enumerate() {
        let path = format!("sla.burn.{}", at + 1);
        let Some(budget) = budget else {
            return Err(Problem::new(
                path,
                "has no budget, as no availability is promised",
                "write `availability` too",
            ));
        };
        let rule = burn_rule(&path, raw, budget)?;
        if rules.iter().any(|other| other.id == rule.id) {
            let told = format!("is `{}`, as in another rule", raw.long);
            return Err(Problem::new(format!("{path}.long"), told, "keep one rule for each long window"));
        }
        rules.push(rule);
    }
    Ok(rules)
}

fn burn_rule(path: &str, raw: &RawBurn, budget: f64) -> Result<BurnRule, Problem> {
    let long = seconds(&format!("{path}.long"), Some(&raw.long), Duration::ZERO)?;
    let short = seconds(&format!("{path}.short"), Some(&raw.short), Duration::ZERO)?;
    if short >= long {
        let told = format!("is `{}`, no shorter than the long window", raw.short);
        return Err(Problem::new(format!("{path}.short"), told, "a twelfth of it is usual, such as \"5m\" of \"1h\""));
    }
    let factor = raw.factor;
    if !factor.is_finite() || factor <= 0.0 {
        let told = format!("is {factor}, and a factor is above 0");
        return Err(Problem::new(format!("{path}.factor"), told, "write such as 14.4"));
    }
    if factor * budget >= 1.0 {
        let told = format!("is {factor}: errors cannot burn a budget that fast, so that it never fires");
        return Err(Problem::new(format!("{path}.factor"), told, format!("write less than {:.4}", 1.0 / budget)));
    }
    Ok(BurnRule { id: format!("sla.burn.{}", compact(long)), long, short, factor })
}

/// The rules that end a load early.
pub(super) fn abort_rules(raw: &[String], limits: Limits) -> Result<Vec<AbortRule>, Problem> {
    at_most("sla.abort_if", raw.len())?;
    raw.iter().enumerate().map(|(at, text)| abort_rule(&format!("sla.abort_if.{}", at + 1), text, limits)).collect()
}

fn abort_rule(path: &str, text: &str, limits: Limits) -> Result<AbortRule, Problem> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (condition, lasting) = match words.iter().position(|word| *word == "for") {
        Some(at) => (&words[..at], words[at + 1..].join(" ")),
        None => return Err(unreadable(path, text)),
    };
    let promise = match condition {
        ["availability", "<", share] => availability(path, share)?,
        [key, ">", within] if QUANTILES.contains(key) => quantile(path, key, within, limits)?,
        _ => return Err(unreadable(path, text)),
    };
    let lasting = seconds(path, Some(&lasting), Duration::ZERO)?;
    if lasting > limits.lasts {
        let told = format!("is `{text}`, and the whole load lasts {:?}", limits.lasts);
        return Err(Problem::new(path, told, "shorten it, or it never fires"));
    }
    Ok(AbortRule { text: text.to_owned(), promise, lasting })
}

fn unreadable(path: &str, text: &str) -> Problem {
    let help = "write it such as \"availability < 90% for 10s\" or \"p95 > 2s for 30s\"";
    Problem::new(path, format!("is `{text}`, which is no rule"), help)
}

fn at_most(path: &str, rules: usize) -> Result<(), Problem> {
    if rules > MOST_RULES {
        return Err(Problem::new(path, format!("has {rules} rules"), format!("write at most {MOST_RULES}")));
    }
    Ok(())
}

/// A window as part of an id: `1h`, `5m`, `90s`.
fn compact(window: Duration) -> String {
    match window.as_secs() {
        seconds if seconds.is_multiple_of(3600) => format!("{}h", seconds / 3600),
        seconds if seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}

impl Promise {
    /// The key that it is written under.
    pub fn key(self) -> String {
        match self {
            Self::Availability(_) => "availability".to_owned(),
            Self::Quantile { q, .. } => format!("p{}", format!("{q}").trim_start_matches("0.")),
        }
    }
}
