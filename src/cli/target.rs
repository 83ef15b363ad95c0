//! The flags that are the same everywhere: where the target is, what it knows, and what reproduces a run.
//! Each lies over the scenario's key.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;

use crate::model::RunTag;
use crate::run::{Fixed, Leaving, RunError};
use crate::scenario::raw::RawScenario;
use crate::scenario::{self, Scenario};
use crate::send::quoted;

/// A scenario, and what lies over it: where the target is, and what it knows.
#[derive(Args, Clone, Debug)]
pub(super) struct TargetArgs {
    /// Scenario file; without one, the scenario of `scenarios/first-run.toml`
    pub(super) scenario: Option<PathBuf>,
    #[command(flatten)]
    pub(super) flags: TargetFlags,
    #[command(flatten)]
    pub(super) places: PlaceArgs,
}

/// What stands beside the postback URL: where players click, and where credits are read back.
#[derive(Args, Clone, Debug)]
pub(super) struct PlaceArgs {
    /// The click URL; without it click ids are derived
    #[arg(long, value_name = "URL", env = "POSTPROOF_CLICK_URL", help_heading = "Target")]
    click_url: Option<String>,
    /// URL that answers with the credits, or a file that holds them
    #[arg(long, value_name = "URL|FILE", env = "POSTPROOF_READ_BACK", help_heading = "Target")]
    read_back: Option<String>,
}

/// What everything needs that fires at a target.
#[derive(Args, Clone, Debug)]
pub(super) struct TargetFlags {
    /// The postback URL
    #[arg(long, value_name = "URL", env = "POSTPROOF_TARGET", help_heading = "Target")]
    pub(super) target: Option<String>,
    /// The network's dialect
    #[arg(long, value_name = "NAME", help_heading = "Target")]
    pub(super) profile: Option<String>,
    /// Environment variable with the HMAC secret [default: POSTPROOF_SECRET]
    #[arg(long, value_name = "VAR", help_heading = "Target")]
    pub(super) secret_env: Option<String>,
    /// Environment variable with the token key [default: POSTPROOF_JWT_SECRET, if it is set]
    #[arg(long, value_name = "VAR", help_heading = "Target")]
    pub(super) jwt_secret_env: Option<String>,
    /// A host other than loopback that may be fired at; can be given several times
    #[arg(long, value_name = "HOST", help_heading = "Target")]
    pub(super) allow_host: Vec<String>,
    /// The signature scheme [default: the profile's own]; `postproof list schemes` names them
    #[arg(long, value_name = "NAME", help_heading = "Target")]
    pub(super) scheme: Option<String>,
    /// The canonical form that is signed: jcs, sorted or raw
    #[arg(long, value_name = "FORM", help_heading = "Target")]
    pub(super) canonical: Option<String>,
}

/// The target of a tool that fires by hand.
#[derive(Args, Clone, Debug)]
pub(super) struct ByHandArgs {
    /// Scenario file to take the target from
    #[arg(long, value_name = "FILE", help_heading = "Target")]
    pub(super) scenario: Option<PathBuf>,
    #[command(flatten)]
    pub(super) flags: TargetFlags,
    /// Print the curl command that would send it, and send nothing
    #[arg(long)]
    dry_run: bool,
}

/// What reproduces a run.
#[derive(Args, Clone, Debug)]
pub(super) struct InputArgs {
    /// Seed of all that is drawn [default: fresh]
    #[arg(long, value_name = "N", help_heading = "Inputs")]
    pub(super) seed: Option<u64>,
    /// Tag in every id of the run, lower-case letters and digits [default: fresh]
    #[arg(long, value_name = "T", help_heading = "Inputs")]
    pub(super) tag: Option<RunTag>,
    /// Instant at which the journeys start, such as 2026-11-20T09:30:00Z [default: so that they end now]
    #[arg(long, value_name = "INSTANT", help_heading = "Inputs")]
    pub(super) start: Option<Timestamp>,
}

/// Reads a scenario, the built-in one without a file (its name and text), lays over it what has to, and checks it.
///
/// # Errors
/// When the file cannot be read, or the scenario is wrong.
pub(super) fn scenario_of(
    file: Option<&Path>,
    built_in: (&str, &str),
    adjust: impl FnOnce(&mut RawScenario),
) -> Result<Scenario, RunError> {
    let (name, text) = match file {
        None => (built_in.0.to_owned(), built_in.1.to_owned()),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                RunError::usage(
                    format!("the scenario {} cannot be read: {error}", path.display()),
                    "`postproof init` writes one",
                )
            })?;
            (path.display().to_string(), text)
        }
    };
    let mut raw = scenario::read(&name, &text)?;
    adjust(&mut raw);
    Ok(scenario::check(&raw, &name, &text)?)
}

