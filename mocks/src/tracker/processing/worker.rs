//! The workers: take what waits, sort it by the events' own instants, and book it together.
//!
//! A booking that fails is tried again after a wait that doubles, and goes to the DLQ when its attempts are used up.
//! As long as it is neither booked nor in the DLQ it stays in the queue, on disk as in memory.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinHandle;
use tokio::time;

use super::backoff;
use super::queue::{Entry, Queue};
use super::witness::{self, Pending};
use crate::answer::Refusal;
use crate::monitoring::Monitor;
use crate::tracker::booking;
use crate::tracker::books::valuation::Books;
use crate::tracker::rules::Rules;
use crate::tracker::schema::Postback;
use crate::tracker::store::{Booking, DeadLetter, Loss, Store, Waiting};

/// Tasks that book. The store does one thing at a time; a second worker prepares while the first one waits for it.
const WORKERS: usize = 2;

/// Most postbacks of one booking: as many as the store commits together.
const BATCH: usize = 256;

/// Rows that are read at once after a start.
const PAGE: u16 = 1024;

/// What the books answer while they are closed.
const BOOKS_CLOSED: &str = "books_closed";

/// A row of the queue that cannot be read back.
const UNREADABLE: &str = "postback_unreadable";

/// The workers of one tracker.
pub(in crate::tracker) struct Workers {
    shared: Arc<Shared>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

/// What the workers share.
struct Shared {
    store: Store,
    queue: Arc<Queue>,
    rules: Rules,
    books: Books,
    monitor: Monitor,
    /// Closed books are an outage that can be called for.
    open: AtomicBool,
    /// Bookings so far; only counted for the rules that lose some.
    counted: AtomicU32,
}

impl Workers {
    /// Workers that have not begun.
    pub(in crate::tracker) fn new(
        store: Store,
        queue: Arc<Queue>,
        rules: Rules,
        books: Books,
        monitor: Monitor,
    ) -> Self {
        let (open, counted) = (AtomicBool::new(true), AtomicU32::new(0));
        let shared = Shared { store, queue, rules, books, monitor, open, counted };
        Self { shared: Arc::new(shared), tasks: Mutex::default() }
    }

    /// Takes up what an earlier process left in the queue, then begins.
    pub(in crate::tracker) async fn start(&self) -> Result<(), Refusal> {
        let mut after = 0;
        loop {
            let left = self.shared.store.waiting(after, PAGE).await?;
            let Some(last) = left.last() else { break };
            after = last.seq;
            for waiting in left {
                self.shared.queue.reserve_beyond().fill_from_row(waiting);
            }
        }
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.extend((0..WORKERS).map(|_| tokio::spawn(work(Arc::clone(&self.shared)))));
        Ok(())
    }

    /// Opens or closes the books.
    pub(super) fn set_open(&self, open: bool) {
        self.shared.open.store(open, Ordering::Release);
    }

    /// Whether the books are open.
    pub(super) fn is_open(&self) -> bool {
        self.shared.open.load(Ordering::Acquire)
    }

    /// Ends. What is not booked stays in the queue on disk.
    pub(in crate::tracker) fn stop(&self) {
        for task in self.tasks.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            task.abort();
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn work(shared: Arc<Shared>) {
    loop {
        let entries = shared.queue.take(BATCH).await;
        shared.process(entries).await;
    }
}

impl Shared {
    async fn process(self: &Arc<Self>, entries: Vec<Entry>) {
        if !self.open.load(Ordering::Acquire) {
            return self.again(entries, BOOKS_CLOSED).await;
        }
        let now = self.monitor.clock().now().as_millisecond();
        let (mut bookings, mut unreadable) = (Vec::with_capacity(entries.len()), Vec::new());
        let mut sound = Vec::with_capacity(entries.len());
        for mut entry in entries {
            if let Some(booking) = self.booking(&mut entry, now) {
                bookings.push(booking);
                sound.push(entry);
            } else {
                entry.history.push(UNREADABLE);
                unreadable.push(entry);
            }
        }
        self.give_up(unreadable).await;
        // The order of arrival says nothing about the order of the events (seed 003 §6).
        bookings.sort_by_key(|booking| (booking.at, booking.seq));
        let pending = Pending::of(&bookings, &self.monitor);
        match self.store.book(bookings).await {
            Ok(()) => pending.booked(&self.monitor),
            Err(refusal) => self.again(sound, refusal.code()).await,
        }
    }

    /// What to book for an entry; nothing if its row holds no postback.
    fn booking(&self, entry: &mut Entry, now: i64) -> Option<Booking> {
        let read = |row: &Waiting| serde_json::from_str(&row.postback).ok();
        let postback: Postback = entry.postback.take().or_else(|| read(&entry.waiting))?;
        let mut booking = booking::of(&entry.waiting, postback, self.rules, &self.books, now);
        booking.replaces = entry.replaces;
        booking.loss = self.loss();
        Some(booking)
    }

    fn loss(&self) -> Loss {
        let Some(every) = self.rules.loss.or(self.rules.dropped) else {
            return Loss::Kept;
        };
        let counted = self.counted.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        if counted % every == 0 { Loss::Lost } else { Loss::Kept }
    }

    /// Another attempt later for those that have one left, the DLQ for the others.
    async fn again(self: &Arc<Self>, entries: Vec<Entry>, code: &'static str) {
        let (mut later, mut done) = (Vec::new(), Vec::new());
        for mut entry in entries {
            // Where even the DLQ could not be written, the history is complete already.
            if entry.history.len() < backoff::ATTEMPTS {
                entry.history.push(code);
            }
            if entry.history.len() < backoff::ATTEMPTS { later.push(entry) } else { done.push(entry) }
        }
        self.give_up(done).await;
        self.monitor.bookings_again(later.len() as u64);
        let Some(attempts) = later.iter().map(|entry| entry.history.len()).max() else { return };
        let queue = Arc::clone(&self.queue);
        // Bounded by the queue: each of these tasks holds entries that keep their places.
        tokio::spawn(async move {
            time::sleep(backoff::wait(attempts)).await;
            queue.put_back(later);
        });
    }

    /// Moves entries to the DLQ. Where even that fails they stay in the queue for a later attempt.
    async fn give_up(self: &Arc<Self>, entries: Vec<Entry>) {
        if entries.is_empty() {
            return;
        }
        let buried = self.monitor.clock().now().as_millisecond();
        let letters = entries.iter().map(|entry| DeadLetter {
            waiting: entry.waiting.clone(),
            reason: entry.history.last().copied().unwrap_or_default().to_owned(),
            history: serde_json::Value::from(entry.history.as_slice()).to_string(),
            buried,
        });
        if let Ok(buried) = self.store.bury(letters.collect()).await {
            witness::given_up(&entries, buried, &self.monitor);
            return;
        }
        let queue = Arc::clone(&self.queue);
        tokio::spawn(async move {
            time::sleep(backoff::wait(backoff::ATTEMPTS)).await;
            queue.put_back(entries);
        });
    }
}

impl std::fmt::Debug for Workers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workers").finish_non_exhaustive()
    }
}
