//! One network's queue: what is due goes out, so many at a time, until it is told to stop.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, watch};
use tokio::task::{self, JoinSet};
use tokio::time;

use super::super::postback::Speaker;
use super::super::reply;
use super::super::retry::Retry;
use super::super::rules::Rules;
use super::super::settings::Network;
use super::super::store::outbox::{self, Fate, Owed, Tried, Waiting};
use super::fate::{self, Ending, Standing};
use super::post::Post;
use super::witness::Witness;
use crate::clock::{self, Clock};
use crate::database::Writer;
use crate::monitoring::Monitor;

/// Postbacks read from the outbox at a time; bounds what a lane holds in memory.
const READ: usize = 64;

/// How long to wait when nothing says that there is anything to do. A look at the store costs little, and a lost
/// wake-up then costs no more than this.
const IDLE: Duration = Duration::from_secs(5);

/// The shortest real pause between two attempts by a clock that is faster than real time.
const LEAST_PAUSE: Duration = Duration::from_millis(20);

/// How long to wait for a store that did not answer.
const STORE_PAUSE: Duration = Duration::from_millis(500);

/// How long attempts that are under way may take to finish at the end.
const DRAIN: Duration = Duration::from_secs(2);

/// What the attempts of a lane share.
pub(super) struct Lane {
    pub(super) network: Network,
    pub(super) retry: Retry,
    pub(super) rules: Rules,
    pub(super) speaker: Arc<Speaker>,
    pub(super) post: Post,
    pub(super) writer: Writer,
    pub(super) monitor: Monitor,
}

/// What a lane holds in memory.
#[derive(Default)]
struct Hand {
    /// Read and not yet under way.
    ready: VecDeque<Owed>,
    /// Rows that are in `ready` or under way, which the store still calls due.
    held: HashSet<i64>,
    /// Attempts under way.
    flying: JoinSet<()>,
    /// Their rows.
    rows: HashMap<task::Id, i64>,
}

impl Lane {
    /// Sends until `stop` changes, then lets what is under way finish.
    pub(super) async fn run(self: Arc<Self>, wake: Arc<Notify>, mut stop: watch::Receiver<bool>) {
        let mut hand = Hand::default();
        while !*stop.borrow() {
            let pause = self.fill(&mut hand).await;
            while hand.flying.len() < self.network.concurrency
                && let Some(owed) = hand.ready.pop_front()
            {
                let row = owed.row;
                let attempt = hand.flying.spawn(Arc::clone(&self).attempt(owed));
                hand.rows.insert(attempt.id(), row);
            }
            tokio::select! {
                _ = stop.changed() => break,
                Some(done) = hand.flying.join_next_with_id() => hand.let_go(done),
                () = wake.notified(), if hand.ready.is_empty() => {}
                () = time::sleep(pause), if hand.ready.is_empty() => {}
            }
        }
        let finish = async { while hand.flying.join_next().await.is_some() {} };
        // What did not finish is pending in the store, and is sent again by the next process.
        let _ = time::timeout(DRAIN, finish).await;
    }

    /// Reads what is due when nothing is at hand, and says how long nothing else will be.
    async fn fill(&self, hand: &mut Hand) -> Duration {
        if !hand.ready.is_empty() || hand.flying.len() >= self.network.concurrency {
            return IDLE;
        }
        let (name, now) = (self.network.name.clone(), self.clock().now().as_millisecond());
        let most = READ + hand.held.len();
        let waiting = self.writer.run(move |transaction| outbox::waiting(transaction, &name, now, most)).await;
        let Ok(Waiting { due, next }) = waiting else { return STORE_PAUSE };
        for owed in due {
            if hand.held.insert(owed.row) {
                hand.ready.push_back(owed);
            }
        }
        let until = next.and_then(|next| u64::try_from(next - now).ok()).map(Duration::from_millis);
        until.map_or(IDLE, |until| self.clock().real(until).clamp(Duration::from_millis(1), IDLE))
    }

    /// The same fate, with a pause of some real length: what a retry waits out is a machine, which no clock makes faster.
    fn waiting_in_earnest(&self, fate: Fate, now: Timestamp) -> Fate {
        let clock = self.clock();
        match fate {
            Fate::Again { due, doubtful } if clock.speed() > 1.0 => {
                let least = i64::try_from(clock.passing(LEAST_PAUSE).as_millis()).unwrap_or(i64::MAX);
                Fate::Again { due: due.max(now.as_millisecond().saturating_add(least)), doubtful }
            }
            fate => fate,
        }
    }

    fn clock(&self) -> Clock {
        self.monitor.clock()
    }

    /// One attempt, from the message to the line in the store.
    async fn attempt(self: Arc<Self>, owed: Owed) {
        let Owed { row, failed, doubtful, event } = owed;
        // What goes out carries a token of the real time, and dates that come back are real ones.
        let (begun, real) = (self.clock().now(), clock::wall());
        let mut witness = Witness::begin(&self.monitor, &event.event_id, failed);
        let (ending, outcome) = match self.speaker.message(&self.network, event, real) {
            Ok(message) => match self.post.send(message, real).await {
                Ok(reply) => {
                    witness.answered(reply.status);
                    let verdict = reply::judge(&self.network, &reply, self.rules);
                    (Ending::Answered(verdict), format!("status {}", reply.status))
                }
                Err(silence) => (silence.ending(), silence.name().to_owned()),
            },
            Err(_) => (Ending::Unsent, "could not be written".to_owned()),
        };
        let now = self.clock().now();
        let standing = Standing { failed, doubtful, now, draw: draw() };
        let fate = fate::decide(ending, standing, &self.retry, self.rules);
        let fate = self.waiting_in_earnest(fate, now);
        witness.tell(&self.monitor, &fate);
        self.settle(row, now.as_second(), Tried { at: begun.to_string(), outcome }, fate).await;
    }

    /// Writes the fate down. Where the store cannot, the postback stays due, and is sent again after a pause: twice is
    /// better than never, and the network knows its event id.
    async fn settle(&self, row: i64, now: i64, tried: Tried, fate: Fate) {
        if self.writer.run(move |transaction| outbox::settle(transaction, row, now, tried, &fate)).await.is_err() {
            time::sleep(STORE_PAUSE).await;
        }
    }
}

impl Hand {
    fn let_go(&mut self, done: Result<(task::Id, ()), task::JoinError>) {
        let id = done.map_or_else(|error| error.id(), |(id, ())| id);
        if let Some(row) = self.rows.remove(&id) {
            self.held.remove(&row);
        }
    }
}

impl super::post::Silence {
    fn ending(self) -> Ending {
        match self {
            Self::Unreachable => Ending::Unsent,
            Self::Timeout | Self::Broken => Ending::Unanswered,
        }
    }
}

/// A random number for the jitter. Without randomness everybody waits for half the bound, which is still a backoff.
fn draw() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_or(u64::MAX / 2, |()| u64::from_le_bytes(bytes))
}
