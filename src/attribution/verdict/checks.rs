//! The checks of a gap: one for each rule, and what was noticed besides, which warns and decides nothing.

use super::{Judged, Measure, Needed, Ruled, Rules};
use crate::attribution::pairing::Pairing;
use crate::attribution::sighting::Method;
use crate::model::{Check, Verdict};
use crate::stats::Interval;

/// Parts that a check names before it only counts them.
const NAMED: usize = 5;

impl Rules {
    pub(super) fn checks(&self, ruled: &Ruled, pairing: &Pairing) -> Vec<Check> {
        vec![
            self.fixed_rule(ruled),
            self.gap(ruled),
            direction(ruled, pairing),
            self.breakdown(&ruled.parts),
            late(pairing),
            doubled(pairing),
            unattributed(pairing),
        ]
    }

    /// Rule 1. Beside a baseline it is shown and decides nothing: what it would call an error is a warning then.
    fn fixed_rule(&self, ruled: &Ruled) -> Check {
        let by_itself = ruled.fixed.verdict;
        let verdict = match (ruled.beyond.is_some(), by_itself) {
            (true, Verdict::Fail) => Verdict::Warn,
            (true, Verdict::Inconclusive) => Verdict::Skipped,
            (_, verdict) => verdict,
        };
        let shown = if ruled.beyond.is_some() {
            format!("; shown only, by itself it says {}", by_itself.word())
        } else {
            needed(ruled.needed)
        };
        Check::new("parallel.fixed-rule", verdict, self.limits("a gap"), format!("{}{shown}", told(ruled.fixed)))
    }

    /// Rule 2.
    fn gap(&self, ruled: &Ruled) -> Check {
        let Some(beyond) = ruled.beyond else {
            let expected = self.limits("a gap beyond the expected one");
            return Check::new(
                "parallel.gap",
                Verdict::Skipped,
                expected,
                "no expected gap is known: the fixed rule decides",
            );
        };
        let expected = beyond.expected.unwrap_or_default();
        let observed = format!(
            "{}; {} expected, so {} beyond ({}){}",
            told(beyond),
            percent(expected.difference),
            percent(beyond.counts.gap() - expected.difference),
            interval(beyond.beyond),
            needed(ruled.needed)
        );
        Check::new("parallel.gap", beyond.verdict, self.limits("a gap beyond the expected one"), observed)
    }

    /// Parts that stand out for certain.
    fn breakdown(&self, parts: &[Judged]) -> Check {
        let expected = format!("no part has a gap beyond {} for certain", percent(self.error));
        if parts.is_empty() {
            return Check::new("parallel.breakdown", Verdict::Skipped, expected, "there are no parts");
        }
        let mut certain: Vec<&Judged> = parts.iter().filter(|judged| judged.certain).collect();
        if certain.is_empty() {
            return Check::new("parallel.breakdown", Verdict::Pass, expected, format!("none of {} does", parts.len()));
        }
        certain.sort_by_key(|judged| std::cmp::Reverse(judged.measure.counts.seen()));
        let name = |judged: &&Judged| {
            let Judged { part, measure, .. } = judged;
            format!("{} {}: {}", part.aspect.name(), part.name, told(*measure))
        };
        let named: Vec<String> = certain.iter().take(NAMED).map(name).collect();
        let more = certain.len().saturating_sub(NAMED);
        let more = if more == 0 { String::new() } else { format!("; and {more} more") };
        Check::new("parallel.breakdown", Verdict::Warn, expected, format!("{}{more}", named.join("; ")))
    }

    fn limits(&self, what: &str) -> String {
        format!("{what} below {}; from {} on it is an error", percent(self.attention), percent(self.error))
    }
}

/// Rule 3.
fn direction(ruled: &Ruled, pairing: &Pairing) -> Check {
    let counts = ruled.fixed.counts;
    let expected = "no first deposit that the cookie saw and S2S did not, once S2S had its grace";
    let verdict = match (counts.seen(), counts.cookie_only) {
        (0, _) => Verdict::Inconclusive,
        (_, 0) => Verdict::Pass,
        _ => Verdict::Fail,
    };
    let pending = match pairing.pending.len() {
        0 => String::new(),
        pending => format!("; {pending} more are still within their grace and count as neither"),
    };
    let leaning = counts.paired().p_equal();
    let leaning = if counts.cookie_only > 0 { format!("; McNemar's exact p is {leaning:.2}") } else { String::new() };
    let late = match pairing.late.len() {
        0 => String::new(),
        late => format!(" ({late} of them because S2S told after its grace)"),
    };
    let observed = format!("cookie only {}{late}, S2S only {}{leaning}{pending}", counts.cookie_only, counts.s2s_only);
    Check::new("parallel.direction", verdict, expected, observed)
}

fn late(pairing: &Pairing) -> Check {
    let what = "came in later, which is as good as never";
    noticed("parallel.late", "S2S comes in within its grace", pairing.late.len(), what)
}

fn doubled(pairing: &Pairing) -> Check {
    let of = |method| pairing.doubled.iter().filter(|doubled| doubled.method == method).count();
    let (cookie, s2s) = (of(Method::Cookie), of(Method::S2s));
    let verdict = if cookie + s2s == 0 { Verdict::Pass } else { Verdict::Warn };
    let observed = format!("{cookie} again in the cookie's log, {s2s} again in that of S2S; each counted once");
    Check::new("parallel.doubled", verdict, "each log has a first deposit once", observed)
}

fn unattributed(pairing: &Pairing) -> Check {
    let what = "credited to no click, so not counted as seen";
    noticed("parallel.unattributed", "each S2S message is credited to a click", pairing.unattributed.len(), what)
}

fn noticed(id: &str, expected: &str, count: usize, what: &str) -> Check {
    let verdict = if count == 0 { Verdict::Pass } else { Verdict::Warn };
    Check::new(id, verdict, expected, format!("{count} {what}"))
}

/// A gap with what it was counted from.
fn told(measure: Measure) -> String {
    let Measure { counts, interval: around, .. } = measure;
    if counts.seen() == 0 {
        return "no first deposits".to_owned();
    }
    format!("{} of {} first deposits ({})", percent(counts.gap()), counts.seen(), interval(around))
}

fn interval(Interval { low, high }: Interval) -> String {
    format!("90 % between {} and {}", percent(low), percent(high))
}

fn needed(needed: Option<Needed>) -> String {
    match needed {
        None => String::new(),
        Some(Needed { conversions, hours: None }) => format!("; it takes {conversions} first deposits in all to tell"),
        Some(Needed { conversions, hours: Some(hours) }) => {
            format!("; it takes {conversions} first deposits in all to tell, {hours:.0} h at the present rate")
        }
    }
}

fn percent(share: f64) -> String {
    // Without the sign of a nought that was rounded.
    let text = format!("{:.1} %", share * 100.0);
    if text == "-0.0 %" { "0.0 %".to_owned() } else { text }
}
