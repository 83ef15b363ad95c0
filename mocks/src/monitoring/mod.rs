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
//! `counts`, `distribution`, `hours` and `books` hold the figures, `levels` those that are asked for when somebody
//! looks, `cause` the labels that refusals are counted under, `settings` and `span` what all of it is configured with,
//! `doors` the three pages, `comparison` holds the operator's counts against the tracker's, `shift` what goes on beside the rooms from start to stop.

pub(crate) mod alerts;
mod books;
mod cause;
mod comparison;
mod counts;
mod distribution;
pub(crate) mod doors;
mod exposition;
mod hours;
mod levels;
pub(crate) mod log;
mod monitor;
pub(crate) mod retention;
mod settings;
mod shift;
mod span;

pub(crate) use books::BookTotals;
pub(crate) use cause::Cause;
pub(crate) use comparison::{Counted, Counterpart};
pub(crate) use levels::{Asked, Levels, Oldest, Waited};
pub use monitor::StartFailed;
use monitor::Told;
pub(crate) use monitor::{Accepted, Attempted, Monitor};
pub use settings::{RawAlert, RawLog, RawMonitoring, RawRetention, Settings, SettingsError};
pub(crate) use shift::Shift;