impl TargetArgs {
    /// Reads the scenario, the built-in one without a file (its name and text), and lays the flags over it.
    ///
    /// # Errors
    /// When the file cannot be read, or the scenario is wrong.
    pub(super) fn scenario(
        &self,
        built_in: (&str, &str),
        adjust: impl FnOnce(&mut RawScenario),
    ) -> Result<Scenario, RunError> {
        self.flags.scenario(self.scenario.as_deref(), built_in, |raw| {
            self.places.lay_over(raw);
            adjust(raw);
        })
    }

    /// What of the command line names the target, ready to be pasted behind another command.
    pub(super) fn flags(&self) -> String {
        let file = self.scenario.as_ref().map(|path| path.display().to_string());
        let more = [
            ("--scenario", file.as_ref()),
            ("--click-url", self.places.click_url.as_ref()),
            ("--read-back", self.places.read_back.as_ref()),
        ];
        self.flags.words(&more)
    }
}

impl PlaceArgs {
    /// Lays the flags over a scenario.
    pub(super) fn lay_over(&self, raw: &mut RawScenario) {
        if self.click_url.is_some() {
            raw.target.click_url.clone_from(&self.click_url);
        }
        if let Some(place) = &self.read_back {
            raw.read_back.point_to(place);
        }
    }
}

impl ByHandArgs {
    /// The scenario with its target.
    ///
    /// # Errors
    /// When the file cannot be read, or the scenario is wrong.
    pub(super) fn scenario(&self, click_url: Option<&String>) -> Result<Scenario, RunError> {
        self.flags.scenario(self.scenario.as_deref(), ("by hand", ""), |raw| {
            // A tool by hand fires by itself, whoever does in the scenario's runs.
            raw.through = None;
            // What was left in the environment must not stand in the way of the better message that there is no target.
            if raw.target.url.is_some() && click_url.is_some() {
                raw.target.click_url = click_url.cloned();
            }
        })
    }

    /// Whether what is made leaves.
    pub(super) fn leaving(&self) -> Leaving {
        if self.dry_run { Leaving::DryRun } else { Leaving::Sent }
    }
}

impl TargetFlags {
    /// Reads the scenario, the built-in one without a file (its name and text), and lays the flags over it.
    ///
    /// # Errors
    /// When the file cannot be read, or the scenario is wrong.
    pub(super) fn scenario(
        &self,
        file: Option<&Path>,
        built_in: (&str, &str),
        adjust: impl FnOnce(&mut RawScenario),
    ) -> Result<Scenario, RunError> {
        scenario_of(file, built_in, |raw| {
            self.lay_over(raw);
            adjust(raw);
        })
    }

    /// These flags and more, each with its value.
    pub(super) fn words(&self, more: &[(&str, Option<&String>)]) -> String {
        let own = [
            ("--target", self.target.as_ref()),
            ("--profile", self.profile.as_ref()),
            ("--secret-env", self.secret_env.as_ref()),
            ("--jwt-secret-env", self.jwt_secret_env.as_ref()),
            ("--scheme", self.scheme.as_ref()),
            ("--canonical", self.canonical.as_ref()),
        ];
        let hosts = self.allow_host.iter().map(|host| ("--allow-host", Some(host)));
        let all = own.into_iter().chain(hosts).chain(more.iter().copied());
        all.filter_map(|(flag, value)| Some(format!(" {flag} {}", quoted(value?)))).collect()
    }

    fn lay_over(&self, raw: &mut RawScenario) {
        let over = |key: &mut Option<String>, flag: &Option<String>| {
            if flag.is_some() {
                key.clone_from(flag);
            }
        };
        over(&mut raw.target.url, &self.target);
        over(&mut raw.target.profile, &self.profile);
        over(&mut raw.signature.scheme, &self.scheme);
        over(&mut raw.signature.canonical, &self.canonical);
        raw.target.allow_hosts.extend(self.allow_host.iter().cloned());
        if self.secret_env.is_some() {
            raw.target.secret_file = None;
            over(&mut raw.target.secret_env, &self.secret_env);
        }
        if self.jwt_secret_env.is_some() {
            raw.target.jwt_secret_file = None;
            raw.target.bearer_env = None;
            over(&mut raw.target.jwt_secret_env, &self.jwt_secret_env);
        }
    }
}

impl InputArgs {
    /// The inputs that are fixed, by flag or by scenario.
    pub(super) fn fixed(&self, scenario: &Scenario) -> Fixed {
        Fixed { seed: self.seed.or(scenario.seed), tag: self.tag.clone(), start: self.start }
    }
}
