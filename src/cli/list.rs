//! `postproof list`.

use clap::{Args, ValueEnum};
use tabled::builder::Builder;
use tabled::settings::Style;

use super::{Exit, say};
use crate::model::FaultKind;
use crate::profile::PROFILES;
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
    Defects,
    Faults,
    Profiles,
    Schemes,
}

pub(super) fn list(args: &ListArgs) -> Result<Exit, RunError> {
    let rows: Vec<(&str, &str)> = match args.what {
        What::Defects => postproof_mocks::DEFECTS.iter().map(|defect| (defect.name, defect.about)).collect(),
        What::Faults => FaultKind::ALL.iter().map(|kind| (kind.name(), kind.about())).collect(),
        What::Profiles => PROFILES.iter().map(|profile| (profile.name(), profile.about())).collect(),
        What::Schemes => SCHEMES.iter().map(|scheme| (scheme.name, scheme.about)).collect(),
    };
    let mut table = Builder::new();
    for (name, about) in rows {
        table.push_record([name, about]);
    }
    say(&format!("{}\n", table.build().with(Style::blank())))
}
