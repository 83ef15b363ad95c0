//! Every conversion that is not simply seen by both, row by row, for a file that people go through.

use super::dimension::dimension;
use crate::attribution::diagnosis::{Diagnosis, Subject};
use crate::attribution::{Logs, Method, Pairing, Sighting, TextId};
use crate::scenario::Field;

/// A conversion that did not come out as seen by both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// What became of it: `cookie-only`, `s2s-only`, `late`, `pending`, `unattributed`, `anonymous` or `doubled`. The S2S message of a
    /// conversion that is cookie-only because of its lateness is `late`.
    pub standing: &'static str,
    /// Whose log has it.
    pub method: Method,
    /// Its place among the sightings of that side.
    pub place: u32,
    subject: Option<Subject>,
}

/// The columns of a row.
const COLUMNS: [&str; 17] = [
    "standing",
    "method",
    "line",
    "ts_event",
    "received_at",
    "click_id",
    "transaction_id",
    "account",
    "amount",
    "currency",
    "brand_id",
    "affiliate_id",
    "country",
    "browser",
    "device",
    "path",
    "cause",
];

/// The conversions that are not simply seen by both: those of the cookie first, then those of S2S, each in the order of its log.
pub fn unmatched(pairing: &Pairing) -> Vec<Unmatched> {
    let of = |standing, method, places: &[u32]| -> Vec<Unmatched> {
        let row = |place: &u32| Unmatched { standing, method, place: *place, subject: subject(standing, *place) };
        places.iter().map(row).collect()
    };
    let mut all = [
        of("cookie-only", Method::Cookie, &pairing.cookie_only),
        of("pending", Method::Cookie, &pairing.pending),
        of("anonymous", Method::Cookie, &pairing.anonymous),
        of("s2s-only", Method::S2s, &pairing.s2s_only),
        of("unattributed", Method::S2s, &pairing.unattributed),
    ]
    .concat();
    all.extend(pairing.late.iter().map(|pair| Unmatched {
        standing: "late",
        method: Method::S2s,
        place: pair.s2s,
        subject: Some(Subject::CookieOnly(pair.cookie)),
    }));
    all.extend((0..).zip(&pairing.doubled).map(|(number, doubled)| Unmatched {
        standing: "doubled",
        method: doubled.method,
        place: doubled.again,
        subject: Some(Subject::Doubled(number)),
    }));
    all.sort_unstable_by_key(|row| (row.method, row.place));
    all
}

/// As what the diagnosis knows a row; what may still be matched, and pixels without their cookie, it does not ask about.
fn subject(standing: &str, place: u32) -> Option<Subject> {
    match standing {
        "cookie-only" => Some(Subject::CookieOnly(place)),
        "s2s-only" => Some(Subject::S2sOnly(place)),
        "unattributed" => Some(Subject::Unattributed(place)),
        _ => None,
    }
}

impl Unmatched {
    /// The names of the cells.
    pub fn columns() -> &'static [&'static str] {
        &COLUMNS
    }

    /// The cells, with the likely cause; empty where nothing is known.
    pub fn cells(&self, logs: &Logs, diagnosis: &Diagnosis) -> [String; COLUMNS.len()] {
        let side = logs.side(self.method);
        let Some(sighting) = side.sighting(self.place) else { return Default::default() };
        let cause = self.subject.and_then(|subject| diagnosis.cause_of(subject)).unwrap_or_default();
        let id = |id: Option<TextId>| id.map_or_else(String::new, |id| side.texts.get(id).to_owned());
        let [brand, affiliate, country, browser, device, path] = names(logs, sighting);
        [
            self.standing.to_owned(),
            self.method.name().to_owned(),
            sighting.row.to_string(),
            sighting.at.to_string(),
            sighting.received.map_or_else(String::new, |received| received.to_string()),
            id(sighting.click),
            id(sighting.transaction),
            id(sighting.account),
            sighting.money.map_or_else(String::new, |(amount, _)| amount.to_string()),
            sighting.money.map_or_else(String::new, |(_, currency)| currency.to_string()),
            brand,
            affiliate,
            country,
            browser,
            device,
            path,
            cause.to_owned(),
        ]
    }
}

fn names(logs: &Logs, sighting: &Sighting) -> [String; 6] {
    let fields = [Field::Brand, Field::Affiliate, Field::Country, Field::Browser, Field::Device, Field::Path];
    fields.map(|field| {
        let name = dimension(field).and_then(|dimension| sighting.traits.get(dimension));
        name.map_or_else(String::new, |name| logs.names.get(name).to_owned())
    })
}
