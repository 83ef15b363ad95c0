//! What the operator lets go of after its time (seed 003 §9): the address and the browser of who registered long ago,
//! and dead letters. Visits, installations and idempotency keys go by themselves, as new ones come.

use jiff::Timestamp;

use super::office::Operator;
use super::store::{accounts, outbox};
use crate::monitoring::retention::{Kind, Removal, Retain, RetainError, Stretch};

impl Operator {
    async fn forget_visitors(&self, before: i64, limit: u32) -> Result<u64, RetainError> {
        let office = self.office();
        let forget = async |after: i64| {
            let forget = move |transaction: &rusqlite::Transaction<'_>| {
                accounts::forget_visitors(transaction, after, before, limit)
            };
            let (rows, forgotten) = office.writer.run(forget).await.map_err(|_| RetainError)?;
            Ok(Stretch::over(rows, limit, forgotten))
        };
        office.accounts.go(forget).await
    }
}

impl Retain for Operator {
    fn delete_older(&self, kind: Kind, before: Timestamp, limit: u32) -> Removal<'_> {
        let before = before.as_second();
        Box::pin(async move {
            match kind {
                Kind::Logs | Kind::Payloads => Ok(0),
                Kind::ClickParameters => self.forget_visitors(before, limit).await,
                Kind::DeadLetters => {
                    let remove =
                        move |transaction: &rusqlite::Transaction<'_>| outbox::remove_dead(transaction, before, limit);
                    self.office().writer.run(remove).await.map_err(|_| RetainError)
                }
            }
        })
    }
}
