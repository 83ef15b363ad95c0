//! The suite at work: players click, plans are put into bytes and sent step by step, several cases at a time, and
//! everything that was answered is kept. What to send and what it means is the contract's.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use url::Url;

use super::click::click;
use super::courier::{GRACE, stopped};
use super::event::{RunEvent, Watch};
use super::patience::Patience;
use super::site::Site;
use super::visiting::Pages;
use super::{Phase, clock};
use crate::contract::{
    Address, Case, Heard, Listening, Owed, Plan, Reply, Shot, Stage, Step, Terms, Tried, Visited, Wire, planned,
};
use crate::model::{FailReason, InfoReason, Label, Outcome};
use crate::profile::{Payload, Sample};
use crate::scenario::ClickPlan;
use crate::send::{Delivered, Journal, Redactor, retry_after};

/// Cases under way at once.
pub(super) const AT_ONCE: usize = 8;

/// After so many steps in a row without an answer that tells anything, the rest of a case would tell nothing either.
const SILENT: u32 = 3;

/// What a case is told that was not begun.
const ALONE: &str = "it was not begun: the target takes no connections any more";

/// First wait before a request is sent again, where the target names none; it doubles up to [`LONGEST`].
const SHORTEST: Duration = Duration::from_millis(50);
/// Longest wait before a request is sent again, whatever the target asks for.
const LONGEST: Duration = Duration::from_secs(3);

/// What the cases are performed with.
pub(super) struct Suite {
    pub(super) site: Arc<Site>,
    pub(super) terms: Terms,
    pub(super) sample: Sample,
    /// When events begin: whole seconds since 1970.
    pub(super) start: i64,
    pub(super) click: ClickPlan,
    /// How long it waits.
    pub(super) patience: Patience,
    /// The operator's pages, where they may be visited and a case does.
    pub(super) pages: Option<Arc<Pages>>,
    /// Log of every exchange.
    pub(super) log: Journal,
    /// Turns true when the suite is cut short.
    pub(super) stop: watch::Receiver<bool>,
    pub(super) watch: Watch,
}

/// A case after its performance.
pub(super) struct Performed {
    /// Its number in the registry.
    pub(super) number: u64,
    pub(super) case: &'static dyn Case,
    pub(super) end: End,
}

/// What the performance of a case came to.
pub(super) enum End {
    /// Nobody declared what it would test.
    Unfit(String),
    /// It could not be prepared.
    Unprepared(String),
    /// It was sent.
    Sent(Plan, Vec<Heard>, Vec<Visited>),
}

/// Which try of what.
#[derive(Clone, Copy)]
struct Place<'a> {
    case: &'static str,
    event_id: &'a str,
    attempt: usize,
}

/// A line of the log.
#[derive(Serialize)]
struct LogLine<'a> {
    at: String,
    case: &'a str,
    event_id: &'a str,
    method: &'a str,
    attempt: usize,
    outcome: &'static str,
    detail: String,
    status: Option<u16>,
    took_ms: f64,
    #[serde(skip_serializing_if = "str::is_empty")]
    answer: &'a str,
}

