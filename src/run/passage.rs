//! The passage of a journey through an operator: what the player was shown and the steps were answered, and the checks
//! that come of it. What became of the events is the oracle's to say.

use std::sync::Arc;

use serde_json::Value;

use crate::model::{Check, EventKey, Verdict};
use crate::scenario::OperatorPlan;
use crate::send::{Cookies, Form, Redactor};

/// Longest id that is taken out of an answer; what is longer is none.
const LONGEST_ID: usize = 256;

/// How many complaints of one kind a run keeps.
const MOST_TOLD: usize = 3;

/// What one journey came to at the operator.
#[derive(Default)]
pub(super) struct Passage {
    /// The player's cookies.
    pub(super) cookies: Cookies,
    /// Whose pages the player is on, by name, where pages say so.
    pub(super) site: Option<String>,
    /// The account, once there is one.
    pub(super) account: Option<String>,
    /// The transaction of the last deposit, where the operator names it.
    pub(super) transaction: Option<String>,
    /// Steps that come once more after the rest of the run.
    pub(super) repeats: Vec<(EventKey, Arc<Form>)>,
    /// What it is counted for.
    pub(super) counts: PassageCounts,
}

/// What a number of journeys came to at the operator.
#[derive(Clone, Debug, Default)]
pub(super) struct PassageCounts {
    /// Pages that were looked at, the landing page among them.
    pub(super) pages: u64,
    /// Accepted steps whose answer named the event id.
    pub(super) named: u64,
    /// Accepted steps whose answer did not, and what one said instead.
    pub(super) unnamed: Complaints,
    /// Pages that were not there.
    closed: Complaints,
    /// Registrations whose answer named no account.
    pub(super) accountless: Complaints,
    /// Steps that were answered with one event id and then with another.
    pub(super) changed: Complaints,
}

/// How often something was wrong, and the first few times in words.
#[derive(Clone, Debug, Default)]
pub(super) struct Complaints {
    count: u64,
    told: Vec<String>,
}

impl Complaints {
    /// One more.
    pub(super) fn add(&mut self, what: impl FnOnce() -> String) {
        self.count += 1;
        if self.told.len() < MOST_TOLD {
            self.told.push(what());
        }
    }

    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.told.extend(other.told);
        self.told.truncate(MOST_TOLD);
    }

    fn shown(&self) -> String {
        match self.count {
            0 => "none".to_owned(),
            count => format!("{count}, such as {}", self.told.join("; ")),
        }
    }
}

impl PassageCounts {
    /// A page that was not there.
    pub(super) fn page_is_closed(&mut self, why: impl FnOnce() -> String) {
        self.closed.add(why);
    }

    /// Adds those of another journey.
    pub(super) fn merge(&mut self, other: Self) {
        self.pages += other.pages;
        self.named += other.named;
        self.unnamed.merge(other.unnamed);
        self.closed.merge(other.closed);
        self.accountless.merge(other.accountless);
        self.changed.merge(other.changed);
    }

    /// How many of the pages were not there.
    pub(super) fn closed(&self) -> u64 {
        self.closed.count
    }

    /// What the operator's answers were like.
    pub(super) fn checks(&self, plan: &OperatorPlan) -> Vec<Check> {
        let rule = |id, bad: Verdict, expected: String, complaints: &Complaints| {
            let verdict = if complaints.count == 0 { Verdict::Pass } else { bad };
            Check::new(id, verdict, expected, complaints.shown())
        };
        vec![
            rule("operator.pages", Verdict::Warn, "every page is there".to_owned(), &self.closed),
            rule(
                "operator.account",
                Verdict::Inconclusive,
                format!("a registration is answered with the account at {}", plan.account_id),
                &self.accountless,
            ),
            self.names(plan),
            rule(
                "operator.same-answer",
                Verdict::Fail,
                "a step that comes again under its Idempotency-Key is answered with the same event id".to_owned(),
                &self.changed,
            ),
        ]
    }

    fn names(&self, plan: &OperatorPlan) -> Check {
        const ID: &str = "operator.event-id";
        let matched = "credits are matched by click id, event and amount";
        let Some(pointer) = &plan.event_id else {
            let observed = format!("[operator.answer] event_id is empty: {matched}");
            return Check::new(ID, Verdict::Skipped, "a step's answer names the event id", observed);
        };
        let expected = format!("a step's answer names the event id at {pointer}");
        if self.unnamed.count == 0 {
            let verdict = if self.named == 0 { Verdict::Skipped } else { Verdict::Pass };
            return Check::new(ID, verdict, expected, format!("{} of them do", self.named));
        }
        let all = self.named + self.unnamed.count;
        let told = self.unnamed.told.first().cloned().unwrap_or_default();
        let observed = format!("{} of {all} do not, so {matched}; one says {told}", self.unnamed.count);
        Check::new(ID, Verdict::Warn, expected, observed)
    }
}

/// An id at a place of an answer: a text or a whole number. `None` where the answer is no JSON or has nothing there.
pub(super) fn id_at(answer: &[u8], pointer: &str) -> Option<String> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let id = match answer.pointer(pointer)? {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_u64() || number.is_i64() => number.to_string(),
        _ => return None,
    };
    (!id.is_empty() && id.len() <= LONGEST_ID && !id.chars().any(char::is_control)).then_some(id)
}

/// The beginning of an answer, as a complaint shows it.
pub(super) fn excerpt(redactor: &Redactor, answer: &[u8]) -> String {
    match redactor.excerpt(answer) {
        text if text.is_empty() => "nothing at all".to_owned(),
        text => format!("`{text}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_where_the_pointer_says() {
        let answer = br#"{"data": {"id": "dep_1", "n": 12, "f": 1.5, "empty": "", "bell": "\u0007"}}"#;
        assert_eq!(id_at(answer, "/data/id").as_deref(), Some("dep_1"));
        assert_eq!(id_at(answer, "/data/n").as_deref(), Some("12"));
        for nothing in ["/data/f", "/data/empty", "/data/bell", "/data", "/id"] {
            assert_eq!(id_at(answer, nothing), None, "{nothing}");
        }
        let long = format!("{{\"id\": \"{}\"}}", "x".repeat(LONGEST_ID + 1));
        for answer in ["", "<html>", "[1", long.as_str()] {
            assert_eq!(id_at(answer.as_bytes(), "/id"), None);
        }
    }

    #[test]
    fn complaints_are_counted_and_the_first_ones_told() {
        let mut all = PassageCounts::default();
        for number in 0..5 {
            let mut one = PassageCounts::default();
            one.page_is_closed(|| format!("page {number}"));
            all.merge(one);
        }
        assert_eq!(all.closed.shown(), "5, such as page 0; page 1; page 2");
    }
}
