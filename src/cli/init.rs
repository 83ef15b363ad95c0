//! `postproof init`.

use std::path::PathBuf;

use clap::Args;

use super::{Exit, say};
use crate::run::{InitOptions, RunError, init as write_scenario};

/// Arguments of `init`.
#[derive(Args)]
pub(super) struct InitArgs {
    /// File to write
    #[arg(default_value = "postproof.toml")]
    path: PathBuf,
    /// The postback URL to fill in
    #[arg(long, value_name = "URL")]
    target: Option<String>,
    /// The click URL to fill in
    #[arg(long, value_name = "URL")]
    click_url: Option<String>,
    /// The read-back URL to fill in
    #[arg(long, value_name = "URL")]
    read_back: Option<String>,
    /// Replace an existing file
    #[arg(long)]
    force: bool,
}

pub(super) fn init(args: &InitArgs) -> Result<Exit, RunError> {
    let given =
        [("target.url", &args.target), ("target.click_url", &args.click_url), ("read_back.url", &args.read_back)];
    let values = given.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))).collect();
    write_scenario(&InitOptions { path: args.path.clone(), values, force: args.force })?;
    say(&format!("wrote {path}; run it with: postproof run {path}\n", path = args.path.display()))
}
