//! How the reference stack inside this process is set up: in memory for a run of seconds, or kept in a run's folder and living in players'
//! time. Starting and stopping it is the site's.

use std::path::Path;

use jiff::Timestamp;
use postproof_mocks::{Clock, CookieSettings, CookieSetup, Database, FirstPartyCookie};

use super::RunError;
use crate::scenario::{ParallelPlan, SetBy, Setup};

/// How the reference stack is started, where it is this process's own.
#[derive(Default)]
pub(super) struct Embedding {
    pub(super) database: Database,
    pub(super) clock: Clock,
    pub(super) cookies: CookieSettings,
}

impl Embedding {
    /// Where a run keeps the stack, in its folder.
    pub(super) const FOLDER: &str = "stack";

    /// A stack that is kept in a run's folder and lives in players' time.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub(super) fn living(folder: &Path, origin: Timestamp, plan: &ParallelPlan) -> Result<Self, RunError> {
        let folder = folder.join(Self::FOLDER);
        let made = std::fs::create_dir_all(&folder);
        made.map_err(|error| {
            RunError::usage(
                format!("{} cannot be made: {error}", folder.display()),
                "make room there, or name another folder with --out DIR",
            )
        })?;
        let clock = Clock::squeezed(origin, plan.speed)
            .map_err(|error| RunError::usage(error.to_string(), "give another --speed"))?;
        let (setup, first_party) = match plan.setup {
            Setup::FirstParty(SetBy::Script) => (CookieSetup::FirstParty, FirstPartyCookie::Script),
            Setup::FirstParty(SetBy::Http) => (CookieSetup::FirstParty, FirstPartyCookie::Header),
            Setup::ThirdParty => (CookieSetup::ThirdParty, FirstPartyCookie::default()),
            Setup::Cname => (CookieSetup::Cname, FirstPartyCookie::default()),
        };
        let cookies = CookieSettings { setup, first_party };
        Ok(Self { database: Database::File(folder.join("stack.db")), clock, cookies })
    }
}
