//! Two other affiliate networks, which the operator works with beside the stack's own tracker.
//!
//! Each has click links, a postback address in its own dialect, and a list of what it counted. `volta` counts a
//! click's transactions (as Voluum does), `keystone` moves a conversion from state to state (as Keitaro does): two
//! answers to what a second postback means (domain.md §1a). `house` is what they share, `doors` where they are found,
//! `conversions` and `clicks` what they keep.

mod clicks;
mod conversions;
mod doors;
mod house;
mod keystone;
mod tables;
mod volta;

pub(crate) use house::Networks;
