//! The gap: how many first deposits either method saw, in total and by hour, brand, affiliate, country, browser, device and path. What
//! follows from it is left to `verdict`, and why it is there to `diagnosis`.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};

use super::pairing::{Logs, Pairing};
use super::sighting::{Dimension, NameId, Sighting};
use crate::stats::Paired;

/// First deposits by who saw them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Seen by both methods.
    pub both: u64,
    /// Seen by cookie alone.
    pub cookie_only: u64,
    /// Seen by S2S alone.
    pub s2s_only: u64,
}

/// What a part of the conversions has in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aspect {
    /// The hour of the deposit, UTC.
    Hour,
    /// What is known of it.
    Of(Dimension),
}

/// A part of the conversions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// By what it is told from the others.
    pub aspect: Aspect,
    /// Which one it is; [`UNKNOWN`] where nothing was said.
    pub name: String,
    /// Its first deposits.
    pub counts: Counts,
}

/// All conversions, and each of their parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gap {
    /// All of them.
    pub total: Counts,
    /// The parts, by aspect, and within one by name.
    pub parts: Vec<Part>,
    /// Dimensions that one method alone tells while the other has conversions of its own: nothing can be concluded from them.
    pub untold: Vec<Dimension>,
    /// From the first deposit to the last.
    pub span: SignedDuration,
}

/// The name of what nothing was said of.
pub const UNKNOWN: &str = "unknown";

const SECONDS_OF_AN_HOUR: i64 = 3_600;

/// Who saw a conversion.
#[derive(Clone, Copy)]
enum Seen {
    Both,
    CookieOnly,
    S2sOnly,
}

/// Counts that grow with each conversion. Names are small numbers, so that each has its place in a row.
#[derive(Default)]
struct Tally {
    total: Counts,
    hours: BTreeMap<i64, Counts>,
    names: [Vec<Counts>; Dimension::ALL.len()],
    unknown: [Counts; Dimension::ALL.len()],
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl Counts {
    /// Seen by either method.
    pub fn seen(self) -> u64 {
        self.both + self.cookie_only + self.s2s_only
    }

    /// The counts as a paired comparison: S2S first, cookie second.
    pub fn paired(self) -> Paired {
        Paired { first_only: self.s2s_only, second_only: self.cookie_only, total: self.seen() }
    }

    /// The gap: (S2S only − cookie only) ÷ seen by either, −1 to 1; 0 of nothing.
    pub fn gap(self) -> f64 {
        self.paired().difference()
    }

    fn add(&mut self, seen: Seen) {
        match seen {
            Seen::Both => self.both += 1,
            Seen::CookieOnly => self.cookie_only += 1,
            Seen::S2sOnly => self.s2s_only += 1,
        }
    }
}

impl Aspect {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Of(dimension) => dimension.name(),
        }
    }
}

impl Gap {
    /// Counts what was matched.
    pub fn of(logs: &Logs, pairing: &Pairing) -> Self {
        let mut tally = Tally::default();
        for pair in &pairing.both {
            let (cookie, s2s) = (logs.cookie.sighting(pair.cookie), logs.s2s.sighting(pair.s2s));
            tally.add(Seen::Both, [cookie, s2s]);
        }
        let late: HashMap<u32, u32> = pairing.late.iter().map(|pair| (pair.cookie, pair.s2s)).collect();
        for place in &pairing.cookie_only {
            let s2s = late.get(place).and_then(|place| logs.s2s.sighting(*place));
            tally.add(Seen::CookieOnly, [logs.cookie.sighting(*place), s2s]);
        }
        pairing.s2s_only.iter().for_each(|place| tally.add(Seen::S2sOnly, [None, logs.s2s.sighting(*place)]));
        tally.gap(logs, pairing)
    }

    /// First deposits an hour, where they span any time.
    pub fn rate(&self) -> Option<f64> {
        let hours = self.span.as_secs_f64() / 3600.0;
        #[expect(clippy::cast_precision_loss, reason = "no log has 2^53 rows")]
        (hours > 0.0).then(|| self.total.seen() as f64 / hours)
    }
}

impl Tally {
    /// Counts a conversion, as the cookie and as S2S had it.
    fn add(&mut self, seen: Seen, sightings: [Option<&Sighting>; 2]) {
        let Some(at) = sightings.iter().flatten().map(|sighting| sighting.at).next() else { return };
        self.total.add(seen);
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
        self.hours.entry(at.as_second().div_euclid(SECONDS_OF_AN_HOUR)).or_default().add(seen);
        for dimension in Dimension::ALL {
            let name = sightings.iter().flatten().find_map(|sighting| sighting.traits.get(dimension));
            self.counts(dimension, name).add(seen);
        }
    }

    fn counts(&mut self, dimension: Dimension, name: Option<NameId>) -> &mut Counts {
        let Some(NameId(name)) = name else { return &mut self.unknown[dimension as usize] };
        let (names, name) = (&mut self.names[dimension as usize], usize::from(name));
        if names.len() <= name {
            names.resize(name + 1, Counts::default());
        }
        &mut names[name]
    }

    fn gap(self, logs: &Logs, pairing: &Pairing) -> Gap {
        let hour = |(hour, counts): (&i64, &Counts)| {
            let begins = Timestamp::from_second(hour.saturating_mul(SECONDS_OF_AN_HOUR)).unwrap_or_default();
            Part { aspect: Aspect::Hour, name: begins.to_string(), counts: *counts }
        };
        let mut parts: Vec<Part> = self.hours.iter().map(hour).collect();
        let mut untold = Vec::new();
        for dimension in Dimension::ALL {
            match telling(dimension, logs, pairing) {
                Telling::Nobody => {}
                Telling::TooFew => untold.push(dimension),
                Telling::Enough => parts.extend(self.parts(dimension, logs)),
            }
        }
        let span = self.first.zip(self.last).map_or(SignedDuration::ZERO, |(first, last)| last.duration_since(first));
        Gap { total: self.total, parts, untold, span }
    }

