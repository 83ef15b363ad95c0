//! How many connections are kept, and how long each may take.

use std::time::Duration;

/// Bounds on the connections of one listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Most connections at a time; at least 1.
    pub most: usize,
    /// Most connections from one address at a time; no bound of their own when absent.
    pub per_address: Option<usize>,
    /// How long a request's head may take, and how long an idle connection is kept.
    pub head: Duration,
}

impl Default for Limits {
    /// Below the usual limit of open files, and with time for a slow line; behind a proxy every sender has its address.
    fn default() -> Self {
        Self { most: 8192, per_address: None, head: Duration::from_secs(30) }
    }
}
