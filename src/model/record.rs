//! One attempt as the ledger of a load keeps it on disk: 24 bytes, little-endian, with nothing in it that a log may not show.
//!
//! | bytes | what |
//! |---|---|
//! | 0–3 | number of the journey |
//! | 4–5 | slot within it, forgeries included ([`EventKey`]) |
//! | 6 | kind of event in the low four bits, what the delivery is for in the high ones |
//! | 7 | how it ended |
//! | 8–9 | status of the answer, 0 without one |
//! | 10 | number of the stage |
//! | 11 | 1 when postproof cut it short itself |
//! | 12–15 | fingerprint of the credit that is owed |
//! | 16–19 | scheduled instant, milliseconds after the start |
//! | 20–23 | response time, microseconds |

use super::{EventKey, EventKind, FailReason, InfoReason, Outcome};

/// One attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it was about.
    pub key: EventKey,
    /// What its delivery is for.
    pub stance: Stance,
    /// How it ended.
    pub outcome: Outcome,
    /// Number of the stage in which it was scheduled.
    pub stage: u8,
    /// Fingerprint of the credit that its event owes.
    pub owed: u32,
    /// When it was to leave: milliseconds after the start.
    pub scheduled_ms: u32,
    /// From that instant to the end of the answer, in microseconds; the largest number stands for anything longer.
    pub response_us: u32,
}

/// What a delivery is for; [`super::Purpose`] without the name of its cause, which its slot tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    /// It owes a credit.
    Genuine,
    /// It owes none.
    Forged,
    /// Another body under a known id: the first value stands.
    Conflicting,
}

/// Bytes of a ledger that are no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these 24 bytes are no record of an attempt")]
pub struct NoRecord;

impl Record {
    /// Bytes of one record.
    pub const SIZE: usize = 24;

    /// The record as it stands in the ledger. Journeys beyond 2³² are not told apart, which plans rule out.
    pub fn bytes(&self) -> [u8; Self::SIZE] {
        let (code, status) = encode(self.outcome);
        let mut bytes = [0; Self::SIZE];
        #[expect(clippy::cast_possible_truncation, reason = "plans hold fewer than 2^32 journeys")]
        let journey = self.key.journey as u32;
        bytes[0..4].copy_from_slice(&journey.to_le_bytes());
        bytes[4..6].copy_from_slice(&self.key.slot.to_le_bytes());
        bytes[6] = self.key.kind as u8 | (self.stance as u8) << 4;
        bytes[7] = code;
        bytes[8..10].copy_from_slice(&status.to_le_bytes());
        bytes[10] = self.stage;
        bytes[11] = u8::from(self.is_own_doing());
        bytes[12..16].copy_from_slice(&self.owed.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.scheduled_ms.to_le_bytes());
        bytes[20..24].copy_from_slice(&self.response_us.to_le_bytes());
        bytes
    }

    /// Reads a record.
    ///
    /// # Errors
    /// When the bytes are none.
    pub fn read(bytes: &[u8; Self::SIZE]) -> Result<Self, NoRecord> {
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let half = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let kind = *EventKind::ALL.get(usize::from(bytes[6] & 0xf)).ok_or(NoRecord)?;
        let stance = *Stance::ALL.get(usize::from(bytes[6] >> 4)).ok_or(NoRecord)?;
        Ok(Self {
            key: EventKey { journey: u64::from(word(0)), slot: half(4), kind },
            stance,
            outcome: decode(bytes[7], half(8)).ok_or(NoRecord)?,
            stage: bytes[10],
            owed: word(12),
            scheduled_ms: word(16),
            response_us: word(20),
        })
    }

    /// Whether postproof cut the attempt short itself or threw its answer away, so that it says nothing about the target.
    pub fn is_own_doing(&self) -> bool {
        matches!(self.outcome, Outcome::Info(InfoReason::GaveUpWaiting | InfoReason::AckLost(_)))
    }

    /// Whether the target did with it as it should: took a genuine one, refused a forged one with a 4xx. `None` where
    /// the attempt says nothing about the target.
    pub fn is_available(&self) -> Option<bool> {
        if self.is_own_doing() {
            return None;
        }
        let refused = |status| (400..500).contains(&status) && !matches!(status, 408 | 429);
        Some(match self.stance {
            Stance::Genuine => self.outcome.is_ok(),
            Stance::Forged => self.outcome.status().is_some_and(refused),
            Stance::Conflicting => self.outcome.is_ok() || self.outcome.status().is_some_and(refused),
        })
    }
}

