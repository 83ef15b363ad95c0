//! The vocabulary of postproof: ids, money, events, attempts, credits and verdicts.
//! Everything here is a value; nothing here decides, reads or sends.

mod attempt;
mod check;
mod credit;
mod currency;
mod delivery;
mod event;
mod fault;
mod flat;
mod id;
mod label;
mod mix;
mod money;
mod printable;
mod record;
mod road;
mod secret;
mod tag;
mod verdict;

pub use attempt::{Attempt, FailReason, InfoReason, Outcome};
pub use check::Check;
pub use credit::{BookedAmount, Credit, CreditRow};
pub use currency::{Currency, UnknownCurrency};
pub use delivery::{Cause, Delivery, OwedBrand, Purpose, Sent};
pub use event::{Detail, Event, EventKind, Player};
pub use fault::FaultKind;
pub(crate) use flat::{NextKey, flat_members};
pub use id::{EventKey, Ids};
pub use label::Label;
pub use mix::Mixer;
pub use money::{Amount, AmountError, Money};
pub use printable::printable;
pub use record::{NoRecord, Record, Stance};
pub use road::Road;
pub use secret::Secret;
pub use tag::{RunTag, TagError};
pub use verdict::Verdict;
