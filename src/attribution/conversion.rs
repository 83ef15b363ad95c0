//! What is true of one player, and of one first deposit: what both methods ought to say, and why one of them cannot.

use jiff::Timestamp;

use super::loss::Loss;
use crate::model::{Label, Money};
use crate::scenario::{Browser, Device};

/// A player, whether or not a deposit is made. What a live run plays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Visitor<'p> {
    /// Their number among the players of the run, from 0; later numbers click later.
    pub player: u64,
    /// When the link is clicked.
    pub clicked: Timestamp,
    /// Whether the click gets anywhere: an ad blocker may stop the click domain.
    pub arrives: bool,
    /// When the player registers, if that is before the end of the run.
    pub registered: Option<Timestamp>,
    /// The first deposit, if it is made before the end of the run.
    pub conversion: Option<Conversion<'p>>,
    /// The brand that is registered with.
    pub brand: &'p Label,
    /// The affiliate whose link is clicked.
    pub affiliate: &'p Label,
    /// The country.
    pub country: &'p Label,
    /// The pages from landing to registration, joined by `>`.
    pub path: &'p Label,
    /// The browser of the click.
    pub browser: Browser,
    /// The device of the click.
    pub device: Device,
}

/// A first deposit, and whether the cookie of its click is still there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conversion<'p> {
    /// The player's number.
    pub player: u64,
    /// When the link was clicked.
    pub clicked: Timestamp,
    /// When the player registered.
    pub registered: Timestamp,
    /// When the deposit was made.
    pub deposited: Timestamp,
    /// What was deposited.
    pub money: Money,
    /// The brand.
    pub brand: &'p Label,
    /// The affiliate.
    pub affiliate: &'p Label,
    /// The country.
    pub country: &'p Label,
    /// The pages from landing to registration, joined by `>`.
    pub path: &'p Label,
    /// The browser of the deposit.
    pub browser: Browser,
    /// The device of the deposit.
    pub device: Device,
    /// Whether the pixel of the scenario's set-up still finds its cookie, or why not.
    pub cookie: Result<(), Loss>,
}
