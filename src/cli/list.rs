//! `postproof list`.

use clap::{Args, ValueEnum};
use postproof_mocks::PARALLEL_DEFECTS;
use tabled::builder::Builder;
use tabled::settings::Style;

use super::{Exit, say};
use crate::contract;
use crate::model::{Currency, EventKind, FaultKind};
use crate::profile::{PROFILES, Profile};
use crate::run::RunError;
use crate::sign::SCHEMES;

/// Arguments of `list`.
#[derive(Args)]
pub(super) struct ListArgs {
    /// What to list
    #[arg(value_enum)]
    what: What,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    Cases,
    Currencies,
    Defects,
    Events,
    Faults,
    Profiles,
    Schemes,
}

pub(super) fn list(args: &ListArgs) -> Result<Exit, RunError> {
    let pairs = |pairs: &mut dyn Iterator<Item = (&str, &str)>| {
        pairs.map(|(name, about)| vec![name.to_owned(), about.to_owned()]).collect()
    };
    let rows: Vec<Vec<String>> = match args.what {
        What::Cases => contract::all().map(|(_, case)| card(case.card())).collect(),
        What::Currencies => Currency::all().iter().copied().map(currency).collect(),
        What::Defects => postproof_mocks::plantable().map(|(name, about)| defect(name, about)).collect(),
        What::Events => EventKind::ALL.into_iter().map(event).collect(),
        What::Faults => pairs(&mut FaultKind::ALL.iter().map(|kind| (kind.name(), kind.about()))),
        What::Profiles => pairs(&mut PROFILES.iter().map(|profile| (profile.name(), profile.about()))),
        What::Schemes => pairs(&mut SCHEMES.iter().map(|scheme| (scheme.name, scheme.about))),
    };
    let mut table = Builder::new();
    for row in rows {
        table.push_record(row);
    }
    say(&format!("{}\n", table.build().with(Style::blank())))
}

/// Name, what goes wrong, and what finds it.
fn defect(name: &str, about: &str) -> Vec<String> {
    let mut killers = contract::killers(name);
    if PARALLEL_DEFECTS.contains(&name) {
        // The matrix is of single postbacks; these show where cookie and S2S are held side by side.
        killers.push("parallel");
    }
    let found_by = match killers.as_slice() {
        [] => "not in the matrix yet (make matrix)".to_owned(),
        killers => format!("found by {}", killers.join(", ")),
    };
    vec![name.to_owned(), about.to_owned(), found_by]
}

/// Id, what is expected, and the rule behind it.
fn card(card: contract::Card) -> Vec<String> {
    vec![card.id.to_owned(), card.expected.to_owned(), card.rule.to_owned()]
}

/// Code, minor units, name.
fn currency(currency: Currency) -> Vec<String> {
    vec![currency.to_string(), currency.minor_units().to_string(), currency.name().to_owned()]
}

/// Name, and the members that each profile owes it.
fn event(kind: EventKind) -> Vec<String> {
    let owed = |profile: &&dyn Profile| {
        let owed = profile.members().iter().filter(|member| member.required && member.stands_in(kind));
        format!("{}: {}", profile.name(), owed.map(|member| member.name).collect::<Vec<_>>().join(", "))
    };
    vec![kind.name().to_owned(), PROFILES.iter().map(owed).collect::<Vec<_>>().join("; ")]
}
