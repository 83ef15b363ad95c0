//! Keystone keeps states: `lead`, `sale`, `rejected`, `rebill`.
//!
//! A sale or rebill under a new transaction id is a new conversion, because its offers allow rebills. Otherwise a
//! known conversion moves on, a lead to sale or rejected and a sale to rejected, and never back (Keitaro's rules,
//! domain.md §1a).

use rusqlite::Transaction;

use super::clicks;
use super::conversions::{self, Conversion, Heard, Told};

/// Its name in addresses.
pub(super) const NAME: &str = "keystone";

/// The key in its postback address. It is as good as public: anybody whom the address passes can read it.
pub(super) const KEY: &str = "k3y5t0ne";

/// What a postback without a status means.
pub(super) const DEFAULT_STATUS: &str = "sale";

const STATUSES: [&str; 4] = ["lead", "sale", "rejected", "rebill"];

/// Takes a postback.
pub(super) fn receive(transaction: &Transaction<'_>, told: &Told) -> rusqlite::Result<Heard> {
    if !STATUSES.contains(&told.status.as_str()) {
        return Ok(Heard::Refused("unknown status"));
    }
    if !clicks::is_known(transaction, NAME, &told.click_id)? {
        return Ok(Heard::Refused("unknown subid"));
    }
    let paid = matches!(told.status.as_str(), "sale" | "rebill");
    let same = conversions::find(transaction, NAME, &told.click_id, &told.transaction_id)?;
    let found = match same {
        None if paid && !told.transaction_id.is_empty() => None,
        None => conversions::latest(transaction, NAME, &told.click_id)?,
        known => known,
    };
    match found {
        None => conversions::insert(transaction, NAME, told)?,
        Some(conversion) if moves(&conversion, told) => {
            conversions::set_status(transaction, conversion.id, told)?;
        }
        Some(_) => return Ok(Heard::Repeated),
    }
    Ok(Heard::Counted)
}

fn moves(conversion: &Conversion, told: &Told) -> bool {
    matches!(
        (conversion.status.as_str(), told.status.as_str()),
        ("lead", "sale" | "rejected") | ("sale" | "rebill", "rejected")
    )
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::super::conversions::tests::{kept, opened, told};
    use super::*;
    use Heard::{Counted, Repeated};

    fn hear(connection: &mut Connection, id: &str, status: &str) -> Heard {
        let transaction = connection.transaction().expect("a transaction");
        let heard = receive(&transaction, &told("c1", id, status)).expect("rows");
        transaction.commit().expect("committed");
        heard
    }

    fn rows(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(id, status)| ((*id).to_owned(), (*status).to_owned())).collect()
    }

    #[test]
    fn a_player_leads_sells_pays_again_and_takes_back() {
        let mut connection = opened(NAME);
        let steps = [("", "lead"), ("t1", "sale"), ("t1", "sale"), ("t2", "rebill"), ("t1", "rejected")];
        let heard = steps.map(|(id, status)| hear(&mut connection, id, status));
        assert_eq!(heard, [Counted, Counted, Repeated, Counted, Counted]);
        assert_eq!(kept(&mut connection, NAME), rows(&[("", "lead"), ("t1", "rejected"), ("t2", "rebill")]));
        assert_eq!(hear(&mut connection, "t1", "sale"), Repeated, "a rejected sale does not come back");
        assert_eq!(hear(&mut connection, "", "lead"), Repeated);
    }

    #[test]
    fn without_transaction_ids_one_conversion_moves_on() {
        let mut connection = opened(NAME);
        for status in ["lead", "sale", "lead", "rejected"] {
            hear(&mut connection, "", status);
        }
        assert_eq!(kept(&mut connection, NAME), rows(&[("", "rejected")]));
    }

    #[test]
    fn strangers_are_refused() {
        let mut connection = opened(NAME);
        assert!(matches!(hear(&mut connection, "t", "won"), Heard::Refused(_)));
        let transaction = connection.transaction().expect("a transaction");
        let stranger = receive(&transaction, &told("c2", "t", "sale")).expect("rows");
        assert!(matches!(stranger, Heard::Refused(_)));
    }
}
