//! The courier: takes one postback to the target, or one step to the operator, along the course that its faults give it,
//! and keeps the record of every attempt. What becomes of the records is decided elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::watch;

use super::clock;
use super::event::{RunEvent, Watch};
use super::site::Site;
use super::stopwatch::Stopwatch;
use crate::fault::{Copies, Course};
use crate::model::{Attempt, Delivery, FailReason, InfoReason, Mixer, Outcome, Purpose};
use crate::profile::Postback;
use crate::scenario::SendPlan;
use crate::send::{Answer, Exchange, Form, Journal, Next, Outgoing, Patience, Redactor, next, retry_after};
use crate::sign::Token;

/// So many postbacks given up before any was accepted mean that the target takes none: the rest is tried once each.
const HOPELESS: u32 = 32;

/// After a signal, so long an attempt under way may still take.
pub(super) const GRACE: Duration = Duration::from_secs(1);

/// Takes postbacks to the target.
pub(super) struct Courier {
    /// Where to.
    pub(super) site: Arc<Site>,
    /// How often, and with what waits.
    pub(super) plan: SendPlan,
    /// Log of every exchange.
    pub(super) log: Journal,
    /// What was given up.
    pub(super) dlq: Journal,
    /// Turns true when the run is cut short: then what is under way has [`GRACE`] left.
    pub(super) stop: watch::Receiver<bool>,
    /// Turns true when nothing new is to begin, be it that the run is cut short or that its time is up.
    pub(super) closing: watch::Receiver<bool>,
    /// Who watches.
    pub(super) watch: Watch,
    /// The run's seed, for jitter.
    pub(super) seed: u64,
    /// How the target has taken postbacks so far.
    pub(super) reception: Reception,
    /// Takes the time of every attempt, where that is wanted.
    pub(super) stopwatch: Option<Stopwatch>,
}

/// How a target has taken postbacks so far.
#[derive(Default)]
pub(super) struct Reception {
    accepted: AtomicBool,
    given_up: AtomicU32,
}

impl Reception {
    /// Whether trying again is a waste of everybody's time.
    pub(super) fn is_hopeless(&self) -> bool {
        !self.accepted.load(Ordering::Relaxed) && self.given_up.load(Ordering::Relaxed) >= HOPELESS
    }
}

/// Texts of one player that no log may show, where a target echoes them.
pub(super) struct Private<'a> {
    pub(super) ip: String,
    pub(super) user_agent: &'a str,
    /// The values of the player's cookies.
    pub(super) session: Vec<String>,
}

/// What a courier carries.
#[derive(Clone)]
pub(super) enum Parcel {
    /// A postback, to the target.
    Postback(Postback),
    /// A step that causes an event, to the operator. It is shared, because a duplicate is the same once more.
    Step(Arc<Form>),
}

/// One delivery on its way.
pub(super) struct Errand<'a> {
    pub(super) delivery: &'a mut Delivery,
    pub(super) parcel: Parcel,
    pub(super) private: &'a Private<'a>,
    /// The answers that accepted it.
    pub(super) accepted: Vec<Answer>,
}

/// A line of the log.
#[derive(Serialize)]
struct LogLine<'a> {
    at: String,
    event_id: &'a str,
    purpose: &'static str,
    attempt: usize,
    outcome: &'static str,
    detail: String,
    status: Option<u16>,
    took_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
}

/// A line of the DLQ.
#[derive(Serialize)]
struct DeadLetter<'a> {
    event_id: &'a str,
    click_id: &'a str,
    event: &'static str,
    reason: String,
    history: Vec<String>,
    headers: &'a [(String, String)],
    body: String,
}

impl Courier {
    /// Whether nothing new is to begin.
    pub(super) fn stopped(&self) -> bool {
        *self.closing.borrow()
    }

