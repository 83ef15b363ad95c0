//! `postproof schema`.

use clap::{Args, ValueEnum};

use super::{Exit, say};
use crate::report::RunReport;
use crate::run::RunError;
use crate::scenario::raw::RawScenario;

/// Arguments of `schema`.
#[derive(Args)]
pub(super) struct SchemaArgs {
    /// Of what
    #[arg(value_enum, default_value_t = Of::Scenario)]
    of: Of,
}

#[derive(Clone, Copy, ValueEnum)]
enum Of {
    Scenario,
    Report,
}

pub(super) fn schema(args: &SchemaArgs) -> Result<Exit, RunError> {
    let schema = match args.of {
        Of::Scenario => schemars::schema_for!(RawScenario),
        Of::Report => schemars::generate::SchemaSettings::draft2020_12()
            .for_serialize()
            .into_generator()
            .into_root_schema_for::<RunReport>(),
    };
    say(&format!("{:#}\n", schema.as_value()))
}
