//! Which click id a journey's postbacks carry, and whose a click id is.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::model::Ids;

/// The click ids of a run, both ways.
pub trait Clicks: Sync {
    /// The click id of a journey.
    fn of(&self, journey: u64) -> Cow<'_, str>;

    /// The journey, or one of the journeys, that a click id belongs to; `None` for the clicks of others.
    fn journey(&self, click: &str) -> Option<u64>;
}

/// Derived ones, where there is no click URL.
impl Clicks for Ids {
    fn of(&self, journey: u64) -> Cow<'_, str> {
        Cow::Owned(self.click(journey))
    }

    fn journey(&self, click: &str) -> Option<u64> {
        self.parse_click(click)
    }
}

/// Click ids that the target made, at least one. Journeys beyond their number begin with the first again.
#[derive(Clone, Debug)]
pub struct MadeClicks {
    clicks: Vec<String>,
    journeys: HashMap<String, u64>,
}

impl MadeClicks {
    /// Takes the clicks as they were made, that of journey 0 first; `None` if there are none.
    pub fn new(clicks: Vec<String>) -> Option<Self> {
        // From the last to the first, so that a click that came twice is the first journey's.
        let journeys = clicks.iter().enumerate().rev().map(|(place, click)| (click.clone(), place as u64)).collect();
        (!clicks.is_empty()).then_some(Self { clicks, journeys })
    }
}

impl Clicks for MadeClicks {
    fn of(&self, journey: u64) -> Cow<'_, str> {
        let place = usize::try_from(journey).unwrap_or(0) % self.clicks.len();
        Cow::Borrowed(&self.clicks[place])
    }

    fn journey(&self, click: &str) -> Option<u64> {
        self.journeys.get(click).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clicks_are_found_both_ways() {
        let ids = Ids::new("tag".parse().unwrap());
        assert_eq!(ids.journey(&ids.of(17)), Some(17));
        assert_eq!(ids.journey("clk_other_17_0_abc"), None);
        let made = MadeClicks::new(vec!["a".into(), "b".into(), "a".into()]).unwrap();
        assert_eq!((made.of(1), made.of(4), made.journey("a")), ("b".into(), "b".into(), Some(0)));
        assert_eq!(made.journey("c"), None);
        assert!(MadeClicks::new(Vec::new()).is_none());
    }
}
