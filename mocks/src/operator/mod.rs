//! The operator: where players register and pay, and which tells the networks that sent them.
//!
//! | room | what happens there |
//! |---|---|
//! | `office` | the operator as one thing: start, idempotency, the stop |
//! | `doors` | its endpoints |
//! | `sessions`, `visitor` | which click a visitor came from, from page to page |
//! | `emission` | an event and the postbacks owed for it, in one transaction |
//! | `sender` | postbacks on their way, with retries and dead letters; `retry` and `reply` decide |
//! | `postback` | what a network is told, and how it is signed; `template` for those who take parameters |
//! | `store` | the tables |
//! | `counterpart` | its counts, for whoever compares them with the tracker's |
//! | `retention` | what it lets go of after its time |
//! | `settings`, `rules`, `mistakes`, `parallel` | what it is configured with, the knobs of its defects, and who turns them |
//! | `event`, `money`, `page` | what happens, what is paid, what is shown |
//!
//! It is another company than the tracker: it shares the secrets and none of the code that reads or writes postbacks.

mod counterpart;
mod doors;
mod emission;
mod event;
mod mistakes;
mod money;
mod office;
mod page;
mod parallel;
mod postback;
mod reply;
mod retention;
mod retry;
mod rules;
mod sender;
mod sessions;
mod settings;
mod store;
mod template;
mod visitor;

pub(crate) use doors::peer;
pub use mistakes::{MISTAKES, Mistake};
pub(crate) use office::{Operator, Place};
pub(crate) use page::{Page, escaped};
pub use parallel::{PARALLEL_DEFECTS, PARALLEL_MISTAKES};
pub use rules::Rules;
pub(crate) use sessions::{Arrival, Sessions, Visit};
pub use settings::{RawNetwork, RawRetry, RawSettings, RawSigned, RawTemplate, Settings, SettingsError};
pub use template::TemplateError;
pub(crate) use visitor::COOKIE;

#[cfg(test)]
mod tests;
