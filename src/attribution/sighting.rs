//! A first deposit as one method saw it, in some hundred bytes, so that three million of either method fit into memory. Texts and names
//! stand beside it in [`Texts`](super::Texts) and [`Names`](super::Names); who belongs to whom is found by `matching`.

use jiff::Timestamp;

use super::texts::Names;
use crate::model::{Amount, Currency};

/// How a conversion was tracked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// By the browser: a pixel with a cookie.
    Cookie,
    /// By the operator's server: a postback.
    S2s,
}

/// What a conversion is broken down by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// The operator's brand.
    Brand,
    /// Who brought the player.
    Affiliate,
    /// The player's country, ISO 3166-1 alpha-2.
    Country,
    /// The browser at the deposit.
    Browser,
    /// The kind of device at the deposit.
    Device,
    /// The pages on the way from the landing page to the registration, joined by `>`.
    Path,
}

/// A text in [`Texts`](super::Texts): a click id, a transaction, an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextId(pub(super) u32);

/// A name in [`Names`](super::Names): a brand, a browser. Few names, many bearers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NameId(pub(super) u16);

/// What is known of a conversion beyond its ids; `None` where nothing was said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits([Option<NameId>; Dimension::ALL.len()]);

/// A first deposit as one method saw it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sighting {
    /// When the deposit was made, as this method has it.
    pub at: Timestamp,
    /// When the method's message of it came in, where that is known.
    pub received: Option<Timestamp>,
    /// The click it was credited to, or was meant to be: as it was sent, right or not.
    pub click: Option<TextId>,
    /// The operator's transaction or event id.
    pub transaction: Option<TextId>,
    /// The operator's account of the player.
    pub account: Option<TextId>,
    /// What was deposited.
    pub money: Option<(Amount, Currency)>,
    /// False where the message came in but could be credited to no click.
    pub attributed: bool,
    /// What else is known.
    pub traits: Traits,
    /// The line of the log, from 1, or the number of the credit.
    pub row: u32,
}

impl Dimension {
    /// All of them, in the order in which they are reported.
    pub const ALL: [Self; 6] = [Self::Brand, Self::Affiliate, Self::Country, Self::Browser, Self::Device, Self::Path];

    /// The name in reports and flags.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brand => "brand",
            Self::Affiliate => "affiliate",
            Self::Country => "country",
            Self::Browser => "browser",
            Self::Device => "device",
            Self::Path => "path",
        }
    }
}

impl Method {
    /// The name in reports and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::S2s => "s2s",
        }
    }
}

impl Traits {
    /// The traits of these names, one for each of [`Dimension::ALL`] in its order; `None` for a name that finds no room among `names`.
    pub fn told(names: &mut Names, told: [&str; Dimension::ALL.len()]) -> Self {
        Self(told.map(|name| names.number(name)))
    }

    /// What is known of a dimension.
    pub fn get(&self, dimension: Dimension) -> Option<NameId> {
        self.0[dimension as usize]
    }

    /// The traits with one more known.
    #[must_use]
    pub fn with(mut self, dimension: Dimension, name: Option<NameId>) -> Self {
        self.0[dimension as usize] = name;
        self
    }

    /// The traits with the numbers that their names have elsewhere, by [`Names::absorb`](super::Names::absorb).
    #[must_use]
    pub fn renumbered(mut self, numbers: &[Option<NameId>]) -> Self {
        for name in &mut self.0 {
            *name = name.and_then(|NameId(number)| numbers.get(usize::from(number)).copied().flatten());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sighting_stays_small() {
        assert!(size_of::<Sighting>() <= 120, "{}", size_of::<Sighting>());
    }

    #[test]
    fn traits_keep_dimensions_apart() {
        let traits = Traits::default().with(Dimension::Browser, Some(NameId(7)));
        for dimension in Dimension::ALL {
            assert_eq!(traits.get(dimension), (dimension == Dimension::Browser).then_some(NameId(7)));
        }
    }
}
