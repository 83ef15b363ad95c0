//! Alert rules: what they measure, when they begin and end to hold, and who is told.
//!
//! `rule` and `measure` say what is looked at, `history` holds the samples of a rule's window, `state` decides when it
//! is told, all of them pure; `watch` looks once a second, `webhook` tells, `board` shows.

mod board;
mod history;
mod measure;
mod notice;
mod rule;
mod state;
mod watch;
mod webhook;

pub(crate) use board::{Board, View};
pub(crate) use measure::Measure;
pub(crate) use rule::Rule;
pub(crate) use watch::Watch;
