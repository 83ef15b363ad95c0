//! Reading the final bytes of a probe: what they say, and whether a target has to take them, has to refuse them, or may do
//! either. Strict where the contract is; wherever sound readers of JSON, of times or of ids may differ, it is open.

mod amount;
mod instant;
mod member;
mod syntax;

use jiff::Timestamp;

use crate::model::{Amount, EventKind, Money, Sent};
use crate::profile::Profile;

/// What is known of the postback before it was mutated, and of its target.
#[derive(Clone, Copy)]
pub struct Basis<'a> {
    /// What it said.
    pub sent: &'a Sent,
    /// Its body.
    pub body: &'a [u8],
    /// Whose members it has.
    pub profile: &'a dyn Profile,
    /// The account's first deposit, where one was sent before.
    pub deposited: Option<Money>,
    /// Whether a click id that the target never made has to be refused.
    pub clicks_known: bool,
    /// Whether the form that is signed is read out of the document, so that what is no strict JSON has none.
    pub strict: bool,
    /// Smallest first deposit.
    pub minimum: Amount,
    /// The body member that holds the signature, where one does.
    pub signature: Option<&'a str>,
    /// The time now.
    pub now: Timestamp,
}

/// What bytes are. The order is that of weight: the heaviest of many observations counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A genuine postback, which has to be taken.
    Valid,
    /// One that may be taken or refused; its values are certain.
    Open,
    /// One that may be taken or refused, and whose values readers may tell differently.
    Untold,
    /// One whose `event_id` readers may tell differently, or that another event may have: nothing can be told of it.
    Unusable,
    /// A bad one, which has to be refused.
    Bad,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What it is.
    pub class: Class,
    /// Why it is not valid.
    pub why: &'static str,
    /// What it says, as far as that is certain.
    pub sent: Sent,
}

/// Longest body that every target takes, by this suite's own judgement.
const LONG: usize = 4096;

/// Deepest nesting that every target takes.
const DEEP: usize = 8;

/// Reads the final bytes.
pub fn read(basis: &Basis<'_>, body: &[u8]) -> Reading {
    let mut reading = Reading { class: Class::Valid, why: "", sent: basis.sent.clone() };
    let members = match syntax::members(basis, body, &mut reading) {
        Ok(members) => members,
        Err((class, why)) => {
            reading.mark(class, why);
            return reading;
        }
    };
    if syntax::depth(body) > DEEP {
        reading.mark(Class::Open, "deep nesting");
    }
    if body.len() > LONG {
        reading.mark(Class::Open, "a long body");
    }
    if let Some(kind) = member::event(&members, &mut reading) {
        member::known(basis, kind, &members, &mut reading);
        member::unknown(basis, &members, &mut reading);
        settle(basis, kind, &members, &mut reading);
    } else {
        member::event_id(basis, &members, &mut reading);
    }
    reading
}

impl Reading {
    /// Takes down an observation; a lighter one than those before it changes nothing.
    fn mark(&mut self, class: Class, why: &'static str) {
        if class > self.class {
            self.class = class;
            self.why = why;
        }
    }
}

/// What can be told only once all members have been read: whose first deposit it is, and what a reversal reverses.
fn settle(basis: &Basis<'_>, kind: EventKind, members: &member::Members, reading: &mut Reading) {
    if kind != basis.sent.kind() {
        reading.mark(Class::Untold, "another event than the player's turn");
    }
    let own_account = members.text("account_id").is_some_and(|account| account == basis.sent.account);
    let Some(money) = reading.sent.money else { return };
    match kind {
        EventKind::Deposit => {
            if money.amount() < basis.minimum {
                reading.mark(Class::Open, "an amount below the smallest first deposit");
            }
            match (basis.deposited, reading.sent.says_ftd) {
                (Some(_), true) if own_account => reading.mark(Class::Open, "a second first deposit"),
                (Some(_), true) => reading.mark(Class::Untold, "a first deposit of nobody knows whom"),
                (None, false) => reading.mark(Class::Untold, "a first deposit that is not said to be one"),
                // The oracle takes only genuine deposits for first ones.
                (None, true) if !own_account || reading.class == Class::Open => {
                    reading.mark(Class::Untold, "a first deposit that may be refused");
                }
                _ => {}
            }
        }
        EventKind::Refund | EventKind::Chargeback => {
            let covered =
                basis.deposited.is_some_and(|had| had.currency() == money.currency() && had.amount() >= money.amount());
            if !covered || !own_account {
                reading.mark(Class::Open, "a reversal of more than was deposited");
            }
        }
        EventKind::Registration | EventKind::KycApproved => {}
    }
}

#[cfg(test)]
mod tests;
