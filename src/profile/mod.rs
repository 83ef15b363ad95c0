//! Profiles: a network's postback dialect, that is how an event is written and how an answer is read.
//! Signing is `sign`'s, sending is `send`'s.

mod click;
mod dialect;
mod member;
mod payload;
mod s2s_json;
mod sample;
mod schema;
mod timestamp;

pub use click::{click_id, link};
pub use dialect::{Dialect, Postback, TokenUse};
pub use member::{Form, Member};
pub use payload::{Payload, PayloadError};
pub use s2s_json::S2sJson;
pub use sample::Sample;
pub use schema::payload_schema;
pub use timestamp::write_utc;

use crate::model::{Event, Ids, Outcome, Player};

/// A dialect.
pub trait Profile: Send + Sync {
    /// The name in scenarios and reports.
    fn name(&self) -> &'static str;

    /// What it is, in a few words.
    fn about(&self) -> &'static str;

    /// The name of the signature scheme that it is signed by.
    fn scheme(&self) -> &'static str;

    /// The `Content-Type` of its bodies.
    fn content_type(&self) -> &'static str;

    /// Appends the unsigned body of an event, in canonical order at once.
    fn write_body(&self, ids: &Ids, player: &Player<'_>, event: &Event<'_>, out: &mut Vec<u8>);

    /// Every member that its bodies may have, in canonical order.
    fn members(&self) -> &'static [Member];

    /// Whether bodies have a member of that name, so that a signature cannot stand under it.
    fn writes(&self, member: &str) -> bool {
        self.members().iter().any(|known| known.name == member)
    }

    /// Reads an answer that arrived in full.
    fn classify(&self, status: u16, body: &[u8]) -> Outcome;
}

/// Every profile.
pub const PROFILES: &[&dyn Profile] = &[&S2sJson];

/// The profile of that name.
pub fn by_name(name: &str) -> Option<&'static dyn Profile> {
    PROFILES.iter().copied().find(|profile| profile.name() == name)
}