    fn parts(&self, dimension: Dimension, logs: &Logs) -> Vec<Part> {
        let part = |name: &str, counts: &Counts| Part {
            aspect: Aspect::Of(dimension),
            name: name.to_owned(),
            counts: *counts,
        };
        let named = (0..).zip(&self.names[dimension as usize]);
        let mut parts: Vec<Part> = named.map(|(name, counts)| part(logs.names.get(NameId(name)), counts)).collect();
        parts.push(part(UNKNOWN, &self.unknown[dimension as usize]));
        parts.retain(|part| part.counts.seen() > 0);
        parts.sort_by(|one, other| one.name.cmp(&other.name));
        parts
    }
}

/// Who tells a dimension.
enum Telling {
    Nobody,
    TooFew,
    Enough,
}

/// A dimension can be broken down by when each method that has conversions of its own tells it. Of late ones both methods tell.
fn telling(dimension: Dimension, logs: &Logs, pairing: &Pairing) -> Telling {
    let tells = |side: &[Sighting]| side.iter().any(|sighting| sighting.traits.get(dimension).is_some());
    let (cookie, s2s) = (tells(&logs.cookie.sightings), tells(&logs.s2s.sightings));
    let unheard = pairing.cookie_only.len() > pairing.late.len();
    let enough = (cookie || !unheard) && (s2s || pairing.s2s_only.is_empty());
    match (cookie || s2s, enough) {
        (false, _) => Telling::Nobody,
        (true, false) => Telling::TooFew,
        (true, true) => Telling::Enough,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::{MatchedBy, Pair, Side, Traits};

    fn sighting(hour: i64, brand: Option<NameId>, browser: Option<NameId>) -> Sighting {
        Sighting {
            at: Timestamp::from_second(1_760_000_400 + hour * 3_600).expect("in range"),
            received: None,
            click: None,
            transaction: None,
            account: None,
            money: None,
            attributed: true,
            traits: Traits::default().with(Dimension::Brand, brand).with(Dimension::Browser, browser),
            row: 0,
        }
    }

    fn logs() -> (Logs, Pairing) {
        let mut logs = Logs::default();
        let [casino, poker, safari] = ["casino", "poker", "safari"].map(|name| logs.names.number(name));
        logs.cookie =
            Side { sightings: vec![sighting(0, casino, safari), sighting(1, poker, safari)], ..Side::default() };
        logs.s2s = Side {
            sightings: vec![sighting(0, None, None), sighting(2, poker, None), sighting(2, casino, None)],
            ..Side::default()
        };
        let pairing = Pairing {
            both: vec![Pair { cookie: 0, s2s: 0, by: MatchedBy::Click }],
            cookie_only: vec![1],
            s2s_only: vec![1, 2],
            ..Pairing::default()
        };
        (logs, pairing)
    }

    #[test]
    fn conversions_are_counted_in_total_and_in_parts() {
        let (logs, pairing) = logs();
        let gap = Gap::of(&logs, &pairing);
        assert_eq!(gap.total, Counts { both: 1, cookie_only: 1, s2s_only: 2 });
        assert!((gap.total.gap() - 0.25).abs() < 1e-12);
        let of = |aspect| gap.parts.iter().filter(move |part| part.aspect == aspect);
        let brands: Vec<_> = of(Aspect::Of(Dimension::Brand)).map(|part| (part.name.as_str(), part.counts)).collect();
        assert_eq!(
            brands,
            [
                ("casino", Counts { both: 1, cookie_only: 0, s2s_only: 1 }),
                ("poker", Counts { both: 0, cookie_only: 1, s2s_only: 1 }),
            ]
        );
        let hours: Vec<_> = of(Aspect::Hour).map(|part| part.counts.seen()).collect();
        assert_eq!(hours, [1, 1, 2]);
        assert_eq!(gap.rate(), Some(2.0));
    }

    #[test]
    fn what_came_late_counts_as_the_cookies_alone_with_what_either_tells() {
        let (mut logs, mut pairing) = logs();
        logs.s2s.sightings[0].traits = logs.s2s.sightings[0].traits.with(Dimension::Device, logs.names.number("phone"));
        pairing.late = std::mem::take(&mut pairing.both);
        pairing.cookie_only = vec![0, 1];
        let gap = Gap::of(&logs, &pairing);
        assert_eq!(gap.total, Counts { both: 0, cookie_only: 2, s2s_only: 2 });
        assert_eq!(gap.untold, [Dimension::Browser, Dimension::Device], "the cookie's other one has no device");
        pairing.cookie_only = vec![0];
        let gap = Gap::of(&logs, &pairing);
        let phone = gap.parts.iter().find(|part| part.name == "phone").expect("S2S tells it of the late one");
        assert_eq!(phone.counts, Counts { both: 0, cookie_only: 1, s2s_only: 0 });
    }

    #[test]
    fn what_one_method_alone_tells_is_not_broken_down() {
        let (logs, mut pairing) = logs();
        assert_eq!(Gap::of(&logs, &pairing).untold, [Dimension::Browser]);
        pairing.s2s_only.clear();
        let gap = Gap::of(&logs, &pairing);
        assert_eq!(gap.untold, []);
        assert!(gap.parts.iter().any(|part| part.aspect == Aspect::Of(Dimension::Browser) && part.name == "safari"));
    }

    #[test]
    fn nothing_has_no_gap() {
        let gap = Gap::of(&Logs::default(), &Pairing::default());
        assert_eq!((gap.total.seen(), gap.parts.len(), gap.rate()), (0, 0, None));
    }
}
