//! A trial: a plan beside what came of it, as a case's judge sees it; and the finding that the judge comes to.

use std::time::Duration;

use super::plan::{Plan, Planned, Shot};
use super::{Terms, Visited};
use crate::model::{Credit, Outcome, Verdict};
use crate::oracle::Standing;

/// What the TLS library says of a certificate that it does not trust, before the reason.
pub const DISTRUST: &str = "invalid peer certificate";

/// An answer as far as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The beginning of its body.
    pub body: Vec<u8>,
    /// Whether there was more of the body, or it broke off.
    pub cut: bool,
}

/// One try of a request.
#[derive(Clone, Debug)]
pub struct Tried {
    /// What its sender may conclude.
    pub outcome: Outcome,
    /// From sending to the end.
    pub took: Duration,
    /// The answer, where one came.
    pub reply: Option<Reply>,
    /// The beginning of the answer for people, on one line and without secrets; why there is none, where none came.
    pub said: String,
    /// What of the answer nobody may be told: a secret, a token, a player's data, by name.
    pub leaks: Vec<&'static str>,
}

/// Every try of one shot; at least one, unless the suite was cut short.
#[derive(Clone, Debug, Default)]
pub struct Heard(pub Vec<Tried>);

/// What a judge has before it.
#[derive(Clone, Copy)]
pub struct Trial<'a> {
    /// The case.
    pub case: &'static str,
    /// What was agreed on.
    pub terms: &'a Terms,
    /// What was to be sent.
    pub plan: &'a Plan,
    /// What was answered, shot by shot.
    pub heard: &'a [Heard],
    /// What became of each delivery, by the oracle.
    pub standings: &'a [Standing],
    /// What came of the visits at the operator, in their order.
    pub visited: &'a [Visited],
    /// Everything that stands in the books in the end; nothing where they were not read.
    pub credits: &'a [Credit],
    /// Whether the books tell of FTDs at all.
    pub tells_ftd: bool,
    /// Every answer of the whole suite with the shot that it answers.
    pub suite: &'a [(&'a Shot, &'a Heard)],
}

/// What a judge came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The verdict.
    pub verdict: Verdict,
    /// What was there.
    pub observed: String,
    /// The shots that show it, by their place in the plan.
    pub shown_by: Vec<usize>,
}

impl Reply {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl Heard {
    /// The last try, which is what counts unless a case asks for the others.
    pub fn last(&self) -> Option<&Tried> {
        self.0.last()
    }
}

impl<'a> Trial<'a> {
    /// Each shot with what was heard of it.
    pub fn shots(&self) -> impl Iterator<Item = (usize, &'a Shot, &'a Heard)> + use<'a> {
        self.plan.shots().zip(self.heard).enumerate().map(|(place, (shot, heard))| (place, shot, heard))
    }

    /// Each delivery with what became of it.
    pub fn deliveries(&self) -> impl Iterator<Item = (usize, &'a Planned, &'a Standing)> + use<'a> {
        self.plan
            .deliveries
            .iter()
            .zip(self.standings)
            .enumerate()
            .map(|(place, (planned, standing))| (place, planned, standing))
    }

    /// The credit under an event id, where there is one.
    pub fn credit(&self, event_id: &str) -> Option<&'a Credit> {
        self.credits.iter().find(|credit| credit.event_id == event_id)
    }

    /// Every try of the whole suite, with the shot that it is of.
    pub fn tries(&self) -> impl Iterator<Item = (&'a Shot, &'a Tried)> + use<'a> {
        self.suite.iter().flat_map(|(shot, heard)| heard.0.iter().map(|tried| (*shot, tried)))
    }

    /// The place of a shot of the suite in the case's own plan, where it is the case's own.
    pub fn place_of(&self, shot: &Shot) -> Option<usize> {
        self.plan.shots().position(|own| std::ptr::eq(own, shot))
    }

    /// The last shot of a delivery, which is the one to show.
    pub fn shot_of(&self, delivery: usize) -> Option<usize> {
        self.plan.shots().enumerate().filter(|(_, shot)| shot.delivery == Some(delivery)).map(|(place, _)| place).last()
    }
}

impl Finding {
    /// Everything was as it should be.
    pub fn pass(observed: impl Into<String>) -> Self {
        Self { verdict: Verdict::Pass, observed: observed.into(), shown_by: Vec::new() }
    }

    /// Nobody declared what it would test, or there is nothing to tell it by.
    pub fn skipped(observed: impl Into<String>) -> Self {
        Self { verdict: Verdict::Skipped, observed: observed.into(), shown_by: Vec::new() }
    }

    /// It could not be tested.
    pub fn inconclusive(observed: impl Into<String>) -> Self {
        Self { verdict: Verdict::Inconclusive, observed: observed.into(), shown_by: Vec::new() }
    }

    /// The rule was broken, as these shots show.
    pub fn fail(observed: impl Into<String>, shown_by: Vec<usize>) -> Self {
        Self { verdict: Verdict::Fail, observed: observed.into(), shown_by }
    }

    /// The rule was kept, though not as well as it should be.
    pub fn warn(observed: impl Into<String>, shown_by: Vec<usize>) -> Self {
        Self { verdict: Verdict::Warn, observed: observed.into(), shown_by }
    }

    /// The rule was broken by shots of the whole suite, in these words; shown by those that are the case's own.
    pub fn of_suite<'s>(
        trial: &Trial<'_>,
        verdict: Verdict,
        broken: impl IntoIterator<Item = (&'s Shot, String)>,
    ) -> Option<Self> {
        let broken: Vec<(&Shot, String)> = broken.into_iter().collect();
        let (first, told) = broken.first()?;
        let more =
            if broken.len() > 1 { format!(", and {} more answers likewise", broken.len() - 1) } else { String::new() };
        let of =
            if first.request.event_id.is_empty() { String::new() } else { format!(" of {}", first.request.event_id) };
        let observed = format!("the answer to {}{of} {told}{more}", first.request.method);
        let shown_by = broken.iter().filter_map(|(shot, _)| trial.place_of(shot)).collect();
        Some(Self { verdict, observed, shown_by })
    }

    /// The worse of two findings.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        if other.verdict > self.verdict { other } else { self }
    }
}
