//! The default live scenario in each of its set-ups, with what its audience is expected to lose: made once for all tests, since a
//! forecast takes two hundred thousand players.

use std::ops::Range;
use std::sync::LazyLock;
use std::thread;

use jiff::{SignedDuration, Timestamp};

use crate::attribution::diagnosis::{Diagnosis, ExpectedLoss, Terms};
use crate::attribution::{
    Baseline, Crowd, Expected, Forecast, Gap, Logs, MODELLED_PLAYERS, Matching, Pairing, Ruled, Rules, Tally,
};
use crate::scenario::{self, Scenario, SetBy, Setup};

/// When every run begins.
const START: &str = "2026-11-20T00:00:00Z";

static STAGES: LazyLock<[Stage; Setup::ALL.len()]> = LazyLock::new(stages);

/// A scenario, and the gap that its audience makes by itself.
pub(in crate::attribution) struct Stage {
    scenario: Scenario,
    rules: Rules,
    losses: Vec<ExpectedLoss>,
}

/// What was made of two logs.
pub(in crate::attribution) struct Outcome {
    pub(in crate::attribution) pairing: Pairing,
    pub(in crate::attribution) ruled: Ruled,
    pub(in crate::attribution) diagnosis: Diagnosis,
}

impl Stage {
    /// The default scenario with that set-up.
    pub(in crate::attribution) fn of(setup: Setup) -> &'static Self {
        &STAGES[setup.place()]
    }

    /// The default one: a first-party cookie that the page sets.
    pub(in crate::attribution) fn default() -> &'static Self {
        Self::of(Setup::FirstParty(SetBy::Script))
    }

    /// The players of a run with that seed.
    pub(in crate::attribution) fn crowd(&self, seed: u64) -> Crowd<'_> {
        crowd(&self.scenario, seed, self.scenario.parallel.players)
    }

    /// The end of every run.
    pub(in crate::attribution) fn end(&self) -> Timestamp {
        start() + SignedDuration::try_from(self.scenario.parallel.window).expect("hours")
    }

    /// For how long a postback may come.
    pub(in crate::attribution) fn grace(&self) -> SignedDuration {
        SignedDuration::try_from(self.scenario.parallel.grace).expect("hours")
    }

    /// Matches two logs.
    pub(in crate::attribution) fn paired(&self, logs: &Logs) -> Pairing {
        Matching { grace: self.grace(), end: None }.of(logs)
    }

    /// Matches two logs, judges their gap and diagnoses it, as a live run does.
    pub(in crate::attribution) fn outcome(&self, logs: &Logs) -> Outcome {
        let pairing = self.paired(logs);
        let ruled = self.rules.judge(&Gap::of(logs, &pairing), &pairing);
        let diagnosis = Diagnosis::of(logs, &pairing, Terms { grace: self.grace(), losses: &self.losses });
        Outcome { pairing, ruled, diagnosis }
    }
}

/// Work on each of some things, spread over all cores; what comes of it is in their order.
pub(in crate::attribution) fn each<T: Sync, R: Send>(things: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let lanes = thread::available_parallelism().map_or(1, usize::from).min(things.len()).max(1);
    let work = &work;
    let done: Vec<Vec<R>> = thread::scope(|scope| {
        let threads = things.chunks(things.len().div_ceil(lanes).max(1));
        let threads: Vec<_> = threads.map(|part| scope.spawn(move || part.iter().map(work).collect())).collect();
        threads.into_iter().map(|thread| thread.join().expect("what fails is said by its thread")).collect()
    });
    done.into_iter().flatten().collect()
}

fn start() -> Timestamp {
    START.parse().expect("an instant")
}

fn crowd(scenario: &Scenario, seed: u64, players: u64) -> Crowd<'_> {
    Crowd::new(&scenario.parallel, &scenario.journeys, seed, start(), players)
}

fn stages() -> [Stage; Setup::ALL.len()] {
    let scenarios = Setup::ALL.map(scenario);
    // One audience serves all: a tally counts what each set-up loses of the same players. The seed is the forecast's own.
    let audience = crowd(&scenarios[0], 0, MODELLED_PLAYERS);
    let mut whole = Tally::new(&audience);
    let quarters: Vec<Range<u64>> = (0..4).map(|n| MODELLED_PLAYERS * n / 4..MODELLED_PLAYERS * (n + 1) / 4).collect();
    let tallies = each(&quarters, |players| {
        let mut tally = Tally::new(&audience);
        audience.count(players.clone(), &mut tally);
        tally
    });
    for tally in &tallies {
        whole += tally;
    }
    let mut forecasts = Setup::ALL.map(|setup| Forecast::of(&audience, &whole, setup)).into_iter();
    scenarios.map(|scenario| {
        let forecast = forecasts.next().expect("one for each set-up");
        let rules = Rules { baseline: Baseline::Modelled(Expected::from(&forecast)), ..Rules::default() };
        let losses = ExpectedLoss::of(&rules.baseline);
        Stage { scenario, rules, losses }
    })
}

fn scenario(setup: Setup) -> Scenario {
    let key = match setup {
        Setup::FirstParty(SetBy::Script) => "",
        Setup::FirstParty(SetBy::Http) => "first_party_cookie = \"http\"",
        Setup::ThirdParty => "setup = \"third-party\"",
        Setup::Cname => "setup = \"cname\"",
    };
    let text = format!("[parallel]\n{key}\n");
    let raw = scenario::read("test", &text).expect("TOML");
    scenario::check(&raw, "test", &text).unwrap_or_else(|error| panic!("{error}"))
}
