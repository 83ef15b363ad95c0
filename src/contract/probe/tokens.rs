//! Mutations of single values: numbers spelled otherwise, texts that are empty, long, escaped or odd, literals exchanged.

use std::fmt;

use super::document::Document;
use super::draws::{Draws, Spot};
use super::values::{ANY, COUNTS, ENDS, FITTING, LENGTHS, ODD, SIGNS, SOUND};

/// A change of one member's value, by the member's name; without such a member nothing is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    member: &'static str,
    change: Change,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    /// This before it.
    Before(&'static str),
    /// This behind it.
    After(&'static str),
    /// So many nines.
    Digits(usize),
    /// Another value.
    Is(&'static str),
    /// This within the text.
    Within(Spot, &'static str),
    /// One character written as an escape.
    Escaped(Spot),
    /// A text of so many letters.
    Long(usize),
    /// All letters capitals, or none.
    Case(bool),
    /// The value of another member.
    Of(&'static str),
}

impl Token {
    /// A change of one of these members.
    pub(super) fn draw(draws: &mut Draws, names: &[&'static str]) -> Option<Self> {
        let kind = draws.below(10);
        if kind < 3 {
            let has_amount = names.contains(&"amount") && draws.below(4) > 0;
            let member = if has_amount { "amount" } else { draws.pick(names)? };
            return Some(Self { member, change: Change::number(draws)? });
        }
        if kind < 5 {
            let fitting: Vec<(&'static str, &'static [&'static str])> =
                FITTING.iter().copied().filter(|(name, _)| names.contains(name)).collect();
            let (member, values) = draws.pick(&fitting)?;
            return Some(Self { member, change: Change::Is(draws.pick(values)?) });
        }
        let member = draws.pick(names)?;
        let change = match kind {
            5 => Change::Is(draws.pick(ANY)?),
            6 | 7 => Change::Within(draws.spot(), draws.pick(ODD)?),
            8 => Change::Escaped(draws.spot()),
            _ => match draws.below(4) {
                0 => Change::Long(draws.pick(LENGTHS)?),
                1 => Change::Case(draws.below(2) == 0),
                _ => Change::Of(draws.pick(names)?),
            },
        };
        Some(Self { member, change })
    }

    /// A change that leaves a valid postback valid, more often than not.
    pub(super) fn gentle(draws: &mut Draws, names: &[&'static str]) -> Option<Self> {
        let member = draws.pick(names)?;
        let (member, change) = match draws.below(6) {
            0 | 1 => (member, Change::Escaped(draws.spot())),
            2 => ("amount", Change::After(draws.pick(&["e0", "E+0", ".0", ".00", ".5", "e1", "00e-2"])?)),
            3 => ("amount", Change::Is(draws.pick(SOUND)?)),
            4 => ("currency", Change::Is(draws.pick(&["\"EUR\"", "\"BRL\"", "\"INR\"", "\"KWD\"", "\"JPY\""])?)),
            _ => (member, Change::Within(draws.spot(), draws.pick(&["0", "x", "é", "\\u00e9", "_"])?)),
        };
        Some(Self { member, change })
    }

    pub(super) fn apply(&self, document: &mut Document) {
        let other = match self.change {
            Change::Of(name) => document.value(name).cloned(),
            _ => None,
        };
        let Some(value) = document.value(self.member) else { return };
        match &self.change {
            Change::Before(text) => value.insert_str(0, text),
            Change::After(text) => value.push_str(text),
            Change::Digits(count) => *value = "9".repeat(*count),
            Change::Is(json) => (*json).clone_into(value),
            Change::Within(spot, text) => {
                if let Some(place) = within(value, *spot) {
                    value.insert_str(place, text);
                }
            }
            Change::Escaped(spot) => escape(value, *spot),
            Change::Long(count) => *value = format!("\"{}\"", "x".repeat(*count)),
            Change::Case(true) => value.make_ascii_uppercase(),
            Change::Case(false) => value.make_ascii_lowercase(),
            Change::Of(_) => {
                if let Some(other) = other {
                    *value = other;
                }
            }
        }
    }

    /// The same with less of it; `None` when it is as small as it gets.
    pub(super) fn smaller(&self) -> Option<Self> {
        let change = match self.change {
            Change::Digits(count) if count > 1 => Change::Digits(count.div_ceil(2)),
            Change::Long(count) if count > 1 => Change::Long(count / 2),
            _ => return None,
        };
        Some(Self { member: self.member, change })
    }
}

impl Change {
    fn number(draws: &mut Draws) -> Option<Self> {
        Some(match draws.below(8) {
            0..=2 => Self::Before(draws.pick(SIGNS)?),
            3..=6 => Self::After(draws.pick(ENDS)?),
            _ => Self::Digits(draws.pick(COUNTS)?),
        })
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { member, change } = self;
        match change {
            Change::Before(text) => write!(f, "{member} with {text:?} before it"),
            Change::After(text) => write!(f, "{member} with {text:?} behind it"),
            Change::Digits(count) => write!(f, "{member} of {count} nines"),
            Change::Is(json) => write!(f, "{member} {json}"),
            Change::Within(_, text) => write!(f, "{member} with {text:?} in it"),
            Change::Escaped(_) => write!(f, "{member} with a character escaped"),
            Change::Long(count) => write!(f, "{member} of {count} characters"),
            Change::Case(true) => write!(f, "{member} in capitals"),
            Change::Case(false) => write!(f, "{member} in small letters"),
            Change::Of(other) => write!(f, "{member} with the value of {other}"),
        }
    }
}

/// A place between the quotes of a text, at the border of a character; none in other values.
fn within(value: &str, spot: Spot) -> Option<usize> {
    let inside = value.strip_prefix('"')?.strip_suffix('"')?;
    let place = spot.within(inside.len());
    (0..=place).rev().find(|&place| inside.is_char_boundary(place)).map(|place| place + 1)
}

fn escape(value: &mut String, spot: Spot) {
    let Some(place) = within(value, spot) else { return };
    let Some(character) = value.get(place..).and_then(|rest| rest.chars().next()) else { return };
    if character.is_ascii_alphanumeric() {
        value.replace_range(place..=place, &format!("\\u{:04x}", u32::from(character)));
    }
}
