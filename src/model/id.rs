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

/// The first part of a derived click id.
const CLICK: &str = "clk";

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
        self.write(CLICK, journey, 0, out);
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
        let kind = EventKind::from_prefix(id.get(..3)?)?;
        let (journey, slot) = self.numbers(kind.prefix(), id)?;
        Some(EventKey { journey, slot, kind })
    }

    /// The journey of a derived click id; `None` for anything that this run did not derive.
    pub fn parse_click(&self, id: &str) -> Option<u64> {
        let (journey, slot) = self.numbers(CLICK, id)?;
        (slot == 0).then_some(journey)
    }

    /// Journey and slot of an id that [`Ids::write`] would write just so. Nothing is allocated: read-backs hold millions.
    fn numbers(&self, prefix: &str, id: &str) -> Option<(u64, u16)> {
        let rest = id.strip_prefix(prefix)?.strip_prefix('_')?;
        let rest = rest.strip_prefix(self.tag.as_str())?.strip_prefix('_')?.as_bytes();
        let (journey, rest) = number(rest)?;
        let (slot, rest) = number(rest)?;
        let slot = u16::try_from(slot).ok()?;
        (rest == self.check(prefix, journey, slot)).then_some((journey, slot))
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
        out.extend(self.check(prefix, journey, slot));
    }

    /// The check characters.
    fn check(&self, prefix: &str, journey: u64, slot: u16) -> [u8; 3] {
        let check = Mixer::new(self.hash).bytes(prefix.as_bytes()).word(journey).word(u64::from(slot)).value();
        [0, 5, 10].map(|shift| letter(check >> shift))
    }
}

/// A number up to the next `_`, as it is written, without a sign or leading zeros; and what comes after it.
fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let end = text.iter().position(|&byte| byte == b'_')?;
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() || (digits.len() > 1 && digits.starts_with(b"0")) {
        return None;
    }
    let value = digits.iter().try_fold(0_u64, |value, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        value.checked_mul(10)?.checked_add(digit)
    })?;
    Some((value, rest.get(1..)?))
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

    /// What [`Ids::parse`] has to do, told by writing: of all ids, those that are written as they stand.
    fn by_writing(ids: &Ids, id: &str) -> Option<EventKey> {
        let mut parts = id.split('_');
        let kind = EventKind::from_prefix(parts.next()?)?;
        let key = EventKey { journey: parts.nth(1)?.parse().ok()?, slot: parts.next()?.parse().ok()?, kind };
        (ids.event(key) == id).then_some(key)
    }

    proptest! {
        #[test]
        fn reading_is_the_reverse_of_writing(
            id in "(dep|reg|clk|dé)_(k3f9q2xw|k3f9q2x)_[0+]?[0-9]{0,21}_[0-9]{0,6}(_[0-9a-z]{0,4})?",
            journey: u64,
            slot: u16,
            with in "[_+0é]?",
            at in 0..40_usize,
        ) {
            prop_assert_eq!(ids().parse(&id), by_writing(&ids(), &id));
            let mut near = ids().event(EventKey { journey, slot, kind: EventKind::Refund });
            near.insert_str(at.min(near.len()), &with);
            prop_assert_eq!(ids().parse(&near), by_writing(&ids(), &near));
            prop_assert_eq!(ids().parse_click(&ids().click(journey)), Some(journey));
            prop_assert_eq!(ids().parse_click(&near), None);
        }
    }

    #[test]
    fn a_click_is_no_event_and_an_event_no_click() {
        assert_eq!(ids().parse(&ids().click(7)), None);
        let mut slotted = Vec::new();
        ids().write(CLICK, 7, 1, &mut slotted);
        assert_eq!(ids().parse_click(&String::from_utf8(slotted).unwrap()), None);
        assert_eq!(Ids::new("other".parse().unwrap()).parse_click(&ids().click(7)), None);
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
