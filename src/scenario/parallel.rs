//! The plan of a parallel run: cookie and S2S tracking side by side, over whom, and by what rules their gap is judged.

use std::time::Duration;

use url::Url;

use super::Delay;

mod audience;
mod browser;
mod compare;
mod field;
mod keys;
mod pixel;

pub use audience::{AudiencePlan, Blockers, Caps, Consent, Deletion, InApp, Picked};
pub use browser::{Browser, Device};
pub use compare::{ComparePlan, DecimalMark, LogPlan, LogZone};
pub use field::Field;
pub(super) use keys::parallel;
pub use pixel::{PixelPlan, Told};

/// How cookie and S2S tracking are run side by side.
#[derive(Clone, Debug)]
pub struct ParallelPlan {
    /// How long both run, in the players' time: 1 to 720 hours. Seed 000 asks for 48.
    pub window: Duration,
    /// How many players click in it, 1 to 10⁶ where they are played on real pages. 5000 by default, of whom some 3100 make their
    /// first deposit within 48 hours: to tell a gap of 5 % from one of 10 % takes some 430 where few cookies are lost, and more
    /// where many are (contract.md §5).
    pub players: u64,
    /// How the cookie side tracks.
    pub setup: Setup,
    /// What the gap is held against.
    pub baseline: Baseline,
    /// How long an S2S message may take before its conversion counts as seen by the cookie alone. An hour by default: senders
    /// that try again do so within minutes at first, and some wait five hours only (domain.md §4).
    pub grace: Duration,
    /// Gap from which on there is something to look at, 0 to 1 and below `error`: 5 % by seed 000.
    pub attention: f64,
    /// Gap from which on there is a mistake in the set-up, 0 to 1: 10 % by seed 000.
    pub error: f64,
    /// How many times faster than real time it is played, 1 to 10⁶.
    pub speed: f64,
    /// From the registration to the first deposit. By default 71 % come within 24 hours and 2 % after seven days, as
    /// basher.agency has it (60-80 %, and rarely after seven days; domain.md §5).
    pub lag: Delay,
    /// The players' browsers, and what happens to cookies in them. Boxed, because every command carries its scenario along.
    pub audience: Box<AudiencePlan>,
    /// By what name browsers know the tracker, where its click URL's host is not it; `{brand}` stands in it for the brand.
    pub tracker_site: Option<String>,
    /// Where the tracker shows first deposits as each method saw them; `None`: at the reference stack's `/conversions`.
    pub conversions: Option<Url>,
    /// The pixel that postproof fires itself, where the target has no operator pages.
    pub pixel: Option<PixelPlan>,
    /// Where the target tells what time it is there, if that is not the real time: a reference stack on a squeezed clock.
    pub clock: Option<Url>,
    /// Two exported logs in place of a run. Boxed, like the audience.
    pub compare: Box<ComparePlan>,
}

/// How the cookie side tracks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Setup {
    /// A cookie of the operator's own site, whose value the pixel carries.
    FirstParty(SetBy),
    /// A cookie of the tracker's domain, set on the redirect and read by its pixel on the operator's page.
    ThirdParty,
    /// The same, with the tracker behind a name of the operator's domain (a CNAME record).
    Cname,
}

/// Who sets a first-party cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetBy {
    /// The page, by `document.cookie`.
    Script,
    /// The server, by `Set-Cookie`.
    Http,
}

/// What the gap is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Baseline {
    /// What browsers of this audience lose without any mistake.
    Modelled,
    /// Nothing: the seed's rule as it stands.
    None,
}

impl Setup {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 4] =
        [Self::FirstParty(SetBy::Script), Self::FirstParty(SetBy::Http), Self::ThirdParty, Self::Cname];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstParty(SetBy::Script) => "first-party cookie by script",
            Self::FirstParty(SetBy::Http) => "first-party cookie by HTTP",
            Self::ThirdParty => "third-party pixel",
            Self::Cname => "tracker behind a CNAME",
        }
    }

    /// Its place in [`Setup::ALL`].
    pub fn place(self) -> usize {
        match self {
            Self::FirstParty(SetBy::Script) => 0,
            Self::FirstParty(SetBy::Http) => 1,
            Self::ThirdParty => 2,
            Self::Cname => 3,
        }
    }
}

impl Baseline {
    /// The name in scenarios and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Modelled => "modelled",
            Self::None => "none",
        }
    }
}
