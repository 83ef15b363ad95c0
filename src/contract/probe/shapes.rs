//! Mutations of the document: members dropped, renamed, doubled, nested, retyped or added, another order, blanks, an array
//! around everything.

use std::fmt;

use super::document::{Document, quoted};
use super::draws::Draws;
use crate::model::Mixer;

/// A change of the document's shape; one of a member that is not there changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A member taken out.
    Dropped { member: &'static str },
    /// A member under another name.
    Renamed { member: &'static str, to: Name },
    /// A member that stands there twice, the other time with this value or its own, before it or behind everything.
    Twice { member: &'static str, other: Option<&'static str>, before: bool },
    /// A value within so many arrays or objects.
    Nested { member: &'static str, array: bool, depth: usize },
    /// A value that is no text as one, and a text as what it says.
    Retyped { member: &'static str },
    /// A member that nobody knows.
    Added { name: &'static str, json: &'static str },
    /// A member that nobody knows, of so many arrays or objects.
    Deep { array: bool, depth: usize },
    /// The document as the only item of an array.
    Wrapped,
    /// This between all tokens.
    Blank(&'static str),
    /// Members in another order.
    Order(u64),
}

/// How a member is renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// With a letter more.
    Longer,
    /// In capitals.
    Capitals,
    /// With its first letter escaped, which is the same name.
    Escaped,
    /// With nothing.
    Empty,
}

const ADDED: &[(&str, &str)] = &[
    ("x_note", "\"hello\""),
    ("x_note", "\"\\u00e9\\u4e2d\""),
    ("x_number", "1e-7"),
    ("x_number", "1E21"),
    ("x_number", "-0"),
    ("x_number", "0.1"),
    ("x_number", "333333333.33333329"),
    ("x_list", "[1,\"2\",null,{\"b\":1,\"a\":2}]"),
    ("x_object", "{\"z\":1,\"a\":{\"y\":2,\"b\":[true,false]}}"),
    ("x_null", "null"),
    ("x_number", "9007199254740993"),
    ("x_number", "1e400"),
    ("x_object", "{\"a\":1,\"a\":2}"),
    ("", "1"),
    ("__proto__", "{\"amount\":1}"),
    ("constructor", "1"),
    ("\u{20ac}", "1"),
    ("\u{1f600}", "1"),
    ("\u{fb33}", "1"),
    ("x\u{0}y", "1"),
    ("signature", "\"sha256=00\""),
];

/// So many of those, from the first on, every target passes over.
const HARMLESS: usize = 10;

const DEPTHS: &[usize] = &[1, 2, 9, 60, 130, 600, 2000];

impl Shape {
    /// A change, where it is of a member, of one of these.
    pub(super) fn draw(draws: &mut Draws, names: &[&'static str]) -> Option<Self> {
        let member = draws.pick(names)?;
        Some(match draws.below(14) {
            0 | 1 => Self::Dropped { member },
            2 => Self::Renamed { member, to: draws.pick(&[Name::Longer, Name::Capitals, Name::Escaped, Name::Empty])? },
            3 | 4 => {
                let other =
                    draws.pick(&[None, Some("null"), Some("0"), Some("\"\""), Some("999"), Some("\"other\"")])?;
                Self::Twice { member, other, before: draws.below(2) == 0 }
            }
            5 => Self::Nested { member, array: draws.below(2) == 0, depth: draws.pick(DEPTHS)? },
            6 | 7 => Self::Retyped { member },
            8 | 9 => {
                let (name, json) = draws.pick(ADDED)?;
                Self::Added { name, json }
            }
            10 => Self::Deep { array: draws.below(2) == 0, depth: draws.pick(DEPTHS)? },
            11 => Self::Wrapped,
            12 => Self::Blank(draws.pick(&[" ", "\n", "\t", "\r\n", "  \n", "\u{c}", "\u{a0}"])?),
            _ => Self::Order(draws.below(1 << 20)),
        })
    }

    /// A change that leaves a valid postback valid, more often than not.
    pub(super) fn gentle(draws: &mut Draws, names: &[&'static str], optional: &[&'static str]) -> Option<Self> {
        Some(match draws.below(6) {
            0 => Self::Dropped { member: draws.pick(optional)? },
            1 => Self::Renamed { member: draws.pick(names)?, to: Name::Escaped },
            2 => {
                let (name, json) = draws.pick(ADDED.get(..HARMLESS).unwrap_or(ADDED))?;
                Self::Added { name, json }
            }
            3 => Self::Deep { array: draws.below(2) == 0, depth: draws.some(3) },
            4 => Self::Blank(draws.pick(&[" ", "\n", "\t", "\r\n", "  \n"])?),
            _ => Self::Order(draws.below(1 << 20)),
        })
    }

    pub(super) fn apply(&self, document: &mut Document) {
        match *self {
            Self::Dropped { member } => {
                if let Some(place) = document.place(member) {
                    document.members.remove(place);
                }
            }
            Self::Renamed { member, to } => {
                if let Some(place) = document.place(member) {
                    document.members[place].0 = to.of(member);
                }
            }
            Self::Twice { member, other, before } => {
                if let Some(place) = document.place(member) {
                    let (key, value) = document.members[place].clone();
                    let value = other.map_or(value, str::to_owned);
                    let at = if before { place } else { document.members.len() };
                    document.members.insert(at, (key, value));
                }
            }
            Self::Nested { member, array, depth } => {
                if let Some(value) = document.value(member) {
                    *value = nested(array, depth, value);
                }
            }
            Self::Retyped { member } => {
                if let Some(value) = document.value(member) {
                    *value = retyped(value);
                }
            }
            Self::Added { name, json } => document.members.push((quoted(name), json.to_owned())),
            Self::Deep { array, depth } => document.members.push((quoted("x_deep"), nested(array, depth, "1"))),
            Self::Wrapped => document.wrapped = true,
            Self::Blank(blank) => document.blank = blank,
            Self::Order(word) => {
                document.members.sort_by_key(|(key, _)| Mixer::new(word).bytes(key.as_bytes()).value());
            }
        }
    }

    /// The same with less of it; `None` when it is as small as it gets.
    pub(super) fn smaller(&self) -> Option<Self> {
        match *self {
            Self::Nested { member, array, depth } if depth > 1 => {
                Some(Self::Nested { member, array, depth: depth / 2 })
            }
            Self::Deep { array, depth } if depth > 1 => Some(Self::Deep { array, depth: depth / 2 }),
            _ => None,
        }
    }
}

impl Name {
    /// The key with its quotes.
    fn of(self, name: &str) -> String {
        match self {
            Self::Longer => quoted(&format!("{name}s")),
            Self::Capitals => quoted(&name.to_ascii_uppercase()),
            Self::Empty => quoted(""),
            Self::Escaped => match name.chars().next() {
                Some(first) => format!("\"\\u{:04x}{}\"", u32::from(first), &name[first.len_utf8()..]),
                None => quoted(name),
            },
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dropped { member } => write!(f, "without {member}"),
            Self::Renamed { member, to } => write!(f, "{member} called {}", to.of(member)),
            Self::Twice { member, .. } => write!(f, "{member} twice"),
            Self::Nested { member, array, depth } => {
                write!(f, "{member} within {depth} {}", if *array { "arrays" } else { "objects" })
            }
            Self::Retyped { member } => write!(f, "{member} of another type"),
            Self::Added { name, json } => write!(f, "a member {name:?}: {json}"),
            Self::Deep { array, depth } => {
                write!(f, "a member of {depth} {}", if *array { "arrays" } else { "objects" })
            }
            Self::Wrapped => f.write_str("within an array"),
            Self::Blank(blank) => write!(f, "{blank:?} between tokens"),
            Self::Order(_) => f.write_str("in another order"),
        }
    }
}

fn nested(array: bool, depth: usize, value: &str) -> String {
    let (open, close) = if array { ("[", "]") } else { ("{\"a\":", "}") };
    format!("{}{value}{}", open.repeat(depth), close.repeat(depth))
}

fn retyped(value: &str) -> String {
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => text.to_owned(),
        Some(_) => "1".to_owned(),
        None => quoted(value),
    }
}
