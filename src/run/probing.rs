//! Probes at work: each is aimed at a player of its own, sent after what it takes, and judged by its answer; what fails is
//! shrunk at once. How a probe is made and what it owes is the contract's; what only the books show is `probe_books`'.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::event::RunEvent;
use super::probe_books::{Reader, STEPS, Wrong};
use super::suite::{AT_ONCE, Suite};
use super::{Phase, clock};
use crate::contract::Heard;
use crate::contract::probe::{Aimed, Answer, Breach, Occasion, PROBES, Recipe, Shrinking, number};

/// Failures that are shrunk; more are counted.
const SHRUNK: usize = 5;

/// Requests that shrinking one failure may take, those that prepare it included.
const REQUESTS: usize = 60;

/// Turns that a probe has until something can be told of it. Nothing is sent for those that are passed over.
const TURNS: u64 = 16;

/// What the probes of a suite came to.
#[derive(Default)]
pub(super) struct Probed {
    /// Everything that was sent: the probes in their order, then what shrinking sent.
    pub(super) fired: Vec<Fired>,
    /// How many of them are probes.
    pub(super) probes: usize,
    /// How many were to be sent.
    pub(super) wanted: u64,
    /// The failures that were shrunk: the probe's place, and that of the least that fails alike.
    pub(super) shrunk: Vec<(usize, usize)>,
    /// The same of those that only the books show.
    pub(super) booked: Vec<(usize, usize)>,
    /// The number of each probe that was sent.
    pub(super) numbers: Vec<u64>,
    /// Why the first of those that could not be sent was not.
    pub(super) unsent: Option<String>,
}

/// One recipe that was sent.
pub(super) struct Fired {
    pub(super) recipe: Recipe,
    pub(super) aimed: Aimed,
    pub(super) heard: Vec<Heard>,
}

/// Which attempt of which probe; each has a fresh player.
#[derive(Clone, Copy)]
pub(super) struct Turn {
    pub(super) seed: u64,
    pub(super) probe: u64,
    pub(super) attempt: u64,
}

/// By what a failure is known again while it is shrunk, and how far that may go.
#[derive(Clone, Copy)]
pub(super) enum Sign<'a> {
    /// By the answer.
    Answer(Breach),
    /// By what the books show of it.
    Books { reader: &'a Reader<'a>, wrong: &'a Wrong, until: Instant },
}

impl Sign<'_> {
    async fn is_on(self, fired: &Fired) -> bool {
        match self {
            Self::Answer(breach) => fired.breach() == Some(breach),
            Self::Books { reader, wrong, .. } => reader.shows(fired, wrong).await,
        }
    }

    /// Whether so many requests and attempts are enough.
    fn is_spent(self, requests: usize, attempt: u64) -> bool {
        match self {
            Self::Answer(_) => requests >= REQUESTS || attempt >= REQUESTS as u64,
            Self::Books { until, .. } => attempt > STEPS as u64 || Instant::now() >= until,
        }
    }
}

impl Probed {
    /// A probe with its number.
    pub(super) fn at(&self, place: usize) -> Option<(&Fired, u64)> {
        self.fired.get(place).zip(self.numbers.get(place).copied())
    }
}

impl Fired {
    /// What the answer shows; `None` where what the probe takes was not taken, or it was cut short.
    pub(super) fn answer(&self) -> Option<Answer> {
        let outcome = self.heard.last()?.last()?.outcome;
        Some(self.aimed.expected.judge(outcome))
    }

    pub(super) fn breach(&self) -> Option<Breach> {
        match self.answer()? {
            Answer::Broken(breach) => Some(breach),
            _ => None,
        }
    }

    fn requests(&self) -> usize {
        // One more for the click.
        1 + self.heard.iter().map(|heard| heard.0.len()).sum::<usize>()
    }
}

