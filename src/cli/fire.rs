//! `postproof fire`.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use super::target::ByHandArgs;
use super::{Exit, runtime, shot};
use crate::model::EventKind;
use crate::run::{FireOptions, Given, RunError, fire as fire_once};

/// Arguments of `fire`.
#[derive(Args)]
#[command(
    after_help = "Exit codes: 0 accepted, 1 refused, 2 usage error, 3 the target cannot be reached, 4 unknown (5xx, 3xx, 429, no answer)."
)]
pub(super) struct FireArgs {
    /// What happened
    #[arg(value_name = "EVENT", value_parser = event())]
    event: EventKind,
    #[command(flatten)]
    target: ByHandArgs,
    /// The click URL: without --click-id, the player clicks there first
    #[arg(long, value_name = "URL", env = "POSTPROOF_CLICK_URL", help_heading = "Target")]
    click_url: Option<String>,
    /// The click id [default: that of a click at the click URL, else a derived one]
    #[arg(long, value_name = "ID", help_heading = "Members")]
    click_id: Option<String>,
    /// The event id [default: a fresh one]
    #[arg(long, value_name = "ID", help_heading = "Members")]
    event_id: Option<String>,
    /// The player on the operator's side
    #[arg(long, value_name = "ID", help_heading = "Members")]
    account_id: Option<String>,
    /// The amount, kept as it is spelled
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, help_heading = "Members")]
    amount: Option<String>,
    /// The amount's currency
    #[arg(long, value_name = "CODE", help_heading = "Members")]
    currency: Option<String>,
    /// The brand
    #[arg(long, value_name = "ID", help_heading = "Members")]
    brand_id: Option<String>,
    /// Whether it is the account's first deposit
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_missing_value = "true", help_heading = "Members")]
    is_ftd: Option<bool>,
    /// When it happened [default: now]
    #[arg(long, value_name = "INSTANT", help_heading = "Members")]
    ts_event: Option<String>,
    /// Any member: a JSON value as it is spelled, or a text; can be given several times, and comes after the flags above
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair, help_heading = "Members")]
    set: Vec<(String, String)>,
    /// A member to leave out; can be given several times
    #[arg(long, value_name = "NAME", help_heading = "Members")]
    without: Vec<String>,
}

pub(super) fn fire(args: &FireArgs) -> Result<Exit, RunError> {
    let options = FireOptions {
        scenario: args.target.scenario(args.click_url.as_ref())?,
        event: args.event,
        given: given(args),
        without: args.without.clone(),
        leaving: args.target.leaving(),
    };
    shot::show(&runtime()?.block_on(fire_once(options))?)
}

fn given(args: &FireArgs) -> Vec<Given> {
    let texts = [
        ("click_id", &args.click_id),
        ("event_id", &args.event_id),
        ("account_id", &args.account_id),
        ("currency", &args.currency),
        ("brand_id", &args.brand_id),
        ("ts_event", &args.ts_event),
    ];
    let texts = texts.into_iter().filter_map(|(name, value)| Some(Given::Text(name, value.clone()?)));
    let amount = args.amount.clone().map(|amount| Given::Number("amount", amount));
    let is_ftd = args.is_ftd.map(|flag| Given::Either("is_ftd".to_owned(), flag.to_string()));
    let set = args.set.iter().cloned().map(|(name, value)| Given::Either(name, value));
    texts.chain(amount).chain(is_ftd).chain(set).collect()
}

/// Reads the name of an event.
pub(super) fn event() -> impl clap::builder::TypedValueParser<Value = EventKind> {
    PossibleValuesParser::new(EventKind::ALL.map(EventKind::name))
        .map(|name| EventKind::from_name(&name).expect("clap lets no other name through"))
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}
