//! The operator's settings: networks, retries, how long a visit is remembered.
//!
//! `raw` mirrors the file, `checked` and `network` hold what came through the checks, `problem` says what did not.

mod checked;
mod network;
mod problem;
mod raw;

pub use checked::Settings;
pub(super) use network::{Dialect, Network, Signed, Templated, TokenTerms};
pub use problem::SettingsError;
pub use raw::{RawNetwork, RawRetry, RawSettings, RawSigned, RawTemplate};
