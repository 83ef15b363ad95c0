//! Monitoring: what the rooms tell about their work, and what is made of it.
//!
//! A room calls [`Monitor`], which counts and returns; nothing here can hold a room up. From the counts come
//!
//! | part | what it makes |
//! |---|---|
//! | `exposition` | `GET /metrics`, the text format of Prometheus |
//! | `alerts` | rules over the last minutes, and a webhook when one begins or ends to hold |
//! | `log` | one JSON line an event, without anything that tells about a player |
//! | `retention` | the job that removes what has been kept for long enough |
//!
//! `counts`, `distribution`, `hours` and `books` hold the figures, `cause` the labels that refusals are counted under,
//! `settings` and `span` what all of it is configured with, `doors` the three pages.

pub(crate) mod alerts;
mod books;
mod cause;
mod counts;
mod distribution;
pub(crate) mod doors;
mod exposition;
mod hours;
pub(crate) mod log;
mod monitor;
pub(crate) mod retention;
mod settings;
mod span;

pub(crate) use books::BookTotals;
pub use monitor::StartFailed;
use monitor::Told;
pub(crate) use monitor::{Accepted, Attempted, Monitor};
pub use settings::{RawAlert, RawLog, RawMonitoring, RawRetention, Settings, SettingsError};
