//! Volta counts transactions: a click and a transaction id count once, a new transaction id is a new conversion, and
//! without one a click counts once (Voluum's rules, domain.md §1a).

use rusqlite::Transaction;

use super::clicks;
use super::conversions::{self, Heard, Told};

/// Its name in addresses.
pub(super) const NAME: &str = "volta";

/// Takes a postback.
pub(super) fn receive(transaction: &Transaction<'_>, told: &Told) -> rusqlite::Result<Heard> {
    if !clicks::is_known(transaction, NAME, &told.click_id)? {
        return Ok(Heard::Refused("unknown click"));
    }
    if conversions::find(transaction, NAME, &told.click_id, &told.transaction_id)?.is_some() {
        return Ok(Heard::Repeated);
    }
    conversions::insert(transaction, NAME, told)?;
    Ok(Heard::Counted)
}

#[cfg(test)]
mod tests {
    use super::super::conversions::tests::{kept, opened, told};
    use super::*;

    #[test]
    fn transactions_count_once_each() {
        let mut connection = opened(NAME);
        let mut hear = |click: &str, id: &str| {
            let transaction = connection.transaction().expect("a transaction");
            let heard = receive(&transaction, &told(click, id, "deposit")).expect("rows");
            transaction.commit().expect("committed");
            heard
        };
        assert_eq!([hear("c1", ""), hear("c1", "")], [Heard::Counted, Heard::Repeated]);
        assert_eq!(
            [hear("c1", "t1"), hear("c1", "t1"), hear("c1", "t2")],
            [Heard::Counted, Heard::Repeated, Heard::Counted]
        );
        assert!(matches!(hear("c2", "t1"), Heard::Refused(_)));
        assert_eq!(kept(&mut connection, NAME).len(), 3);
    }
}
