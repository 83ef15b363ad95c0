//! Ids that are derived and can be read back: an id tells its run, journey and slot, and carries check characters.
//! So an id tells what it is for without a table, and one that postproof did not make is recognised as foreign.
//!
//! `dep_k3f9q2xw_137_2_r7c` is the deposit in slot 2 of journey 137 in the run tagged `k3f9q2xw`.

use super::tag::letter;
use super::{EventKind, Mixer, RunTag};

/// Names one message about one event: the journey, and the slot within it.
///
/// Slots below [`EventKey::SLOTS`] are the genuine events in their order, slot 0 being the click.
/// A forgery made from the event in slot `s` stands in slot `s + n · SLOTS`, `n` being one more than its kind's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventKey {
    /// Number of the journey within the run, from 0.
    pub journey: u64,
    /// Place within the journey.
    pub slot: u16,
    /// What happened; it gives the id its prefix.
    pub kind: EventKind,
}

impl EventKey {
    /// Genuine events of one journey, the click included, at most.
    pub const SLOTS: u16 = 64;

    /// The key of a forgery of the given kind number made from this event.
    #[must_use]
    pub fn forged(self, kind: u16) -> Self {
        Self { slot: self.slot % Self::SLOTS + (kind + 1) * Self::SLOTS, ..self }
    }
}

/// Writes and reads the ids of one run.
#[derive(Clone, Debug)]
pub struct Ids {
    tag: RunTag,
    hash: u64,
}

impl Ids {
    /// The ids of the run with this tag.
    pub fn new(tag: RunTag) -> Self {
        let hash = tag.hash();
        Self { tag, hash }
    }

    /// The run's tag.
    pub fn tag(&self) -> &RunTag {
        &self.tag
    }

    /// Appends the `event_id` of a key; at most 53 bytes.
    pub fn write_event(&self, key: EventKey, out: &mut Vec<u8>) {
        self.write(key.kind.prefix(), key.journey, key.slot, out);
    }

    /// Appends the derived click id of a journey, for targets without a click URL.
    pub fn write_click(&self, journey: u64, out: &mut Vec<u8>) {
        self.write("clk", journey, 0, out);
    }

    /// The `event_id` of a key as text.
    pub fn event(&self, key: EventKey) -> String {
        text(|out| self.write_event(key, out))
    }

    /// The derived click id of a journey as text.
    pub fn click(&self, journey: u64) -> String {
        text(|out| self.write_click(journey, out))
    }

    /// Reads an `event_id` back; `None` for anything that this run did not derive, character for character.
    pub fn parse(&self, id: &str) -> Option<EventKey> {
        let mut parts = id.split('_');
        let kind = EventKind::from_prefix(parts.next()?)?;
        if parts.next()? != self.tag.as_str() {
            return None;
        }
        let key = EventKey { journey: parts.next()?.parse().ok()?, slot: parts.next()?.parse().ok()?, kind };
        (self.event(key) == id).then_some(key)
    }

    /// Whether an id carries this run's tag in the place where our ids have it, sound or not.
    pub fn bears_tag(&self, id: &str) -> bool {
        id.split('_').nth(1) == Some(self.tag.as_str())
    }

    fn write(&self, prefix: &str, journey: u64, slot: u16, out: &mut Vec<u8>) {
        let mut digits = itoa::Buffer::new();
        out.extend_from_slice(prefix.as_bytes());
        out.push(b'_');
        out.extend_from_slice(self.tag.as_str().as_bytes());
        out.push(b'_');
        out.extend_from_slice(digits.format(journey).as_bytes());
        out.push(b'_');
        out.extend_from_slice(digits.format(slot).as_bytes());
        out.push(b'_');
        let check = Mixer::new(self.hash).bytes(prefix.as_bytes()).word(journey).word(u64::from(slot)).value();
        out.extend([0, 5, 10].map(|shift| letter(check >> shift)));
    }
}

fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::with_capacity(56);
    write(&mut out);
    String::from_utf8(out).expect("ids are written from ASCII parts only")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ids() -> Ids {
        Ids::new("k3f9q2xw".parse().expect("a tag"))
    }

    proptest! {
        #[test]
        fn ids_read_back_as_what_they_were_made_from(journey: u64, slot: u16, kind in 0..EventKind::ALL.len()) {
            let key = EventKey { journey, slot, kind: EventKind::ALL[kind] };
            let id = ids().event(key);
            prop_assert!(id.len() <= 53, "{}", id);
            prop_assert_eq!(ids().parse(&id), Some(key));
        }

        #[test]
        fn any_changed_character_makes_an_id_foreign(journey in 0..1_000_000_u64, slot in 1..640_u16, at in 0..20_usize, with in "[0-9a-z_]") {
            let key = EventKey { journey, slot, kind: EventKind::Deposit };
            let id = ids().event(key);
            let at = at.min(id.len() - 1);
            let mut changed = id.clone();
            changed.replace_range(at..=at, &with);
            // Three check characters let one change in 32768 through as some other sound id, never as this one.
            prop_assert!(changed == id || ids().parse(&changed) != Some(key));
        }
    }

    #[test]
    fn foreign_ids_are_recognised() {
        let other = Ids::new("other".parse().expect("a tag"));
        let id = other.event(EventKey { journey: 1, slot: 2, kind: EventKind::Deposit });
        assert_eq!(ids().parse(&id), None);
        assert!(!ids().bears_tag(&id));
        for id in ["", "dep", "dep_k3f9q2xw_1_2_000", "dep_k3f9q2xw_01_2_000", "x_k3f9q2xw", "dep_k3f9q2xw_1"] {
            assert_eq!(ids().parse(id), None, "{id}");
        }
        assert!(ids().bears_tag("dep_k3f9q2xw_1_2_000"));
    }

    #[test]
    fn forged_keys_keep_apart_from_genuine_ones_and_from_each_other() {
        let key = EventKey { journey: 9, slot: 3, kind: EventKind::Deposit };
        assert_eq!(key.forged(0).slot, 67);
        assert_eq!(key.forged(4).slot, 3 + 5 * 64);
        assert_eq!(key.forged(4).forged(1), key.forged(1));
    }
}
