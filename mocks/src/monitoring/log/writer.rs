//! The thread that writes lines. Whoever sends it one does not wait for it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, TryRecvError};

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::line::Line;
use super::sink::Sink;

/// What the thread is told.
#[expect(clippy::large_enum_variant, reason = "a line in a box would cost whoever writes it an allocation")]
pub(super) enum Message {
    /// To write a line.
    Line(Line),
    /// To remove lines from before an instant, and to say how many.
    Remove(Timestamp, oneshot::Sender<io::Result<u64>>),
    /// To write what waits, and to end.
    Stop,
}

/// What became of lines that were not written.
#[derive(Default)]
pub(super) struct Losses {
    /// Lines for which the queue had no room.
    pub(super) dropped: AtomicU64,
    /// Lines that the sink would not take.
    pub(super) failed: AtomicU64,
}

/// Writes what comes until it is told to stop or nobody is left to tell.
pub(super) fn run(mut sink: Box<dyn Sink>, messages: &Receiver<Message>, losses: &Arc<Losses>) {
    let mut text = Vec::new();
    while let Some(message) = next(sink.as_mut(), messages, losses) {
        match message {
            Message::Line(line) => {
                text.clear();
                line.write(&mut text);
                count(losses, &sink.write(&text));
            }
            Message::Remove(before, answer) => {
                // Whoever asked may have gone; the lines are removed all the same.
                let _ = answer.send(sink.delete_older(before));
            }
            Message::Stop => break,
        }
    }
    count(losses, &sink.flush());
}

/// The next message. Before it waits for one it hands on what was written, so that a quiet log is a complete one.
fn next(sink: &mut dyn Sink, messages: &Receiver<Message>, losses: &Losses) -> Option<Message> {
    match messages.try_recv() {
        Ok(message) => Some(message),
        Err(TryRecvError::Disconnected) => None,
        Err(TryRecvError::Empty) => {
            count(losses, &sink.flush());
            messages.recv().ok()
        }
    }
}

fn count(losses: &Losses, written: &io::Result<()>) {
    if written.is_err() {
        losses.failed.fetch_add(1, Relaxed);
    }
}
