//! What makes two postbacks one event: the id that the dialect carries, or else their place in time (seed 003 §8).

use jiff::Timestamp;

use super::rules::Keys;
use super::schema::Postback;
use super::store::Claim;

/// How many characters of an id there is room for where it is cut.
const CUT: usize = 60;

/// By what a sender names its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// Every postback has an `event_id` (seed 003 §3).
    #[default]
    EventId,
    /// A postback has a `transaction_id` (seed 000), or an `event_id`, or neither: then events of one kind after one
    /// click are one when they lie within 60 seconds.
    TransactionId,
}

/// How the postback claims to be an event of its own.
pub(super) fn claim(postback: &Postback, dialect: Dialect, keys: Keys) -> Claim {
    let named = match dialect {
        Dialect::EventId => postback.event_id.clone(),
        // The prefixes keep an event and a transaction of the same name apart.
        Dialect::TransactionId => {
            let transaction = postback.transaction_id.as_ref().map(|id| format!("transaction:{id}"));
            transaction.or_else(|| postback.event_id.as_ref().map(|id| format!("event:{id}")))
        }
    };
    if let Some(id) = named {
        return Claim::Id(key(id, postback, keys));
    }
    let at = postback.ts_event.parse().map_or(0, Timestamp::as_second);
    if keys == Keys::NamedOnly {
        return Claim::Anybody(format!("{} {} {at}", postback.click_id, postback.event.name()));
    }
    Claim::Window { event: postback.event.name(), at }
}

/// The key as the rules of the house have it: whole, or in one of the ways to get it wrong.
fn key(id: String, postback: &Postback, keys: Keys) -> String {
    match keys {
        Keys::Whole | Keys::NamedOnly => id,
        Keys::CaseFolded => id.to_ascii_lowercase(),
        Keys::Cut => id.chars().take(CUT).collect(),
        Keys::WithEvent => format!("{} {id}", postback.event.name()),
        Keys::ClickAndEvent => format!("{} {}", postback.click_id, postback.event.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::identity::Dialect::{EventId, TransactionId};
    use super::super::json::Json;
    use super::super::rules::Reading;
    use super::*;

    fn claimed(members: &str, dialect: Dialect, keys: Keys) -> Claim {
        let text =
            format!(r#"{{"event":"registration","click_id":"clk_1","ts_event":"1970-01-01T00:01:00Z"{members}}}"#);
        let body = Json::parse(text.as_bytes()).expect("valid");
        let postback = Postback::check(&body, dialect, Timestamp::UNIX_EPOCH, Reading::default()).expect("sound");
        claim(&postback, dialect, keys)
    }

    fn id(text: &str) -> Claim {
        Claim::Id(text.to_owned())
    }

    #[test]
    fn each_dialect_has_its_key() {
        let both = r#","event_id":"E_1","transaction_id":"t_1""#;
        assert_eq!(claimed(both, EventId, Keys::Whole), id("E_1"));
        assert_eq!(claimed(both, TransactionId, Keys::Whole), id("transaction:t_1"));
        assert_eq!(claimed(r#","event_id":"E_1""#, TransactionId, Keys::Whole), id("event:E_1"));
        let window = Claim::Window { event: "registration", at: 60 };
        assert_eq!(claimed("", TransactionId, Keys::Whole), window);
    }

    #[test]
    fn keys_can_be_read_wrongly() {
        let named = r#","event_id":"E_1""#;
        assert_eq!(claimed(named, EventId, Keys::CaseFolded), id("e_1"));
        assert_eq!(claimed(named, EventId, Keys::ClickAndEvent), id("clk_1 registration"));
        assert_eq!(claimed(named, EventId, Keys::WithEvent), id("registration E_1"));
        let long = format!(r#","event_id":"{}b""#, "a".repeat(60));
        assert_eq!(claimed(&long, EventId, Keys::Cut), id(&"a".repeat(60)));
        assert_eq!(claimed(named, TransactionId, Keys::NamedOnly), id("event:E_1"));
        let anybody = Claim::Anybody("clk_1 registration 60".to_owned());
        assert_eq!(claimed("", TransactionId, Keys::NamedOnly), anybody);
    }
}
