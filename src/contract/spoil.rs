//! Spoiling: postbacks with one member in a state that no reader should take, for every event that owes the member, and
//! bodies with bytes in them that are no JSON. Which states those are is said by the cases.

use super::{Draft, Scene};
use crate::model::EventKind;
use crate::profile::Form;

/// One way to spoil a member: in words that stand before its name, and as JSON; without JSON the member is left out.
pub type Spoilt = (&'static str, Option<String>);

/// A text that stands in no postback.
const MARK: &str = "~in-place-of-this~";

impl Scene<'_> {
    /// Sends every event with each of its owed members spoilt in turn, in every way that `ways` knows by the member's form
    /// and its value. All of it has to be refused.
    pub fn spoilt_members(&mut self, ways: impl Fn(Form, &str) -> Vec<Spoilt>, statuses: &'static [u16]) {
        let player = self.visitor();
        for kind in EventKind::ALL {
            // Where a window stands in for missing ids, a postback without one is no bad one.
            let windowed = self.terms.contract.fallback_window.is_some();
            let owed = self.owed_members(kind);
            for member in owed.filter(|member| !windowed || member.name != "event_id") {
                let model = self.event(&player, kind);
                for way in 0..ways(member.form, model.value(member.name)).len() {
                    let draft = self.event(&player, kind);
                    let spoilt = ways(member.form, draft.value(member.name)).swap_remove(way);
                    self.refused(draft.spoilt(member.name, spoilt), statuses);
                }
            }
            // What comes later in a player's life takes these to be there.
            if matches!(kind, EventKind::Registration | EventKind::Deposit) {
                let event = self.event(&player, kind);
                self.ground(event);
            }
        }
    }

    /// Sends deposits of one player with that member spelled so, each of which has to be refused.
    pub fn spoilt_deposits(&mut self, name: &'static str, spellings: &[&str], statuses: &'static [u16]) {
        let player = self.player();
        for json in spellings {
            let deposit = self.deposit(&player);
            self.refused(deposit.json(name, json).noted(format!("with `{name}`: {json}")), statuses);
        }
    }
}

impl Draft {
    fn spoilt(self, name: &str, (words, json): Spoilt) -> Self {
        let spoilt = match json {
            Some(json) => self.json(name, &json),
            None => self.without(name),
        };
        spoilt.noted(format!("{words} `{name}`"))
    }
}

/// The body of a draft with bytes in place of a member's value, be they JSON or not.
pub fn in_place_of(draft: &Draft, name: &str, bytes: &[u8]) -> Vec<u8> {
    let body = draft.clone().text(name, MARK).body();
    let body = String::from_utf8(body).expect("profiles and cases write UTF-8");
    let (before, after) = body.split_once(&format!("\"{MARK}\"")).expect("it was just put there");
    [before.as_bytes(), bytes, after.as_bytes()].concat()
}
