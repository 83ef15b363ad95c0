//! What a line of the log says. Its only free text is the event's id, so nothing else of a request can get in: no
//! address, browser, account, token, signature, secret or click parameter has a field here. What somebody else puts
//! into an id does not get in either, unless it looks like one.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::monitoring::cause::Cause;

/// Longest id that is written as it is, in bytes: the longest that the tracker takes.
const MAX_ID: usize = 255;

/// One line. Lines about one event are found by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// When it happened.
    pub(crate) at: Timestamp,
    /// Where.
    pub(crate) room: Room,
    /// About which event, as far as that is known.
    pub(crate) event_id: Option<EventId>,
    /// What came of it.
    pub(crate) outcome: Outcome,
    /// The status that was answered, or was got.
    pub(crate) status: Option<u16>,
    /// Why it was refused or failed.
    pub(crate) cause: Option<Cause>,
    /// How long it took.
    pub(crate) took: Option<Duration>,
    /// Which attempt it was, counted from one.
    pub(crate) attempt: Option<u32>,
    /// The name of the alert, as the configuration has it.
    pub(crate) alert: Option<String>,
}

/// An event's id in its place, without an allocation. One that is no plain word is told by its fingerprint: it may hold
/// an address, a token or a line feed, and is found by its fingerprint all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventId {
    length: u8,
    text: [u8; MAX_ID],
}

/// The room that tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Room {
    /// Sends the operator's postbacks.
    Sender,
    /// Takes postbacks.
    Tracker,
    /// Works through the queue.
    Processing,
    /// Tells of rules that hold.
    Alerts,
    /// Removes what was kept long enough.
    Retention,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// Taken for the first time.
    Accepted,
    /// Taken, and known already.
    Repeated,
    /// Not taken.
    Refused,
    /// In the books.
    Booked,
    /// Not done, to be tried again.
    Failed,
    /// Not done, and in the dead-letter queue.
    DeadLettered,
    /// Not done, and kept nowhere.
    Lost,
    /// A rule began to hold.
    Fired,
    /// A rule holds no more.
    Resolved,
    /// Gone after its time.
    Removed,
}

/// A line as it is written.
#[derive(Serialize)]
struct Written<'a> {
    at: &'a str,
    room: Room,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<&'a str>,
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    took_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alert: Option<&'a str>,
}

impl Line {
    /// A line that says where, what and when.
    pub(crate) fn new(at: Timestamp, room: Room, outcome: Outcome) -> Self {
        Self { at, room, event_id: None, outcome, status: None, cause: None, took: None, attempt: None, alert: None }
    }

    /// The line as JSON with its line feed.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let written = Written {
            at: &moment(self.at),
            room: self.room,
            event_id: self.event_id.as_ref().map(EventId::text),
            outcome: self.outcome,
            status: self.status,
            cause: self.cause.map(Cause::name),
            took_ms: self.took.map(|took| took.as_secs_f64() * 1e3),
            attempt: self.attempt,
            alert: self.alert.as_deref(),
        };
        serde_json::to_writer(&mut *out, &written).expect("a line has a JSON form and memory takes it");
        out.push(b'\n');
    }
}

impl EventId {
    /// The id, or its fingerprint: the first half of its SHA-256 in hexadecimal behind the algorithm's name.
    pub(crate) fn of(id: &str) -> Self {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if matches!(id.len(), 1..=MAX_ID) && id.bytes().all(plain) {
            return Self::written(id);
        }
        Self::written(&format!("sha256:{}", hex::encode(&Sha256::digest(id)[..16])))
    }

    /// The text that a line has, which is plain ASCII.
    fn text(&self) -> &str {
        str::from_utf8(&self.text[..usize::from(self.length)]).unwrap_or_default()
    }

    fn written(short: &str) -> Self {
        let mut text = [0; MAX_ID];
        let length = short.len().min(MAX_ID);
        text[..length].copy_from_slice(&short.as_bytes()[..length]);
        Self { length: u8::try_from(length).unwrap_or(u8::MAX), text }
    }
}