    /// Takes a genuine delivery along its course.
    pub(super) async fn genuine(&self, errand: &mut Errand<'_>, course: Course) {
        if let Some(ms) = course.gives_up_after_ms {
            let patience = Patience::GivesUpAfter(Duration::from_millis(ms));
            self.once(errand, patience).await;
        }
        if course.loses_ack && !self.stopped() {
            self.once(errand, Patience::LosesAnswer).await;
        }
        if course.copies != Copies(1) && !self.stopped() {
            self.at_once(errand, course.copies).await;
            let attempts = &errand.delivery.attempts;
            if errand.delivery.any_ok() {
                return;
            }
            if let Some(last) = attempts.last().map(|attempt| attempt.outcome)
                && attempts.iter().all(|attempt| matches!(attempt.outcome, Outcome::Fail(FailReason::Refused(_))))
            {
                return self.give_up(errand, last);
            }
        }
        self.until_settled(errand).await;
    }

    /// Fires a forgery, made anew for each attempt, so that waiting adds nothing to what is bad about it. It is tried again
    /// only when the target was busy (429, 503) or could not be reached: another answer is its answer.
    pub(super) async fn forged(
        &self,
        delivery: &mut Delivery,
        make: impl Fn() -> Option<Postback>,
        private: &Private<'_>,
    ) {
        for made in 1..=self.plan.attempts {
            let Some(postback) = make() else { break };
            let parcel = Parcel::Postback(postback);
            let mut errand = Errand { delivery: &mut *delivery, parcel, private, accepted: Vec::new() };
            let exchange = self.once(&mut errand, Patience::Full).await;
            let busy = matches!(exchange.outcome, Outcome::Info(InfoReason::Status(429 | 503)))
                || exchange.outcome == Outcome::Fail(FailReason::NotConnected);
            if !busy || !self.wait(made, &exchange, delivery).await {
                break;
            }
        }
    }

    /// Copies that leave at the same moment; their answers are recorded as they come.
    async fn at_once(&self, errand: &mut Errand<'_>, copies: Copies) {
        let mut under_way = tokio::task::JoinSet::new();
        for _ in 0..copies.0 {
            let (site, parcel) = (Arc::clone(&self.site), errand.parcel.clone());
            under_way.spawn(async move { exchange(&site, &parcel, Patience::Full).await });
        }
        while let Some(Ok((exchange, token))) = under_way.join_next().await {
            self.time(errand, &exchange);
            self.record(errand, &exchange, token.as_ref());
        }
    }

    /// Takes the time of an attempt. One that was cut short says nothing about the target, and is not timed.
    fn time(&self, errand: &Errand<'_>, exchange: &Exchange) {
        if let Some(stopwatch) = &self.stopwatch {
            stopwatch.note(errand.delivery, exchange);
        }
    }

    /// Tries until the far side has taken or refused the delivery, or the attempts are used up. A repeat after the rest of
    /// the run is sent this way too.
    pub(super) async fn until_settled(&self, errand: &mut Errand<'_>) {
        let mut made = 0;
        while !self.stopped() {
            made += 1;
            let exchange = self.once(errand, Patience::Full).await;
            if exchange.outcome.is_ok() {
                return;
            }
            if !self.wait(made, &exchange, errand.delivery).await {
                return self.give_up(errand, exchange.outcome);
            }
        }
    }

    /// Waits as the policy says; false when there is nothing to wait for.
    async fn wait(&self, made: u32, exchange: &Exchange, delivery: &Delivery) -> bool {
        let asked =
            exchange.answer.as_ref().and_then(|answer| retry_after(answer.retry_after.as_deref()?, clock::now()));
        let key = delivery.sent.key;
        let jitter = Mixer::new(self.seed).word(key.journey).word(u64::from(key.slot)).word(u64::from(made)).unit();
        match next(&self.plan, made, exchange.outcome, asked, jitter) {
            Next::Again(_) if self.reception.is_hopeless() => false,
            Next::Done | Next::GiveUp => false,
            Next::Again(wait) => {
                let mut closing = self.closing.clone();
                tokio::select! {
                    () = tokio::time::sleep(wait) => true,
                    _ = closing.wait_for(|closing| *closing) => false,
                }
            }
        }
    }

    async fn once(&self, errand: &mut Errand<'_>, patience: Patience) -> Exchange {
        let started = tokio::time::Instant::now();
        let (exchange, token) = tokio::select! {
            answered = exchange(&self.site, &errand.parcel, patience) => answered,
            () = stopped(self.stop.clone(), GRACE) => {
                let cut = Exchange { outcome: InfoReason::Timeout.into(), took: started.elapsed(), answer: None };
                self.record(errand, &cut, None);
                return cut;
            }
        };
        self.time(errand, &exchange);
        self.record(errand, &exchange, token.as_ref());
        exchange
    }

