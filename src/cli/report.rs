//! `postproof report`: what runs left, merged or compared.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::load::FIRST_LOAD;
use super::output::{OutputArgs, Shown, Surroundings};
use super::target::{PlaceArgs, TargetFlags};
use super::{Exit, say_bytes};
use crate::run::{CompareOptions, MergeOptions, RunError, compare, merge};

/// Arguments of `report`.
#[derive(Args)]
pub(super) struct ReportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// What the shards of one load left, put together and judged once
    Merge(Box<MergeArgs>),
    /// Two loads side by side; exits 1 when the later one is worse for certain
    Compare(CompareArgs),
}

/// Arguments of `report merge`.
#[derive(Args)]
#[command(after_help = "Exit codes: those of `load`; 2 also when the folders are not shards of one load.")]
struct MergeArgs {
    /// Folders of the shards, in any order
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// The scenario file that the shards were fired by, if one was
    #[arg(long, value_name = "FILE", help_heading = "Target")]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    flags: TargetFlags,
    #[command(flatten)]
    places: PlaceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// Arguments of `report compare`.
#[derive(Args)]
#[command(after_help = "Exit codes: 0 not worse, 1 worse for certain, 2 usage, 4 nobody can tell.")]
struct CompareArgs {
    /// Folder of the earlier load
    #[arg(value_name = "BEFORE")]
    before: PathBuf,
    /// Folder of the later load
    #[arg(value_name = "AFTER")]
    after: PathBuf,
    /// Share by which quantiles may grow and the rate may fall; failing attempts may grow by as much of the error budget
    #[arg(long, value_name = "SHARE", default_value = "10%", value_parser = share)]
    tolerance: f64,
    /// What stdout gets
    #[arg(long, value_enum, default_value_t = Shown::Table)]
    format: Shown,
}

pub(super) fn report(args: ReportArgs) -> Result<Exit, RunError> {
    match args.what {
        What::Merge(args) => merged(*args),
        What::Compare(args) => compared(args),
    }
}

fn merged(args: MergeArgs) -> Result<Exit, RunError> {
    let MergeArgs { folders, scenario, flags, places, output } = args;
    let scenario = flags.scenario(scenario.as_deref(), FIRST_LOAD, |raw| places.lay_over(raw))?;
    let (out, junit) = (output.out.clone(), output.junit.clone());
    output.watched(async |Surroundings { stop, watch, again }| {
        merge(&MergeOptions { folders, scenario, out, junit, again, stop, watch }).await
    })
}

fn compared(args: CompareArgs) -> Result<Exit, RunError> {
    let CompareArgs { before, after, tolerance, format } = args;
    let comparison = compare(&CompareOptions { before, after, tolerance })?;
    let mut text = Vec::new();
    let written = match format {
        Shown::Table => comparison.write_table(&mut text),
        Shown::Json => comparison.write_json(&mut text),
    };
    written.map_err(|error| {
        RunError::undone(format!("the comparison cannot be written: {error}"), "report this as a defect of postproof")
    })?;
    say_bytes(&text)?;
    Ok(Exit::of_verdict(comparison.verdict))
}

/// Reads a share of at least zero such as `10%`.
fn share(text: &str) -> Result<f64, String> {
    let percent = text.trim().strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
    match percent {
        Some(percent) if (0.0..=1000.0).contains(&percent) => Ok(percent / 100.0),
        _ => Err("write a share such as 10%, up to 1000%".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read() {
        assert_eq!(share("10%"), Ok(0.1));
        assert_eq!(share("0 %"), Ok(0.0));
        for wrong in ["10", "-1%", "x%", "NaN%", "1001%", ""] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }
}
