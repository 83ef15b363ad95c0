//! The queue in memory: what was accepted and waits to be booked, within a bound.
//!
//! Every entry has its row in the store, so a process that dies loses nothing: the next one reads the rows back. A
//! slot is reserved before a postback is accepted; so a full queue refuses and never drops.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::tracker::schema::Postback;
use crate::tracker::store::Waiting;

/// A bounded queue.
#[derive(Debug)]
pub(in crate::tracker) struct Queue {
    capacity: usize,
    /// Reserved, waiting and under way.
    depth: AtomicUsize,
    ready: Mutex<VecDeque<Entry>>,
    filled: Notify,
}

/// A postback that waits, with what became of earlier attempts to book it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) waiting: Waiting,
    /// The postback itself, as it was accepted; once it was taken, and after a start, its row has to be read.
    pub(super) postback: Option<Postback>,
    /// Whether it takes the place of what its event has in the books.
    pub(super) replaces: bool,
    /// Error codes of failed attempts.
    pub(super) history: Vec<&'static str>,
    /// Frees the place when the entry is gone.
    _slot: Slot,
}

/// A place in the queue, given back when it is dropped.
#[derive(Debug)]
pub(in crate::tracker) struct Slot {
    queue: Arc<Queue>,
}

impl Queue {
    /// An empty queue.
    pub(in crate::tracker) fn new(capacity: usize) -> Arc<Self> {
        let (depth, ready) = (AtomicUsize::new(0), Mutex::default());
        Arc::new(Self { capacity, depth, ready, filled: Notify::new() })
    }

    /// A place, unless the queue is full.
    pub(in crate::tracker) fn reserve(self: &Arc<Self>) -> Option<Slot> {
        let room = |depth: usize| (depth < self.capacity).then_some(depth + 1);
        self.depth.fetch_update(Ordering::AcqRel, Ordering::Acquire, room).ok()?;
        Some(Slot { queue: Arc::clone(self) })
    }

    /// A place for what was accepted by an earlier process, whatever the bound is now.
    pub(super) fn reserve_beyond(self: &Arc<Self>) -> Slot {
        self.depth.fetch_add(1, Ordering::AcqRel);
        Slot { queue: Arc::clone(self) }
    }

    /// How many postbacks are accepted and not booked.
    pub(in crate::tracker) fn depth(&self) -> usize {
        self.depth.load(Ordering::Acquire)
    }

    /// Most postbacks that may wait.
    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Waits for entries and takes at most `limit` of them.
    pub(super) async fn take(&self, limit: usize) -> Vec<Entry> {
        loop {
            let filled = self.filled.notified();
            let taken: Vec<Entry> = {
                let mut ready = self.ready();
                let count = ready.len().min(limit);
                ready.drain(..count).collect()
            };
            if !taken.is_empty() {
                // Several may have been put in under one notice; whoever waits looks for what is left.
                self.filled.notify_one();
                return taken;
            }
            filled.await;
        }
    }

    /// Puts entries back that could not be booked.
    pub(super) fn put_back(&self, entries: Vec<Entry>) {
        self.ready().extend(entries);
        self.filled.notify_one();
    }

    fn ready(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    /// Puts a postback into this place, whose row is `waiting`.
    pub(in crate::tracker) fn fill(self, waiting: Waiting, postback: Postback, replaces: bool) {
        self.put(waiting, Some(postback), replaces);
    }

    /// Puts a postback into this place of which there is only its row.
    pub(in crate::tracker) fn fill_from_row(self, waiting: Waiting) {
        self.put(waiting, None, false);
    }

    fn put(self, waiting: Waiting, postback: Option<Postback>, replaces: bool) {
        let queue = Arc::clone(&self.queue);
        queue.ready().push_back(Entry { waiting, postback, replaces, history: Vec::new(), _slot: self });
        queue.filled.notify_one();
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.queue.depth.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(seq: i64) -> Waiting {
        Waiting { seq, received: 0, postback: String::new() }
    }

    #[tokio::test]
    async fn places_are_bounded_and_given_back() {
        let queue = Queue::new(2);
        let first = queue.reserve().expect("room");
        let second = queue.reserve().expect("room");
        assert!(queue.reserve().is_none(), "it is full");
        drop(second);
        queue.reserve().expect("room again").fill_from_row(waiting(2));
        first.fill_from_row(waiting(1));
        let taken = queue.take(8).await;
        assert_eq!(taken.iter().map(|entry| entry.waiting.seq).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(queue.depth(), 2, "what is under way still takes its place");
        drop(taken);
        assert_eq!(queue.depth(), 0);
    }

    #[tokio::test]
    async fn takers_are_woken_and_bounded() {
        let queue = Queue::new(10);
        let taker = tokio::spawn({
            let queue = Arc::clone(&queue);
            async move { queue.take(2).await.len() }
        });
        tokio::task::yield_now().await;
        for seq in 0..3 {
            queue.reserve_beyond().fill_from_row(waiting(seq));
        }
        let first = taker.await.expect("no panic");
        let mut rest = queue.take(2).await;
        assert_eq!(first + rest.len() + usize::from(first == 1 && rest.len() == 1), 3);
        rest.clear();
    }
}