impl Suite {
    /// Performs cases, those that have to be alone after all others; gives them back in their order.
    pub(super) async fn perform(self: &Arc<Self>, cases: &[(u64, &'static dyn Case)]) -> Vec<Performed> {
        (self.watch)(&RunEvent::Began(Phase::Cases, Some(cases.len() as u64)));
        let (alone, together): (Vec<_>, Vec<_>) = cases.iter().copied().partition(|(_, case)| case.alone());
        let mut performed = Vec::with_capacity(cases.len());
        let room = Arc::new(Semaphore::new(AT_ONCE));
        let mut tasks = JoinSet::new();
        for (number, case) in together {
            let (suite, room) = (Arc::clone(self), Arc::clone(&room));
            tasks.spawn(async move {
                let _place = room.acquire_owned().await;
                suite.case(number, case).await
            });
        }
        while let Some(ended) = tasks.join_next().await {
            (self.watch)(&RunEvent::Step);
            // A case that panicked is missing, and the report says so.
            performed.extend(ended.ok());
        }
        for (number, case) in alone {
            performed.push(self.case(number, case).await);
            (self.watch)(&RunEvent::Step);
        }
        performed.sort_by_key(|performed| performed.number);
        performed
    }

    pub(super) fn stage(&self) -> Stage<'_> {
        Stage { terms: &self.terms, profile: self.site.dialect.profile, sample: &self.sample, start: self.start }
    }

    async fn case(self: &Arc<Self>, number: u64, case: &'static dyn Case) -> Performed {
        let end = match self.fits(number, case) {
            // One connection after another was refused: no case would tell more.
            Ok(_) if self.patience.is_alone() => End::Unprepared(ALONE.to_owned()),
            Err(why) => End::Unfit(why),
            Ok(players) => match self.clicks(number, players).await {
                Err(why) => End::Unprepared(why),
                Ok(clicks) => {
                    let (plan, _) = planned(self.stage(), number, case, &clicks);
                    let heard = self.steps(case.card().id, &plan).await;
                    let visited = self.visits(case.card().id, &plan).await;
                    End::Sent(plan, heard, visited)
                }
            },
        };
        Performed { number, case, end }
    }

    /// How many players a case has, if it can be performed at all.
    fn fits(&self, number: u64, case: &dyn Case) -> Result<u64, String> {
        case.fits(&self.terms)?;
        let (plan, players) = planned(self.stage(), number, case, &[]);
        plan.try_out(&self.site.dialect, clock::now()).map_err(|unmade| unmade.to_string())?;
        Ok(players)
    }

    /// The click ids that the target gives to a case's players; none where there is no click URL.
    pub(super) async fn clicks(&self, number: u64, players: u64) -> Result<Vec<String>, String> {
        if self.site.click_url.is_none() {
            return Ok(Vec::new());
        }
        let mut ids = Vec::new();
        for player in 0..players {
            let mut player = self.sample.nth_player(crate::contract::journey(number, player));
            player.click_id = Label::new("");
            let clicked = click(&self.site, &self.click, &player, &self.stop).await;
            ids.push(clicked.map_err(|why| format!("there is no click id: {why}"))?.click_id);
        }
        Ok(ids)
    }

    pub(super) async fn steps(self: &Arc<Self>, case: &'static str, plan: &Plan) -> Vec<Heard> {
        let mut heard = Vec::new();
        let (mut going, mut silent) = (true, 0);
        for Step(shots) in &plan.steps {
            if !going || *self.stop.borrow() {
                heard.extend(shots.iter().map(|_| Heard::default()));
                continue;
            }
            let step = self.step(case, shots).await;
            // What comes after a ground that does not hold would tell nothing.
            going = shots.iter().zip(&step).all(|(shot, heard)| shot.owed != Owed::Ground || holds(heard));
            silent = if step.iter().all(tells_nothing) { silent + 1 } else { 0 };
            going &= silent < SILENT;
            heard.extend(step);
        }
        heard
    }

    async fn step(self: &Arc<Self>, case: &'static str, shots: &[Shot]) -> Vec<Heard> {
        if let [shot] = shots {
            return vec![self.shot(case, shot).await];
        }
        let mut tasks = JoinSet::new();
        for (place, shot) in shots.iter().cloned().enumerate() {
            let suite = Arc::clone(self);
            tasks.spawn(async move { (place, suite.shot(case, &shot).await) });
        }
        let mut heard = vec![Heard::default(); shots.len()];
        while let Some(ended) = tasks.join_next().await {
            if let Ok((place, one)) = ended {
                heard[place] = one;
            }
        }
        heard
    }

    /// Sends a request until it is answered by something else than that the target is busy.
    async fn shot(&self, case: &'static str, shot: &Shot) -> Heard {
        let began = Instant::now();
        let mut wait = SHORTEST;
        let mut heard = Heard::default();
        loop {
            // It could be put into bytes when it was tried out, so it can be now.
            let Ok(wire) = shot.request.wire(&self.site.dialect, clock::now()) else { return heard };
            let url = address(&self.site, &wire);
            let delivered = tokio::select! {
                delivered = self.deliver(&url, &wire) => delivered,
                () = stopped(self.stop.clone(), GRACE) => return heard,
            };
            let asked =
                delivered.reply.as_ref().and_then(|reply| retry_after(reply.header("retry-after")?, clock::now()));
            let outcome = delivered.outcome;
            let place = Place { case, event_id: &shot.request.event_id, attempt: heard.0.len() + 1 };
            heard.0.push(self.tried(place, &wire, delivered));
            let again = is_busy(outcome, began.elapsed()) && wire.patience == Listening::ToTheEnd;
            if !again || began.elapsed() >= self.patience.for_busy() || *self.stop.borrow() {
                self.patience.learn(outcome);
                return heard;
            }
            tokio::time::sleep(asked.unwrap_or(wait).min(LONGEST)).await;
            wait = (wait * 2).min(LONGEST);
        }
    }

    /// Sends a request once, and waits for its answer as long as patience lasts; a slow body takes its own time besides.
    async fn deliver(&self, url: &Url, wire: &Wire) -> Delivered {
        let limit = self.patience.for_answer() + wire.framing.duration();
        let sent = self.site.client.deliver(url, wire, self.site.dialect.profile);
        let outcome = InfoReason::Timeout.into();
        let silence = Delivered { outcome, reply: None, took: limit, trouble: String::new() };
        tokio::time::timeout(limit, sent).await.unwrap_or(silence)
    }

    /// Takes down what came of one try, and who was told what they must not be told.
    fn tried(&self, place: Place<'_>, wire: &Wire, delivered: Delivered) -> Tried {
        let Delivered { outcome, reply, took, trouble } = delivered;
        (self.watch)(&RunEvent::Attempted(outcome));
        let tokens = wire.hidden.iter().cloned().fold(Redactor::default(), Redactor::and);
        let private = Payload::read(&wire.body).map_or_else(
            |_| Redactor::default(),
            |body| ["ip", "ua"].into_iter().filter_map(|name| body.text(name)).fold(Redactor::default(), Redactor::and),
        );
        let told = reply.as_ref().map(whole).unwrap_or_default();
        let leaks = [("a secret", &self.site.redactor), ("the token", &tokens), ("the player's data", &private)];
        let leaks = leaks.into_iter().filter(|(_, redactor)| redactor.finds(&told)).map(|(name, _)| name).collect();
        let redactor = self.site.redactor.clone().with(&tokens).with(&private);
        let said = redactor.excerpt(reply.as_ref().map_or(trouble.as_bytes(), |reply| &reply.body));
        self.log.add(&LogLine {
            at: clock::now().to_string(),
            case: place.case,
            event_id: place.event_id,
            method: wire.method,
            attempt: place.attempt,
            outcome: outcome.word(),
            detail: outcome.to_string(),
            status: reply.as_ref().map(|reply| reply.status).or(outcome.status()),
            took_ms: took.as_secs_f64() * 1000.0,
            answer: if outcome.is_ok() { "" } else { &said },
        });
        Tried { outcome, took, reply, said, leaks }
    }
}

/// An answer as one text, head and body.
fn whole(reply: &Reply) -> String {
    let mut text = String::new();
    for (name, value) in &reply.headers {
        text.extend([name, ": ", value, "\n"]);
    }
    text + &String::from_utf8_lossy(&reply.body)
}

/// Where a request goes.
pub(super) fn address(site: &Site, wire: &Wire) -> Url {
    match &wire.address {
        Address::Postback | Address::PostbackUncertified | Address::Handshake(_) => site.url.clone(),
        Address::PostbackInPlain => plain(&site.url),
        Address::Click(parameters) => {
            let mut url = site.click_url.clone().unwrap_or_else(|| site.url.clone());
            url.query_pairs_mut().extend_pairs(parameters);
            url
        }
    }
}

fn holds(heard: &Heard) -> bool {
    heard.last().is_some_and(|tried| tried.outcome.is_ok())
}

/// Whether nothing came of a request but silence, or that the target is busy.
fn tells_nothing(heard: &Heard) -> bool {
    let outcome = heard.last().map(|tried| tried.outcome);
    matches!(outcome, Some(Outcome::Info(InfoReason::Timeout | InfoReason::Status(429 | 503))))
}

/// Whether the target asks for patience, or was not there for a moment. One that is gone is not waited for.
fn is_busy(outcome: Outcome, since: Duration) -> bool {
    match outcome {
        Outcome::Info(InfoReason::Status(429 | 503)) => true,
        Outcome::Fail(FailReason::NotConnected) => since < SHORTEST * 4,
        _ => false,
    }
}

/// Host and port of a URL, by plain HTTP.
fn plain(url: &Url) -> Url {
    let mut plain = url.clone();
    // The order matters: the port has to stay the one of the other scheme.
    let port = url.port_or_known_default();
    let _ = plain.set_scheme("http").and_then(|()| plain.set_port(port));
    plain
}
