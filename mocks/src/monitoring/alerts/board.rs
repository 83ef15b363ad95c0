//! How each rule stands, for `GET /alerts`.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;

/// One rule as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct View {
    /// What it is called.
    pub(crate) alert: String,
    /// What it looks at.
    pub(crate) rule: &'static str,
    /// `quiet`, `pending` or `firing`.
    pub(crate) state: &'static str,
    /// Since when it has held.
    pub(crate) since: Option<Timestamp>,
    /// What was measured last; absent when there was too little to measure.
    pub(crate) value: Option<f64>,
    /// What has to be exceeded.
    pub(crate) threshold: f64,
    /// How far back it looks, in seconds.
    pub(crate) over_s: f64,
}

/// The last look at every rule.
#[derive(Default)]
pub(crate) struct Board(Mutex<Vec<View>>);

impl Board {
    /// Shows these from now on.
    pub(super) fn show(&self, views: Vec<View>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = views;
    }

    /// What is shown.
    pub(crate) fn views(&self) -> Vec<View> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
