//! The rooms' end of the log: takes a line if there is room for it, and never waits.

use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::file::LogFile;
use super::line::Line;
use super::sink::{Sink, StandardError};
use super::writer::{self, Losses, Message};
use crate::monitoring::settings::LogTo;

/// Lines that may wait for the thread that writes: a fifth of a second at forty thousand a second, two megabytes.
const QUEUE: usize = 8192;

/// A way to the log. Without one, lines go nowhere and cost nothing.
pub(crate) struct Log {
    lines: Option<SyncSender<Message>>,
    losses: Arc<Losses>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// The log was stopped, or is too busy to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the log is stopped or busy; ask again later")]
pub(crate) struct Stopped;

impl Log {
    /// A log that keeps nothing.
    pub(crate) fn off() -> Self {
        Self { lines: None, losses: Arc::default(), thread: Mutex::default() }
    }

    /// Opens the log where the settings say.
    pub(crate) fn open(to: &LogTo) -> io::Result<Self> {
        match to {
            LogTo::Off => Ok(Self::off()),
            LogTo::StandardError => Self::start(Box::new(StandardError)),
            LogTo::File(place) => Self::start(Box::new(LogFile::open(place.clone())?)),
        }
    }

    fn start(sink: Box<dyn Sink>) -> io::Result<Self> {
        let (lines, waiting) = sync_channel(QUEUE);
        let losses = Arc::<Losses>::default();
        let counted = Arc::clone(&losses);
        let run = move || writer::run(sink, &waiting, &counted);
        let thread = thread::Builder::new().name("log".to_owned()).spawn(run)?;
        Ok(Self { lines: Some(lines), losses, thread: Mutex::new(Some(thread)) })
    }

    /// Whether anybody wants lines.
    pub(crate) fn is_on(&self) -> bool {
        self.lines.is_some()
    }

    /// Writes the line that `line` makes, unless nobody wants one. A line for which there is no room is counted.
    pub(crate) fn write(&self, line: impl FnOnce() -> Line) {
        let Some(lines) = &self.lines else {
            return;
        };
        if lines.try_send(Message::Line(line())).is_err() {
            self.losses.dropped.fetch_add(1, Relaxed);
        }
    }

    /// Removes lines from before `before` in one file, and says how many; nought when there are none left.
    pub(crate) async fn delete_older(&self, before: Timestamp) -> io::Result<u64> {
        let Some(lines) = &self.lines else {
            return Ok(0);
        };
        let (answer, answered) = oneshot::channel();
        let gone = || io::Error::other(Stopped);
        lines.try_send(Message::Remove(before, answer)).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }

    /// How many lines there was no room for.
    pub(crate) fn dropped(&self) -> u64 {
        self.losses.dropped.load(Relaxed)
    }

    /// How many lines could not be written.
    pub(crate) fn failed(&self) -> u64 {
        self.losses.failed.load(Relaxed)
    }

    /// Writes what waits and ends the thread. Lines that come later are counted as dropped. It blocks until the last
    /// line is written, so it belongs at the end of a process, or on a thread of its own.
    pub(crate) fn close(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(lines), Some(thread)) = (&self.lines, thread) {
            // Either fails only when the thread has ended already.
            let _ = lines.send(Message::Stop);
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;
    use crate::monitoring::log::file::Place;
    use crate::monitoring::log::{EventId, Outcome, Room};

    /// A sink that takes a line for each permit, tells of it, and fails at the word.
    struct Slow {
        permits: Receiver<bool>,
        written: Sender<()>,
    }

    impl Sink for Slow {
        fn write(&mut self, _line: &[u8]) -> io::Result<()> {
            // Without a permit the other end has gone, and there is nothing more to wait for.
            let taken = self.permits.recv().unwrap_or(true);
            let _ = self.written.send(());
            if taken { Ok(()) } else { Err(io::Error::other("full")) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }

        fn delete_older(&mut self, _before: Timestamp) -> io::Result<u64> {
            Ok(7)
        }
    }

    fn line(number: usize) -> Line {
        let event_id = Some(EventId::of(&number.to_string()));
        Line { event_id, ..Line::new(Timestamp::UNIX_EPOCH, Room::Tracker, Outcome::Accepted) }
    }

    #[test]
    fn what_the_queue_cannot_hold_is_dropped_and_counted() {
        let (permits, wait) = channel();
        let (written, told) = channel();
        let log = Log::start(Box::new(Slow { permits: wait, written })).expect("a thread");
        // The thread takes at most one line off the queue while it has no permit.
        for number in 0..QUEUE + 100 {
            log.write(|| line(number));
        }
        assert!((99..=100).contains(&log.dropped()), "{}", log.dropped());
        permits.send(false).expect("the thread runs");
        drop(permits);
        log.close();
        assert_eq!(told.iter().count() as u64 + log.dropped(), QUEUE as u64 + 100, "every line is accounted for");
        assert_eq!(log.failed(), 1);
        log.write(|| line(0));
        assert!((100..=101).contains(&log.dropped()), "a stopped log takes nothing");
    }

    #[tokio::test]
    async fn a_file_holds_every_line_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("stack.log");
        let place = Place { path: path.clone(), max_bytes: 1 << 20, keep: 3 };
        let log = Log::open(&LogTo::File(place)).expect("a log");
        for number in 0..100 {
            log.write(|| line(number));
        }
        log.close();
        let text = std::fs::read_to_string(&path).expect("the log");
        let ids: Vec<_> = text
            .lines()
            .map(|line| {
                let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
                value["event_id"].as_str().map(str::to_owned)
            })
            .collect();
        assert_eq!(ids, (0..100).map(|number| Some(number.to_string())).collect::<Vec<_>>());
        assert!(log.delete_older(Timestamp::UNIX_EPOCH).await.is_err(), "a stopped log says so");
        assert!(Log::open(&LogTo::File(Place { path: folder.path().into(), max_bytes: 1, keep: 0 })).is_err());
    }

    #[tokio::test]
    async fn no_log_makes_no_lines() {
        let log = Log::off();
        log.write(|| panic!("nobody wants a line"));
        assert_eq!(log.delete_older(Timestamp::UNIX_EPOCH).await.expect("nothing to do"), 0);
        log.close();
        assert_eq!((log.dropped(), log.failed()), (0, 0));
    }
}