    fn record(&self, errand: &mut Errand<'_>, exchange: &Exchange, token: Option<&Token>) {
        let Errand { delivery, private, accepted, .. } = errand;
        if let (true, Some(answer)) = (exchange.outcome.is_ok(), &exchange.answer) {
            accepted.push(answer.clone());
        }
        delivery.attempts.push(Attempt { outcome: exchange.outcome, took: exchange.took });
        (self.watch)(&RunEvent::Attempted(exchange.outcome));
        if exchange.outcome.is_ok() && delivery.purpose == Purpose::Genuine {
            self.reception.accepted.store(true, Ordering::Relaxed);
        }
        let redactor = self.site.redactor.clone().and(private.ip.clone()).and(private.user_agent);
        let redactor = private.session.iter().cloned().fold(redactor, Redactor::and);
        let redactor = redactor.and(token.map_or("", Token::expose));
        self.log.add(&LogLine {
            at: clock::now().to_string(),
            event_id: &delivery.sent.event_id,
            purpose: purpose(delivery.purpose),
            attempt: delivery.attempts.len(),
            outcome: exchange.outcome.word(),
            detail: exchange.outcome.to_string(),
            status: exchange.answer.as_ref().map(|answer| answer.status).or(exchange.outcome.status()),
            took_ms: exchange.took.as_secs_f64() * 1000.0,
            answer: exchange
                .answer
                .as_ref()
                .filter(|_| !exchange.outcome.is_ok())
                .map(|answer| redactor.excerpt(&answer.body)),
        });
    }

    /// Puts a postback that will not be tried again into the DLQ, unless an earlier attempt was accepted,
    /// or a 409 says that an earlier one may have been. A step has no DLQ: a player who got nowhere goes away.
    fn give_up(&self, errand: &mut Errand<'_>, last: Outcome) {
        let Errand { delivery, parcel, private, .. } = errand;
        let known = last == Outcome::Info(InfoReason::Status(409))
            && delivery.attempts.iter().filter(|a| a.outcome.is_info()).count() > 1;
        if delivery.any_ok() || known {
            return;
        }
        self.reception.given_up.fetch_add(1, Ordering::Relaxed);
        let Parcel::Postback(postback) = parcel else { return };
        delivery.dead_lettered = true;
        let body = String::from_utf8_lossy(&postback.body).replace(&private.ip, "…").replace(private.user_agent, "…");
        self.dlq.add(&DeadLetter {
            event_id: &delivery.sent.event_id,
            click_id: &delivery.sent.click_id,
            event: delivery.sent.kind().name(),
            reason: last.to_string(),
            history: delivery.attempts.iter().map(|attempt| attempt.outcome.to_string()).collect(),
            headers: &postback.headers,
            body,
        });
    }
}

/// Ends so long after the run was cut short.
pub(super) async fn stopped(mut stop: watch::Receiver<bool>, grace: Duration) {
    // A sender that has gone away means that nobody will ever stop the run; then this waits for ever.
    if stop.wait_for(|stopped| *stopped).await.is_err() {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(grace).await;
}

/// One attempt: a step as it is, a postback with a token, and where the scheme signs the time a signature, made for it,
/// which no log may show.
async fn exchange(site: &Site, parcel: &Parcel, patience: Patience) -> (Exchange, Option<Token>) {
    let postback = match parcel {
        Parcel::Step(form) => return (site.client.step(form, patience).await, None),
        Parcel::Postback(postback) => postback,
    };
    let now = clock::now();
    // The bearer gave a token once when the site was opened, so it gives one now.
    let token = site.dialect.token(postback.token, now).ok().flatten();
    let postback = site.dialect.for_attempt(postback, now);
    let profile = site.dialect.profile;
    let outgoing = Outgoing { url: &site.url, profile, postback: &postback, token: token.as_ref() };
    (site.client.post(outgoing, patience).await, token)
}

fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Genuine => "genuine",
        Purpose::Forged(cause) | Purpose::Conflicting(cause) | Purpose::Open(cause) | Purpose::Untold(cause) => cause,
    }
}
