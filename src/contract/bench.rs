//! A target on paper, for tests of plans: what a case would send to it, in final bytes, and what the dialect says of them.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    Case, Claims, Clicks, Finding, Heard, Owed, Plan, Shown, Stage, Terms, Tokens, Trial, Tried, Wire, planned,
};
use crate::model::{Ids, Outcome, Secret};
use crate::oracle::Standing;
use crate::profile::{self, Dialect, Sample};
use crate::scenario;
use crate::sign::{self, Algorithm, Bearer, Canonical, Delivered, Place, Refusal, Settings, TokenKey, TokenMaker};

/// The target.
pub(super) struct Bench {
    pub(super) terms: Terms,
    dialect: Dialect,
    sample: Sample,
}

/// One request in its final bytes.
pub(super) struct Posted {
    pub(super) owed: Owed,
    pub(super) note: String,
    pub(super) wire: Wire,
}

/// The moment of every request.
pub(super) const NOW: i64 = 1_761_060_000;

impl Bench {
    /// A target of every scheme, form and place, with its name.
    pub(super) fn all() -> Vec<(String, Self)> {
        let own = |canonical, place: &Place| {
            let name = format!("s2s-json {canonical} {place}");
            (name, Self::new("s2s-json", Settings { canonical, place: place.clone() }))
        };
        let places = [Place::Header("X-Signature".into()), Place::Member("signature".into())];
        let own = Canonical::ALL.into_iter().flat_map(|form| places.iter().map(move |place| own(form, place)));
        let foreign = sign::SCHEMES.iter().filter(|entry| entry.name != "s2s-json");
        let foreign = foreign.map(|entry| (entry.name.to_owned(), Self::new(entry.name, Settings::default())));
        own.chain(foreign).collect()
    }

    fn new(scheme: &str, settings: Settings) -> Self {
        let raw = scenario::read("bench.toml", "").expect("TOML");
        let plan = scenario::check(&raw, "bench.toml", "").expect("a scenario");
        let scheme = (sign::find(scheme).expect("a scheme").build)(settings);
        let key = TokenKey::new(Algorithm::Hs256, &Secret::new("token-key-of-the-bench")).expect("a key");
        let mut maker = TokenMaker::new(key);
        maker.issuer = Some("operator".to_owned());
        maker.audience = Some("tracker".to_owned());
        let terms = Terms {
            contract: plan.contract,
            ftd_minimum: plan.ftd_minimum,
            clicks: Some(Clicks::at("https://tracker.example/click", plan.click.parameters)),
            tokens: Tokens::Minted,
            claims: Claims { issuer: true, audience: true },
            canonical: scheme.canonical(),
            window: scheme.window(),
            place: scheme.place(),
            tls: false,
            read_back: true,
            shown: Shown::default(),
            operator: None,
        };
        let dialect = Dialect {
            profile: profile::by_name("s2s-json").expect("a profile"),
            scheme,
            // Standard Webhooks has keys in base64.
            secret: Secret::new("c2VjcmV0LW9mLXRoZS1iZW5jaA=="),
            bearer: Some(Bearer::Minted(maker)),
        };
        Self { terms, dialect, sample: Sample::new(Ids::new("bench".parse().expect("a tag"))) }
    }

    /// What a case sends; `None` where there is nothing to test, or the scheme has no such thing.
    pub(super) fn posted(&self, case: &dyn Case) -> Option<Vec<Posted>> {
        case.fits(&self.terms).ok()?;
        let now = now();
        let (plan, _) = self.planned(case);
        plan.try_out(&self.dialect, now).ok()?;
        let posted = plan.shots().map(|shot| {
            let wire = shot.request.wire(&self.dialect, now).expect("it was tried out");
            let note = shot.delivery.map(|place| plan.deliveries[place].note.clone()).unwrap_or_default();
            Posted { owed: shot.owed, note, wire }
        });
        Some(posted.collect())
    }

    /// What a case's judge finds when every request that it is about ends so, by its place among them, and no credit shows.
    pub(super) fn found(&self, case: &dyn Case, outcome: impl Fn(usize) -> Outcome) -> Finding {
        let (plan, _) = self.planned(case);
        let (mut heard, mut place) = (Vec::new(), 0);
        for shot in plan.shots() {
            let outcome = if shot.owed == Owed::Ground { Outcome::Ok { repeat: None } } else { outcome(place) };
            place += usize::from(shot.owed != Owed::Ground);
            let took = Duration::from_millis(1);
            heard.push(Heard(vec![Tried { outcome, took, reply: None, said: String::new(), leaks: Vec::new() }]));
        }
        let standings = vec![Standing::Harmless; plan.deliveries.len()];
        case.judge(&Trial {
            case: case.card().id,
            terms: &self.terms,
            plan: &plan,
            heard: &heard,
            standings: &standings,
            visited: &[],
            credits: &[],
            tells_ftd: true,
            suite: &[],
        })
    }

    fn planned(&self, case: &dyn Case) -> (Plan, u64) {
        let profile = self.dialect.profile;
        planned(Stage { terms: &self.terms, profile, sample: &self.sample, start: NOW - 600 }, 7, case, &[])
    }

    /// What the dialect says of a request's signature.
    pub(super) fn verify(&self, posted: &Posted) -> Result<(), Refusal> {
        let delivered = Delivered { headers: &posted.wire.headers, body: &posted.wire.body, now: now() };
        self.dialect.scheme.verify(&self.dialect.secret, &delivered)
    }
}

fn now() -> Timestamp {
    Timestamp::from_second(NOW).expect("an instant")
}
