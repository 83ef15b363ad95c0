//! A bounded queue of buffers between a thread that must not wait and a disk that may be slow. Both ends learn when the
//! other has given up.

use std::collections::VecDeque;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The queue.
#[derive(Debug)]
pub(super) struct Buffers {
    state: Mutex<State>,
    changed: Condvar,
    most: usize,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Vec<u8>>,
    /// Bytes that were put in and are not written yet.
    unwritten: u64,
    /// No more will be put in.
    closed: bool,
    /// How the writing end ended.
    ended: Option<io::Result<()>>,
}

/// The writing end takes nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Closed;

impl Buffers {
    /// A queue of at most so many buffers.
    pub(super) fn new(most: usize) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), most }
    }

    /// Puts a buffer in, waiting no longer than that for room; tells how long it waited. A writing end that makes no room in
    /// that time counts as broken.
    pub(super) fn put(&self, buffer: Vec<u8>, patience: Duration) -> Result<Duration, Closed> {
        let mut state = self.lock();
        let mut waited = Duration::ZERO;
        if state.waiting.len() >= self.most && state.ended.is_none() {
            let began = Instant::now();
            let full = |state: &mut State| state.waiting.len() >= self.most && state.ended.is_none();
            let woken = self.changed.wait_timeout_while(state, patience, full);
            let (again, timeout) = woken.unwrap_or_else(PoisonError::into_inner);
            state = again;
            waited = began.elapsed();
            if timeout.timed_out() {
                state.ended = Some(Err(stuck()));
            }
        }
        if state.ended.is_some() {
            return Err(Closed);
        }
        state.unwritten += buffer.len() as u64;
        state.waiting.push_back(buffer);
        drop(state);
        self.changed.notify_all();
        Ok(waited)
    }

    /// Takes the next buffer, waiting for it; `None` when no more will come.
    pub(super) fn take(&self) -> Option<Vec<u8>> {
        let idle = |state: &mut State| state.waiting.is_empty() && !state.closed && state.ended.is_none();
        let mut state = self.changed.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        let buffer = if state.ended.is_some() { None } else { state.waiting.pop_front() };
        drop(state);
        self.changed.notify_all();
        buffer
    }

    /// Says that so many bytes are written.
    pub(super) fn done(&self, bytes: usize) {
        let mut state = self.lock();
        state.unwritten = state.unwritten.saturating_sub(bytes as u64);
    }

    /// Says how the writing end ended; the first word stands.
    pub(super) fn end(&self, ended: io::Result<()>) {
        self.lock().ended.get_or_insert(ended);
        self.changed.notify_all();
    }

    /// Says that no more will be put in.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Whether the writing end has failed.
    pub(super) fn has_failed(&self) -> bool {
        matches!(self.lock().ended, Some(Err(_)))
    }

    /// Waits until everything is written; otherwise tells why not, and how many bytes are not.
    pub(super) fn drained(&self, deadline: Instant) -> Result<(), (io::Error, u64)> {
        let patience = deadline.saturating_duration_since(Instant::now());
        let woken = self.changed.wait_timeout_while(self.lock(), patience, |state| state.ended.is_none());
        let (mut state, _) = woken.unwrap_or_else(PoisonError::into_inner);
        let unwritten = state.unwritten;
        // What is put back keeps the writing end from going on behind a gap.
        match state.ended.replace(Err(stuck())) {
            Some(Ok(())) if unwritten == 0 => Ok(()),
            Some(Err(error)) => Err((error, unwritten)),
            Some(Ok(())) | None => Err((stuck(), unwritten)),
        }
    }

    /// A panic of the other end leaves numbers and buffers, which are sound at every step.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stuck() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the disk does not answer")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(20);

    #[test]
    fn what_is_put_in_comes_out_in_order() {
        let buffers = Buffers::new(4);
        for n in 0..3 {
            assert_eq!(buffers.put(vec![n; 5], SOON), Ok(Duration::ZERO));
        }
        buffers.close();
        for n in 0..3 {
            assert_eq!(buffers.take(), Some(vec![n; 5]));
            buffers.done(5);
        }
        assert_eq!(buffers.take(), None);
        buffers.end(Ok(()));
        assert!(buffers.drained(Instant::now()).is_ok());
    }

    #[test]
    fn a_writing_end_that_hangs_is_given_up() {
        let buffers = Buffers::new(1);
        assert_eq!(buffers.put(vec![1; 24], SOON), Ok(Duration::ZERO));
        assert_eq!(buffers.put(vec![2; 24], SOON), Err(Closed));
        assert!(buffers.has_failed());
        let (error, left) = buffers.drained(Instant::now()).unwrap_err();
        assert_eq!((error.kind(), left), (io::ErrorKind::TimedOut, 24));
        assert_eq!(buffers.take(), None, "a disk that comes back late writes nothing behind a gap");
    }

    #[test]
    fn room_is_waited_for() {
        let buffers = Buffers::new(1);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while let Some(buffer) = buffers.take() {
                    buffers.done(buffer.len());
                }
                buffers.end(Ok(()));
            });
            for n in 0..100 {
                assert!(buffers.put(vec![n; 10], Duration::from_secs(10)).is_ok());
            }
            buffers.close();
            assert!(buffers.drained(Instant::now() + Duration::from_secs(10)).is_ok());
        });
    }
}
