//! Hand-made bodies of every class, and that no bytes at all make the reader stumble.

use proptest::prelude::*;

use super::Class::{Bad, Open, Untold, Unusable, Valid};
use super::*;
use crate::model::{Ids, Mixer};
use crate::profile::{Payload, S2sJson, Sample};

const START: i64 = 1_761_059_551;

/// A member set to a value, or left out, and what the whole is then.
const ROWS: &[(&str, &str, Class)] = &[
    ("amount", "250", Valid),
    ("amount", "1e2", Valid),
    ("amount", "100.00", Valid),
    ("amount", "19.99", Valid),
    ("amount", "100.000", Open),
    ("amount", "9.99", Open),
    ("amount", "0", Bad),
    ("amount", "-0.0", Bad),
    ("amount", "-100", Bad),
    ("amount", "100.005", Bad),
    ("amount", "\"100\"", Bad),
    ("amount", "null", Bad),
    ("amount", "[100]", Bad),
    ("amount", "1000000000000", Untold),
    ("amount", "1e400", Untold),
    ("amount", "100.0000000000000000001", Untold),
    ("amount", "0100", Bad),
    ("amount", "+100", Bad),
    ("currency", "\"JPY\"", Valid),
    ("currency", "\"usd\"", Bad),
    ("currency", "\"ZZZ\"", Bad),
    ("currency", "\"HRK\"", Untold),
    ("currency", "\"USD \"", Untold),
    ("currency", "840", Bad),
    ("event", "\"login\"", Bad),
    ("event", "\"Deposit_Success\"", Untold),
    ("event", "\"refund\"", Untold),
    ("event", "null", Bad),
    ("event_id", "\"\"", Bad),
    ("event_id", "7", Bad),
    ("event_id", "\"d\"", Unusable),
    ("event_id", "\"dep_k3f9q2xw_1234567890123_3\"", Valid),
    ("event_id", "\"dep k3f9q2xw/1234567890123\"", Open),
    ("event_id", "\" dep_1234567890123\"", Unusable),
    ("click_id", "\"clk_of_nobody\"", Bad),
    ("click_id", "\"\"", Bad),
    ("ts_event", "\"2025-10-21T15:12:32Z\"", Valid),
    ("ts_event", "\"2025-10-21T15:12:31.5Z\"", Open),
    ("ts_event", "\"2025-10-21T15:12:31+02:00\"", Bad),
    ("ts_event", "\"2025-10-21T15:12:31+00:00\"", Unusable),
    ("ts_event", "\"2025-10-21T15:12:31\"", Bad),
    ("ts_event", "\"2025-10-21t15:12:31z\"", Unusable),
    ("ts_event", "\"2025-10-21 15:12:31Z\"", Unusable),
    ("ts_event", "\"2025-10-21T15:13Z\"", Unusable),
    ("ts_event", "\"2025-13-21T15:12:31Z\"", Bad),
    ("ts_event", "\"2025-02-30T15:12:31Z\"", Unusable),
    ("ts_event", "\"2025-10-21T15:12:60Z\"", Unusable),
    ("ts_event", "\"2025-10-21T20:12:31Z\"", Untold),
    ("ts_event", "\"2025-10-21T15:12:30Z\"", Unusable),
    ("ts_event", "\"2026-10-21T15:12:31Z\"", Bad),
    ("ts_event", "\"yesterday\"", Bad),
    ("ts_event", "1761059551", Bad),
    ("is_ftd", "true", Open),
    ("is_ftd", "\"false\"", Untold),
    ("account_id", "\"u_other\"", Untold),
    ("brand_id", "\"beta\"", Untold),
    ("payment_method", "5", Open),
    ("payment_method", "\"crypto\"", Open),
    ("geo", "\"BR\"", Open),
    ("x_note", "\"hello\"", Valid),
    ("x_list", "[1,{\"b\":null}]", Valid),
    ("x_number", "-0.5", Valid),
    ("x_number", "1e-7", Open),
    ("x_number", "-0", Open),
    ("x_note", "\"\\u0000\"", Open),
    ("x_list", "{\"a\":1,\"a\":2}", Untold),
    ("__proto__", "1", Open),
    ("signature", "\"00\"", Open),
    ("x", "12345678901234567890", Untold),
    ("x", "\"\\ud800\"", Untold),
    ("Amount", "5", Unusable),
    ("account_id", "", Valid),
    ("is_ftd", "", Valid),
    ("payment_method", "", Valid),
    ("brand_id", "", Untold),
    ("amount", "", Bad),
    ("currency", "", Bad),
    ("ts_event", "", Bad),
    ("click_id", "", Bad),
    ("event_id", "", Bad),
    ("event", "", Bad),
];

/// A deposit of a player whose first one is in the books, as the suite writes it.
struct Repeat {
    sent: Sent,
    body: Vec<u8>,
}

