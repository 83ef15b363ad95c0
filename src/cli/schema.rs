//! `postproof schema`.

use clap::{Args, ValueEnum};

use super::fire::event;
use super::{Exit, say};
use crate::model::EventKind;
use crate::profile;
use crate::report::RunReport;
use crate::run::RunError;
use crate::scenario::raw::RawScenario;

/// Arguments of `schema`.
#[derive(Args)]
pub(super) struct SchemaArgs {
    /// Of what
    #[arg(value_enum, default_value_t = Of::Scenario)]
    of: Of,
    /// Of this event's payload instead, with the canonical order of its members and a signed example
    #[arg(long, value_name = "EVENT", value_parser = event(), conflicts_with = "of")]
    payload: Option<EventKind>,
    /// The dialect of the payload
    #[arg(long, value_name = "NAME", default_value = "s2s-json", requires = "payload")]
    profile: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Of {
    Scenario,
    Report,
}

pub(super) fn schema(args: &SchemaArgs) -> Result<Exit, RunError> {
    if let Some(kind) = args.payload {
        return payload(kind, &args.profile);
    }
    let schema = match args.of {
        Of::Scenario => schemars::schema_for!(RawScenario),
        Of::Report => schemars::generate::SchemaSettings::draft2020_12()
            .for_serialize()
            .into_generator()
            .into_root_schema_for::<RunReport>(),
    };
    say(&format!("{:#}\n", schema.as_value()))
}

fn payload(kind: EventKind, name: &str) -> Result<Exit, RunError> {
    let profile = profile::by_name(name).ok_or_else(|| {
        RunError::usage(format!("there is no profile {name}"), "`postproof list profiles` names them")
    })?;
    let schema = profile::payload_schema(profile, kind).map_err(|error| {
        RunError::undone(format!("the example cannot be signed: {error}"), "report this as a defect of postproof")
    })?;
    say(&format!("{schema:#}\n"))
}