impl Suite {
    /// Sends so many probes, and shrinks the first failures of each kind.
    pub(super) async fn probes(self: &Arc<Self>, seed: u64, wanted: u64) -> Probed {
        let mut probed = Probed { wanted, ..Probed::default() };
        if wanted == 0 {
            return probed;
        }
        (self.watch)(&RunEvent::Began(Phase::Probes, Some(wanted)));
        let room = Arc::new(Semaphore::new(AT_ONCE));
        let mut tasks = JoinSet::new();
        for probe in 0..wanted {
            // A place is taken before the task is made, so that there are never more tasks than places.
            let Ok(place) = Arc::clone(&room).acquire_owned().await else { break };
            if *self.stop.borrow() {
                break;
            }
            let suite = Arc::clone(self);
            tasks.spawn(async move {
                let fired = suite.probe(seed, probe).await;
                drop(place);
                (suite.watch)(&RunEvent::Step);
                (probe, fired)
            });
        }
        let mut all: Vec<(u64, Result<Fired, String>)> = Vec::new();
        while let Some(ended) = tasks.join_next().await {
            all.extend(ended.ok());
        }
        all.sort_by_key(|(probe, _)| *probe);
        for (probe, fired) in all {
            match fired {
                Ok(fired) => {
                    probed.numbers.push(probe);
                    probed.fired.push(fired);
                }
                Err(why) => drop(probed.unsent.get_or_insert(why)),
            }
        }
        probed.probes = probed.fired.len();
        self.shrink_all(seed, &mut probed).await;
        probed
    }

    /// One probe: the first of its turns of which something can be told.
    async fn probe(self: &Arc<Self>, seed: u64, probe: u64) -> Result<Fired, String> {
        let attempt = Turn { seed, probe, attempt: 0 };
        let clicks = self.clicks(attempt.number(), 1).await?;
        for turn in 0..TURNS {
            let recipe = Recipe::drawn(seed, probe, turn, self.site.dialect.profile);
            if let Some(fired) = self.fire(recipe, attempt, &clicks).await {
                return Ok(fired);
            }
        }
        Err("nothing could be told of any of its mutations".to_owned())
    }

    /// Sends a recipe with the player of that attempt; nothing where nothing could be told of it.
    async fn fire(self: &Arc<Self>, recipe: Recipe, attempt: Turn, clicks: &[String]) -> Option<Fired> {
        let aimed = recipe.aim(&Occasion {
            stage: self.stage(),
            number: attempt.number(),
            clicks,
            dialect: &self.site.dialect,
            now: clock::now(),
        })?;
        let heard = self.steps(PROBES, &aimed.plan).await;
        let recipe = Recipe { mutations: aimed.mutations.clone(), ..recipe };
        Some(Fired { recipe, aimed, heard })
    }

    /// Shrinks the first failure of each kind.
    async fn shrink_all(self: &Arc<Self>, seed: u64, probed: &mut Probed) {
        let mut kinds = HashSet::new();
        for place in 0..probed.probes {
            let Some((failed, probe)) = probed.at(place) else { return };
            let Some(breach) = failed.breach() else { continue };
            if kinds.len() == SHRUNK || !kinds.insert((breach, failed.aimed.why)) {
                continue;
            }
            let attempt = Turn { seed, probe, attempt: 0 };
            let (tried, best) = self.shrink(failed, Sign::Answer(breach), attempt).await;
            let from = probed.fired.len();
            probed.shrunk.push((place, best.map_or(place, |best| from + best)));
            probed.fired.extend(tried);
        }
    }

    /// Everything that was sent to shrink a failure, and which of it is the least that fails alike.
    pub(super) async fn shrink(
        self: &Arc<Self>,
        failed: &Fired,
        sign: Sign<'_>,
        first: Turn,
    ) -> (Vec<Fired>, Option<usize>) {
        let kind = failed.recipe.base.kind;
        let members = self.site.dialect.profile.members().iter();
        let optional = members.filter(|member| !member.required && member.stands_in(kind)).map(|member| member.name);
        let mut shrinking = Shrinking::of(failed.recipe.clone(), optional.collect());
        let (mut tried, mut best) = (Vec::new(), None);
        let (mut requests, mut attempt) = (0, first);
        while let Some(candidate) = shrinking.candidate() {
            attempt.attempt += 1;
            if sign.is_spent(requests, attempt.attempt) || *self.stop.borrow() {
                break;
            }
            let Ok(clicks) = self.clicks(attempt.number(), 1).await else { break };
            let Some(fired) = self.fire(candidate.clone(), attempt, &clicks).await else {
                requests += 1;
                shrinking.tried(candidate, false);
                continue;
            };
            requests += fired.requests();
            let alike = sign.is_on(&fired).await;
            (self.watch)(&RunEvent::Step);
            if alike {
                best = Some(tried.len());
            }
            tried.push(fired);
            shrinking.tried(candidate, alike);
        }
        (tried, best)
    }
}

impl Turn {
    fn number(self) -> u64 {
        number(self.seed, self.probe, self.attempt)
    }
}