impl Repeat {
    fn new() -> Self {
        let sample = Sample::new(Ids::new("k3f9q2xw".parse().expect("a tag")));
        let player = sample.nth_player(1_234_567_890_123);
        let key = crate::model::EventKey { journey: 1_234_567_890_123, slot: 3, kind: EventKind::Deposit };
        let event = sample.event(key, START);
        let mut body = Vec::new();
        S2sJson.write_body(sample.ids(), &player, &event, &mut body);
        let mut payload = Payload::read(&body).expect("an object");
        payload.set("is_ftd", "false").expect("JSON");
        let sent = Sent { says_ftd: false, ..Sent::of(sample.ids(), &player, &event) };
        Self { sent, body: payload.write() }
    }

    fn read(&self, body: &[u8]) -> Reading {
        let basis = Basis {
            sent: &self.sent,
            body: &self.body,
            profile: &S2sJson,
            deposited: self.sent.money,
            clicks_known: true,
            strict: true,
            minimum: "10".parse().expect("an amount"),
            signature: None,
            now: Timestamp::from_second(START + 300).expect("a time"),
        };
        read(&basis, body)
    }

    /// The class with a member set to this; without it for an empty text.
    fn with(&self, name: &str, json: &str) -> Reading {
        let mut payload = Payload::read(&self.body).expect("an object");
        if json.is_empty() {
            assert!(payload.remove(name));
            return self.read(&payload.write());
        }
        payload.remove(name);
        let mut text = String::from_utf8(payload.write()).expect("UTF-8");
        text.insert_str(1, &format!("\"{name}\":{json},"));
        self.read(text.as_bytes())
    }
}

#[test]
fn the_postback_itself_is_valid_however_it_is_laid_out() {
    let repeat = Repeat::new();
    assert_eq!(repeat.read(&repeat.body).class, Valid);
    let text = String::from_utf8(repeat.body.clone()).expect("UTF-8");
    for spelled in
        [text.replace("\",\"", "\" ,\n \""), format!("  {text}\n"), text.replace("\"amount\"", "\"\\u0061mount\"")]
    {
        let reading = repeat.read(spelled.as_bytes());
        assert_eq!((reading.class, &reading.sent), (Valid, &repeat.sent), "{spelled}: {}", reading.why);
    }
}

#[test]
fn each_member_has_values_of_every_class() {
    let repeat = Repeat::new();
    for &(name, json, class) in ROWS {
        let reading = repeat.with(name, json);
        assert_eq!(reading.class, class, "{name} {json}: {}", reading.why);
    }
}

#[test]
fn documents_that_are_none_are_bad_and_those_that_readers_differ_in_are_open() {
    let repeat = Repeat::new();
    let text = String::from_utf8(repeat.body.clone()).expect("UTF-8");
    for (body, class) in [
        (String::new(), Bad),
        (format!("[{text}]"), Bad),
        (text[..text.len() - 1].to_owned(), Bad),
        (text.replace(':', ""), Bad),
        (text.replacen('{', "{\"amount\":100,", 1), Bad),
        (text.replacen('{', "{\"x\":1,\"x\":2,", 1), Untold),
        (text.replacen('{', "{\"x\":NaN,", 1), Unusable),
        (format!("\u{feff}{text}"), Open),
        (text.replacen('{', &format!("{{\"x\":{}1{},", "[".repeat(40), "]".repeat(40)), 1), Open),
        (text.replacen('{', &format!("{{\"x\":{}1{},", "[".repeat(4000), "]".repeat(4000)), 1), Untold),
    ] {
        let reading = repeat.read(body.as_bytes());
        assert_eq!(reading.class, class, "{}: {}", body.chars().take(60).collect::<String>(), reading.why);
    }
    assert_eq!(repeat.read(&[text.as_bytes(), b"\xff"].concat()).class, Bad);
}

#[test]
fn what_is_said_is_read_from_the_bytes() {
    let repeat = Repeat::new();
    let said = repeat.with("amount", "1999e-2").sent.money.expect("money");
    assert_eq!(said.to_string(), "19.99 USD");
    assert_eq!(repeat.with("ts_event", "\"2025-10-21T15:12:32Z\"").sent.at, START + 1);
    assert!(!repeat.with("ts_event", "\"2025-10-21T15:12:32.9Z\"").sent.says_time, "books may round");
    assert_eq!(repeat.with("event_id", "\"x-1234567890123\"").sent.event_id, "x-1234567890123");
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_stumble(seed: u64, noise in proptest::collection::vec(any::<u8>(), 0..80)) {
        let repeat = Repeat::new();
        repeat.read(&noise);
        let mut mixed = repeat.body.clone();
        let at = usize::try_from(Mixer::new(seed).below(mixed.len() as u64)).expect("small");
        mixed.splice(at..at, noise);
        repeat.read(&mixed);
    }
}
