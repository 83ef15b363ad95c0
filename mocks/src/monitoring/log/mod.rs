//! Structured logs: one JSON object a line, to a file, to standard error or nowhere.
//!
//! `line` holds what a line can say, which is nothing about a player; `handle` is the rooms' end, which never waits;
//! `writer` is the thread at the other end; `sink` and `file` are where lines go.

mod file;
mod handle;
mod line;
mod sink;
mod writer;

pub(crate) use file::Place;
pub(crate) use handle::Log;
pub(crate) use line::{EventId, Line, Outcome, Room};
