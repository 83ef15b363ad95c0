//! The books as read back: which credits are new, and to which event each belongs.

use std::collections::HashMap;

use crate::model::Credit;

/// Two readings of the target's books: before the first postback and after the last.
#[derive(Clone, Debug, Default)]
pub struct Books {
    /// What stood there before.
    pub before: Vec<Credit>,
    /// What stands there after the target has gone quiet.
    pub after: Vec<Credit>,
    /// Whether credits were still coming when the time was up: then what is missing may be on its way.
    pub unsettled: bool,
}

impl Books {
    /// The new credits by event id: what stands there after, less as many as stood there before under the same id.
    pub(super) fn new_by_event(&self) -> HashMap<&str, Vec<&Credit>> {
        let mut old: HashMap<&str, Vec<&Credit>> = HashMap::new();
        for credit in &self.before {
            old.entry(&credit.event_id).or_default().push(credit);
        }
        let mut new: HashMap<&str, Vec<&Credit>> = HashMap::new();
        for credit in &self.after {
            new.entry(&credit.event_id).or_default().push(credit);
        }
        for (id, credits) in &mut new {
            let Some(stood) = old.get_mut(id) else { continue };
            credits.retain(|credit| take(stood, credit).is_none());
            // An old credit whose value changed meanwhile is still an old one.
            credits.truncate(credits.len().saturating_sub(stood.len()));
        }
        new.retain(|_, credits| !credits.is_empty());
        new
    }

    /// Whether any credit tells a flag for FTD at all; a target that never does cannot be held to it.
    pub(super) fn tells_ftd(&self) -> bool {
        self.after.iter().any(|credit| credit.is_ftd.is_some())
    }
}

fn take<'a>(from: &mut Vec<&'a Credit>, wanted: &Credit) -> Option<&'a Credit> {
    let place = from.iter().position(|credit| *credit == wanted)?;
    Some(from.swap_remove(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credit(id: &str, click: &str) -> Credit {
        Credit { event_id: id.into(), click_id: Some(click.into()), ..Credit::default() }
    }

    #[test]
    fn what_stood_there_before_is_not_new() {
        let books = Books {
            before: vec![credit("a", "1"), credit("b", "1")],
            after: vec![credit("a", "1"), credit("a", "1"), credit("b", "changed"), credit("c", "1")],
            unsettled: false,
        };
        let new = books.new_by_event();
        assert_eq!(new["a"].len(), 1);
        assert_eq!(new["c"].len(), 1);
        assert!(!new.contains_key("b"));
    }
}
