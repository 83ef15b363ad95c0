//! Whose a conversion is that was read back: the ids that the target answered to each player lead back to the player.

use std::collections::HashMap;

use super::conversions::Seen;
use super::diary::Progress;

/// Whose a conversion is, by any id that was answered to the player.
pub(super) struct Owners<'a> {
    transactions: HashMap<&'a str, u64>,
    events: HashMap<&'a str, u64>,
    accounts: HashMap<&'a str, u64>,
    clicks: HashMap<&'a str, u64>,
}

impl<'a> Owners<'a> {
    /// The owners of what these players did.
    pub(super) fn of(players: &'a HashMap<u64, Progress>) -> Self {
        fn by<'a>(
            players: &'a HashMap<u64, Progress>,
            id: impl Fn(&'a Progress) -> Option<&'a String>,
        ) -> HashMap<&'a str, u64> {
            players.values().filter_map(|player| Some((id(player)?.as_str(), player.player))).collect()
        }
        Self {
            transactions: by(players, |player| player.transaction_id.as_ref()),
            events: by(players, |player| player.event_id.as_ref()),
            accounts: by(players, |player| player.account.as_ref()),
            clicks: by(players, |player| player.click_id.as_ref()),
        }
    }

    /// Whose that one is; `None` of somebody else's.
    pub(super) fn of_seen(&self, seen: &Seen) -> Option<u64> {
        let find = |map: &HashMap<&str, u64>, id: &Option<String>| map.get(id.as_deref()?).copied();
        find(&self.transactions, &seen.transaction_id)
            .or_else(|| find(&self.events, &seen.event_id))
            .or_else(|| find(&self.accounts, &seen.account))
            .or_else(|| find(&self.clicks, &seen.click_id))
    }
}