impl Stance {
    /// All of them; a stance's place here is its number in the ledger.
    const ALL: [Self; 3] = [Self::Genuine, Self::Forged, Self::Conflicting];
}

fn encode(outcome: Outcome) -> (u8, u16) {
    match outcome {
        Outcome::Ok { repeat: None } => (0, 0),
        Outcome::Ok { repeat: Some(false) } => (1, 0),
        Outcome::Ok { repeat: Some(true) } => (2, 0),
        Outcome::Fail(FailReason::Refused(status)) => (3, status),
        Outcome::Fail(FailReason::NotConnected) => (4, 0),
        Outcome::Info(InfoReason::Timeout) => (5, 0),
        Outcome::Info(InfoReason::GaveUpWaiting) => (6, 0),
        Outcome::Info(InfoReason::AckLost(status)) => (7, status),
        Outcome::Info(InfoReason::Broken) => (8, 0),
        Outcome::Info(InfoReason::Status(status)) => (9, status),
        Outcome::Info(InfoReason::Redirect(status)) => (10, status),
        Outcome::Info(InfoReason::Unclear(status)) => (11, status),
    }
}

fn decode(code: u8, status: u16) -> Option<Outcome> {
    Some(match code {
        0 => Outcome::Ok { repeat: None },
        1 => Outcome::Ok { repeat: Some(false) },
        2 => Outcome::Ok { repeat: Some(true) },
        3 => Outcome::Fail(FailReason::Refused(status)),
        4 => Outcome::Fail(FailReason::NotConnected),
        5 => Outcome::Info(InfoReason::Timeout),
        6 => Outcome::Info(InfoReason::GaveUpWaiting),
        7 => Outcome::Info(InfoReason::AckLost(status)),
        8 => Outcome::Info(InfoReason::Broken),
        9 => Outcome::Info(InfoReason::Status(status)),
        10 => Outcome::Info(InfoReason::Redirect(status)),
        11 => Outcome::Info(InfoReason::Unclear(status)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn records_read_back_as_what_they_were(bytes: [u8; Record::SIZE]) {
            if let Ok(record) = Record::read(&bytes) {
                prop_assert_eq!(Record::read(&record.bytes()), Ok(record));
            }
        }

        #[test]
        fn every_outcome_has_a_code_of_its_own(code in 0_u8..12, status in 100_u16..1000) {
            let outcome = decode(code, status).expect("a code");
            prop_assert_eq!(encode(outcome).0, code);
        }
    }

    #[test]
    fn a_record_says_whether_the_target_did_as_it_should() {
        let record = |stance, outcome| {
            let key = EventKey { journey: 7, slot: 2, kind: EventKind::Deposit };
            Record { key, stance, outcome, stage: 1, owed: 9, scheduled_ms: 5, response_us: 1_500 }
        };
        let ok = Outcome::Ok { repeat: Some(false) };
        let status = |status| Outcome::Info(InfoReason::Status(status));
        for (stance, outcome, available) in [
            (Stance::Genuine, ok, Some(true)),
            (Stance::Genuine, Outcome::Fail(FailReason::Refused(422)), Some(false)),
            (Stance::Genuine, Outcome::Fail(FailReason::NotConnected), Some(false)),
            (Stance::Genuine, status(429), Some(false)),
            (Stance::Genuine, Outcome::Info(InfoReason::GaveUpWaiting), None),
            (Stance::Genuine, Outcome::Info(InfoReason::AckLost(200)), None),
            (Stance::Forged, Outcome::Fail(FailReason::Refused(401)), Some(true)),
            (Stance::Forged, status(429), Some(false)),
            (Stance::Forged, status(503), Some(false)),
            (Stance::Forged, ok, Some(false)),
            (Stance::Conflicting, status(409), Some(true)),
            (Stance::Conflicting, ok, Some(true)),
            (Stance::Conflicting, Outcome::Info(InfoReason::Redirect(302)), Some(false)),
        ] {
            assert_eq!(record(stance, outcome).is_available(), available, "{stance:?} {outcome}");
        }
    }

    #[test]
    fn strange_bytes_are_no_record() {
        assert_eq!(Record::read(&[0xff; Record::SIZE]), Err(NoRecord));
    }
}
