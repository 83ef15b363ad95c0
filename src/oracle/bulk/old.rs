//! Credits that stood in the books before the run: what is read afterwards is new only beyond them.

use crate::model::{BookedAmount, Credit, CreditRow, Mixer};

/// The credits of the first reading, as hashes of 64 bits: two of ten million are equal by accident once in 10⁵ runs.
#[derive(Default)]
pub(super) struct Old {
    /// Hash of the event id, and of the whole credit; sorted once all are in.
    stood: Vec<(u64, u64)>,
    /// Which of them were met again.
    met: Vec<bool>,
    /// Credits under such an id that are other than what stood there: changed old ones, or new.
    changed: Vec<Credit>,
}

/// What a credit is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Age {
    /// It stood there before.
    Old,
    /// It is new.
    New,
    /// What it is shows once all credits went by.
    Unclear,
    /// The same, and there is no room to keep it.
    Dropped,
}

impl Old {
    /// So many are told apart from new ones, in 64 MB and four.
    pub(super) const MOST: usize = 4_000_000;
    /// So many that changed since they stood there are kept.
    const CHANGED: usize = 65_536;

    /// Takes a credit in; `false` when there is no room for it.
    pub(super) fn add(&mut self, row: &CreditRow<'_>) -> bool {
        if self.stood.len() >= Self::MOST {
            return false;
        }
        self.stood.push(hashes(row));
        true
    }

    /// Begins to read the books that are to be judged, for the first time or again.
    pub(super) fn begin(&mut self) {
        self.stood.sort_unstable();
        self.met.clear();
        self.met.resize(self.stood.len(), false);
        self.changed.clear();
    }

    /// Whether a credit is one of those that stood there.
    pub(super) fn age(&mut self, row: &CreditRow<'_>) -> Age {
        if self.stood.is_empty() {
            return Age::New;
        }
        let (id, whole) = hashes(row);
        let alike = self.stood.partition_point(|stood| *stood < (id, whole));
        for place in alike..self.stood.len() {
            match (self.stood.get(place), self.met.get_mut(place)) {
                (Some(stood), Some(met)) if *stood == (id, whole) => {
                    if !std::mem::replace(met, true) {
                        return Age::Old;
                    }
                }
                _ => break,
            }
        }
        let first = self.stood.partition_point(|stood| stood.0 < id);
        match self.stood.get(first) {
            Some(stood) if stood.0 == id && self.changed.len() < Self::CHANGED => {
                self.changed.push(row.to_credit());
                Age::Unclear
            }
            Some(stood) if stood.0 == id => Age::Dropped,
            _ => Age::New,
        }
    }

    /// The unclear ones that are new: of each id, those beyond the old ones that were not met again.
    pub(super) fn settled(&self) -> Vec<Credit> {
        let mut changed: Vec<(u64, &Credit)> =
            self.changed.iter().map(|credit| (hashes(&credit.row()).0, credit)).collect();
        changed.sort_by_key(|(id, _)| *id);
        let mut new = Vec::new();
        for credits in changed.chunk_by(|a, b| a.0 == b.0) {
            let Some((id, _)) = credits.first() else { continue };
            let first = self.stood.partition_point(|stood| stood.0 < *id);
            let alike = self.stood.iter().zip(&self.met).skip(first).take_while(|(stood, _)| stood.0 == *id);
            let left = alike.filter(|(_, met)| !**met).count();
            new.extend(credits.iter().take(credits.len().saturating_sub(left)).map(|(_, credit)| (*credit).clone()));
        }
        new
    }
}

/// Hash of the event id, and of all that the credit says.
fn hashes(row: &CreditRow<'_>) -> (u64, u64) {
    let id = Mixer::new(1).bytes(row.event_id.as_bytes());
    let text = |mixer: Mixer, text: Option<&str>| match text {
        None => mixer.word(0),
        Some(text) => mixer.word(1).bytes(text.as_bytes()),
    };
    let nested = |mixer: Mixer, value: &Option<Option<std::borrow::Cow<'_, str>>>| match value {
        None => mixer.word(2),
        Some(value) => text(mixer, value.as_deref()),
    };
    let mut whole = text(text(text(id, row.click_id.as_deref()), row.event.as_deref()), row.currency.as_deref());
    whole = nested(nested(whole, &row.brand), &row.ts_event);
    whole = match &row.amount {
        None => whole.word(0),
        Some(BookedAmount::Exact(amount)) => whole.word(1).bytes(&amount.decimal().normalize().serialize()),
        Some(BookedAmount::Other(other)) => whole.word(2).bytes(other.as_bytes()),
    };
    whole = whole.word(row.is_ftd.map_or(2, u64::from));
    (id.value(), whole.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credit(id: &str, click: &str) -> Credit {
        Credit { event_id: id.into(), click_id: Some(click.into()), ..Credit::default() }
    }

    #[test]
    fn what_stood_there_before_is_not_new() {
        let mut old = Old::default();
        for (id, click) in [("a", "1"), ("b", "1"), ("b", "2")] {
            assert!(old.add(&credit(id, click).row()));
        }
        for _ in 0..2 {
            old.begin();
            let ages = [("a", "1"), ("a", "1"), ("b", "changed"), ("b", "2"), ("b", "third"), ("c", "1")]
                .map(|(id, click)| old.age(&credit(id, click).row()));
            assert_eq!(ages, [Age::Old, Age::Unclear, Age::Unclear, Age::Old, Age::Unclear, Age::New]);
            let mut new = old.settled();
            new.sort_by(|a, b| a.event_id.cmp(&b.event_id));
            assert_eq!(new, [credit("a", "1"), credit("b", "changed")]);
        }
    }
}
