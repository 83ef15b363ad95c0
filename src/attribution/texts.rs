//! The texts and names of sightings, each kept once: a text by its place among all bytes, a name by a small number.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::sighting::{NameId, TextId};

/// Ids as texts, one behind the other. Each call of [`Texts::add`] keeps its text anew; equality of ids is a matter for `matching`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    bytes: String,
    ends: Vec<u32>,
}

/// Names, each kept once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    names: Vec<Box<str>>,
    numbers: HashMap<Box<str>, NameId, RandomState>,
}

impl Texts {
    /// Keeps a text. `None` when 4 GiB of texts are full.
    pub fn add(&mut self, text: &str) -> Option<TextId> {
        let id = TextId(u32::try_from(self.ends.len()).ok()?);
        let end = u32::try_from(self.bytes.len() + text.len()).ok()?;
        self.bytes.push_str(text);
        self.ends.push(end);
        Some(id)
    }

    /// Makes room for so many times as much as there is, where the machine has it; what is not used costs nothing.
    pub fn expect(&mut self, times: usize) {
        let most = usize::try_from(u32::MAX).unwrap_or(usize::MAX);
        let (bytes, ends) = (self.bytes.len().saturating_mul(times), self.ends.len().saturating_mul(times));
        // Without that room they grow step by step, as they would have anyway.
        let _ = self.bytes.try_reserve_exact(bytes.min(most).saturating_sub(self.bytes.len()));
        let _ = self.ends.try_reserve_exact(ends.min(most).saturating_sub(self.ends.len()));
    }

    /// The text of an id that these texts gave out; an id of other texts has none.
    pub fn get(&self, id: TextId) -> &str {
        let at = id.0 as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.bytes.get(start as usize..end as usize).unwrap_or_default()
    }
}

impl Names {
    /// The number of a name, given out when it is first heard. `None` when 65,536 names are known and this is another.
    pub fn number(&mut self, name: &str) -> Option<NameId> {
        if let Some(known) = self.numbers.get(name) {
            return Some(*known);
        }
        let number = NameId(u16::try_from(self.names.len()).ok()?);
        self.names.push(name.into());
        self.numbers.insert(name.into(), number);
        Some(number)
    }

    /// Takes over all names of others; for each of their numbers, in order, the number that it has here. `None` for one too many.
    pub fn absorb(&mut self, others: &Self) -> Vec<Option<NameId>> {
        others.names.iter().map(|name| self.number(name)).collect()
    }

    /// The name of a number that these names gave out.
    pub fn get(&self, number: NameId) -> &str {
        self.names.get(usize::from(number.0)).map_or("", |name| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::{Dimension, Traits};

    #[test]
    fn texts_and_names_come_back() {
        let mut texts = Texts::default();
        let ids: Vec<_> = ["clk_1", "", "clk_ü"].map(|text| texts.add(text).expect("room")).into();
        assert_eq!(ids.iter().map(|id| texts.get(*id)).collect::<Vec<_>>(), ["clk_1", "", "clk_ü"]);

        texts.expect(usize::MAX);
        texts.expect(0);
        assert_eq!(texts.get(ids[0]), "clk_1", "room that nobody has is no reason to stop");

        let mut names = Names::default();
        let (casino, poker) = (names.number("casino"), names.number("poker"));
        assert_eq!(names.number("casino"), casino);
        assert_ne!(casino, poker);
        assert_eq!(poker.map(|number| names.get(number)), Some("poker"));

        let mut others = Names::default();
        let (bingo, other_poker) = (others.number("bingo"), others.number("poker"));
        let numbers = names.absorb(&others);
        assert_eq!(numbers, [names.number("bingo"), poker]);
        let traits =
            Traits::default().with(Dimension::Brand, other_poker).with(Dimension::Path, bingo).renumbered(&numbers);
        assert_eq!((traits.get(Dimension::Brand), traits.get(Dimension::Path)), (poker, names.number("bingo")));
        assert_eq!(traits.get(Dimension::Country), None);
    }
}
