//! A mutation at one of three levels, as a value that can be applied again to the same postback with other ids.

use std::fmt;

use super::document::Document;
use super::draws::Draws;
use super::octets::Octets;
use super::shapes::Shape;
use super::tokens::Token;

/// A change of a postback's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// Of the document's shape.
    Shape(Shape),
    /// Of one value.
    Token(Token),
    /// Of bytes.
    Octets(Octets),
}

impl Mutation {
    /// One to four mutations of a body with these members, in the order in which they are applied: bytes come last, because
    /// there may be no document left after them. Half of all probes are changed gently, or hardly any were valid.
    pub(super) fn draw(draws: &mut Draws, names: &[&'static str], optional: &[&'static str]) -> Vec<Self> {
        let gently = draws.below(2) == 0;
        // Every second probe has one only, so that most failures are small as they come.
        let count = match draws.below(8) {
            0..=3 => 1,
            4 | 5 => 2,
            6 => 3,
            _ => 4,
        };
        let mut mutations: Vec<Self> = (0..count)
            .filter_map(|_| match draws.below(10) {
                0..=4 if gently => Token::gentle(draws, names).map(Self::Token),
                _ if gently => Shape::gentle(draws, names, optional).map(Self::Shape),
                0..=2 => Some(Self::Octets(Octets::draw(draws))),
                3..=6 => Token::draw(draws, names).map(Self::Token),
                _ => Shape::draw(draws, names).map(Self::Shape),
            })
            .collect();
        mutations.sort_by_key(|mutation| matches!(mutation, Self::Octets(_)));
        mutations
    }

    /// The body with mutations applied, one after the other. Those of a document pass over what is none.
    pub fn apply_all(mutations: &[Self], body: &[u8]) -> Vec<u8> {
        let mut bytes = body.to_vec();
        if let Ok(mut document) = Document::read(body) {
            for mutation in mutations {
                match mutation {
                    Self::Shape(shape) => shape.apply(&mut document),
                    Self::Token(token) => token.apply(&mut document),
                    Self::Octets(_) => {}
                }
            }
            bytes = document.write();
        }
        for mutation in mutations {
            if let Self::Octets(octets) = mutation {
                octets.apply(&mut bytes);
            }
        }
        bytes
    }

    /// Those of the mutations without which the body would be another: one of a member that is not there does nothing.
    pub fn effective(mutations: &[Self], body: &[u8]) -> Vec<Self> {
        let whole = Self::apply_all(mutations, body);
        let mut left = mutations.to_vec();
        for place in (0..mutations.len()).rev() {
            let mut fewer = left.clone();
            fewer.remove(place);
            if Self::apply_all(&fewer, body) == whole {
                left = fewer;
            }
        }
        left
    }

    /// The same with less of it: half the length, half the depth; `None` when it is as small as it gets.
    pub fn smaller(&self) -> Option<Self> {
        match self {
            Self::Shape(shape) => shape.smaller().map(Self::Shape),
            Self::Token(token) => token.smaller().map(Self::Token),
            Self::Octets(octets) => octets.smaller().map(Self::Octets),
        }
    }
}

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(shape) => shape.fmt(f),
            Self::Token(token) => token.fmt(f),
            Self::Octets(octets) => octets.fmt(f),
        }
    }
}
