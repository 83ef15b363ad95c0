//! Mutations of bytes, which know nothing of JSON: flips, insertions, deletions, repetitions, a cut, a splice.

use std::fmt;

use super::draws::{Draws, Spot};

/// A change of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Octets {
    /// One bit turned.
    Flip { at: Spot, bit: u8 },
    /// Bytes put in.
    Insert { at: Spot, bytes: &'static [u8] },
    /// Bytes taken out.
    Delete { at: Spot, count: usize },
    /// A stretch that stands there several times more.
    Repeat { at: Spot, length: usize, times: usize },
    /// Everything from here on taken out.
    Truncate { at: Spot },
    /// A stretch copied to another place.
    Splice { from: Spot, length: usize, to: Spot },
}

/// What is put in: structure, digits, broken UTF-8, a byte order mark, comments, escapes for terminals.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\n",
    b" ",
    b"\t",
    b"\x0c",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"\\",
    b",",
    b":",
    b"0",
    b"9",
    b"-",
    b"+",
    b"e",
    b".",
    b"\xff",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xc2\xa0",
    b"/**/",
    b"'",
    b"<",
    b"%s",
    b"\x1b[31m",
    b"\x7f",
    b"\xc3\xa9",
    b"\xf0\x9f\x92\xb6",
    b"\\u0000",
    b"\\ud800",
    b"null",
];

impl Octets {
    pub(super) fn draw(draws: &mut Draws) -> Self {
        let at = draws.spot();
        match draws.below(12) {
            0..=3 => Self::Flip { at, bit: u8::try_from(draws.below(8)).unwrap_or(0) },
            4..=6 => Self::Insert { at, bytes: draws.pick(PIECES).unwrap_or(b"\0") },
            7 | 8 => Self::Delete { at, count: draws.some(12) },
            9 => Self::Repeat { at, length: draws.some(24), times: draws.some(30) },
            10 => Self::Truncate { at },
            _ => Self::Splice { from: at, length: draws.some(40), to: draws.spot() },
        }
    }

    pub(super) fn apply(&self, body: &mut Vec<u8>) {
        match *self {
            Self::Flip { at, bit } => {
                let place = at.within(body.len().saturating_sub(1));
                if let Some(byte) = body.get_mut(place) {
                    *byte ^= 1 << (bit % 8);
                }
            }
            Self::Insert { at, bytes } => put(body, at, bytes),
            Self::Delete { at, count } => drop(body.drain(stretch(body, at, count))),
            Self::Repeat { at, length, times } => {
                let piece = body.get(stretch(body, at, length)).unwrap_or_default().repeat(times);
                put(body, at, &piece);
            }
            Self::Truncate { at } => body.truncate(at.within(body.len())),
            Self::Splice { from, length, to } => {
                let piece = body.get(stretch(body, from, length)).unwrap_or_default().to_vec();
                put(body, to, &piece);
            }
        }
    }

    /// The same with less of it; `None` when it is as small as it gets.
    pub(super) fn smaller(&self) -> Option<Self> {
        match *self {
            Self::Delete { at, count } if count > 1 => Some(Self::Delete { at, count: count / 2 }),
            Self::Repeat { at, length, times } if times > 1 => Some(Self::Repeat { at, length, times: times / 2 }),
            Self::Repeat { at, length, times } if length > 1 => Some(Self::Repeat { at, length: length / 2, times }),
            Self::Splice { from, length, to } if length > 1 => Some(Self::Splice { from, length: length / 2, to }),
            _ => None,
        }
    }
}

impl fmt::Display for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flip { .. } => f.write_str("a bit flipped"),
            Self::Insert { bytes, .. } => write!(f, "\"{}\" inserted", bytes.escape_ascii()),
            Self::Delete { count, .. } => write!(f, "{count} bytes deleted"),
            Self::Repeat { length, times, .. } => write!(f, "{length} bytes repeated {times} times"),
            Self::Truncate { .. } => f.write_str("truncated"),
            Self::Splice { length, .. } => write!(f, "{length} bytes copied elsewhere"),
        }
    }
}

fn stretch(body: &[u8], at: Spot, length: usize) -> std::ops::Range<usize> {
    let from = at.within(body.len());
    from..from.saturating_add(length).min(body.len())
}

fn put(body: &mut Vec<u8>, at: Spot, bytes: &[u8]) {
    let place = at.within(body.len());
    body.splice(place..place, bytes.iter().copied());
}
