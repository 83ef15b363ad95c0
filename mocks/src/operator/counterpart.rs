//! What the operator says when its counts are held against the tracker's.

use crate::monitoring::{Counted, Counterpart};

use super::office::Operator;
use super::store::tallies;

impl Counterpart for Operator {
    /// The events of players that the stack's own tracker sent.
    fn counted(&self) -> Counted<'_> {
        Box::pin(async {
            let office = self.office();
            let own = office.settings.networks.iter().filter(|network| network.is_own());
            let names: Vec<String> = own.map(|network| network.name.clone()).collect();
            let counted = move |transaction: &rusqlite::Transaction<'_>| tallies::by_event(transaction, &names);
            office.writer.run(counted).await.ok()
        })
    }
}