/// An instant in the one width that lines are written with, so that they sort and compare as text.
pub(super) fn moment(at: Timestamp) -> String {
    format!("{at:.6}")
}

/// The instant at the beginning of a written line.
pub(super) fn moment_of(line: &[u8]) -> Option<&[u8]> {
    let (moment, end) = line.strip_prefix(br#"{"at":""#)?.split_at_checked("2026-11-21T12:39:49.123456Z".len())?;
    end.starts_with(b"\"").then_some(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(line: &Line) -> String {
        let mut out = Vec::new();
        line.write(&mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    fn at() -> Timestamp {
        "2026-11-21T12:39:49.5Z".parse().expect("an instant")
    }

    #[test]
    fn a_line_is_one_json_object() {
        let plain = Line::new(at(), Room::Tracker, Outcome::Accepted);
        let shortest = "{\"at\":\"2026-11-21T12:39:49.500000Z\",\"room\":\"tracker\",\"outcome\":\"accepted\"}\n";
        assert_eq!(written(&plain), shortest);
        let full = Line {
            event_id: Some(EventId::of("dep_9aa")),
            status: Some(403),
            cause: Some(Cause::of("signature_invalid")),
            took: Some(Duration::from_micros(1500)),
            attempt: Some(2),
            alert: Some("late".to_owned()),
            ..plain
        };
        let value: serde_json::Value = serde_json::from_str(&written(&full)).expect("JSON");
        assert_eq!(value["event_id"], "dep_9aa");
        assert_eq!((&value["status"], &value["took_ms"], &value["attempt"]), (&403.into(), &1.5.into(), &2.into()));
        assert_eq!((&value["cause"], &value["alert"]), (&"signature_invalid".into(), &"late".into()));
    }

    #[test]
    fn an_id_that_is_no_plain_word_is_told_by_its_fingerprint() {
        let told = |id: &str| {
            let line = Line { event_id: Some(EventId::of(id)), ..Line::new(at(), Room::Tracker, Outcome::Refused) };
            let text = written(&line);
            assert_eq!(text.matches('\n').count(), 1, "{text}");
            let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            value["event_id"].as_str().expect("text").to_owned()
        };
        assert_eq!(told("dep_k3f9q2xw-137_2"), "dep_k3f9q2xw-137_2");
        assert_eq!(told(&"x".repeat(255)), "x".repeat(255));
        // printf '%s' 'ann@mail.example' | sha256sum
        assert_eq!(told("ann@mail.example"), "sha256:e153509271c7c6a06a11823fce8a8da6");
        for id in ["a\"},\n{\"at\":\u{0}é", "203.0.113.7", "", "a b", &"x".repeat(256), &"é".repeat(5000)] {
            let text = told(id);
            assert!(text.starts_with("sha256:") && text.len() == 39, "{text}");
        }
    }

    #[test]
    fn every_room_and_outcome_has_a_plain_name() {
        use Outcome as O;
        use Room as R;
        let rooms = [R::Sender, R::Tracker, R::Processing, R::Alerts, R::Retention, R::Alerts, R::Sender];
        let outcomes = [O::Accepted, O::Repeated, O::Refused, O::Booked, O::Failed, O::DeadLettered, O::Removed];
        for (room, outcome) in rooms.into_iter().zip(outcomes) {
            let value: serde_json::Value =
                serde_json::from_str(&written(&Line::new(at(), room, outcome))).expect("JSON");
            for name in [&value["room"], &value["outcome"]] {
                let name = name.as_str().expect("a name");
                assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
            }
        }
    }

    #[test]
    fn the_instant_is_found_again() {
        let text = written(&Line::new(at(), Room::Tracker, Outcome::Booked));
        assert_eq!(moment_of(text.as_bytes()), Some(moment(at()).as_bytes()));
        for other in ["", "{}", "{\"at\":\"2026\"}", "no JSON at all, but long enough to hold an instant"] {
            assert_eq!(moment_of(other.as_bytes()), None, "{other}");
        }
    }
}
