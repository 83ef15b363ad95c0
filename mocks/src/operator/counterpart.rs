//! What the operator says when its counts are held against the tracker's.

use crate::monitoring::{Counted, Counterpart};

use super::office::Operator;
use super::store::tallies;

impl Counterpart for Operator {
    /// The events that the stack's own tracker is owed.
    fn counted(&self) -> Counted<'_> {
        Box::pin(async {
            let office = self.office();
            let names = self.own_networks();
            let counted = move |transaction: &rusqlite::Transaction<'_>| tallies::by_event(transaction, &names);
            office.writer.run(counted).await.ok()
        })
    }
}
