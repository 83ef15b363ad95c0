//! postproof's side: a process that fires a load through the library, keeps its ledger and its interval log in a folder, and
//! tells what it measured of itself.

use std::collections::HashSet;
use std::io::Write as _;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use postproof::journey::Journeys;
use postproof::load::{Endpoint, Ground, IntervalLog, LedgerWriter, Slots, Tick, fire};
use postproof::model::{Ids, Secret};
use postproof::profile::{self, Dialect};
use postproof::scenario::{self, Scenario};
use postproof::send::TlsFiles;

use crate::process::status_kib;

/// What the engine is to do.
#[derive(Clone, Copy)]
pub(crate) struct Work {
    /// Port of the target.
    pub(crate) port: u16,
    /// Postbacks a second that are planned.
    pub(crate) rate: u64,
    /// How long.
    pub(crate) seconds: u64,
    /// Seconds between two looks at the memory.
    pub(crate) look_every: u64,
}

/// The secret that all sides sign with.
pub(crate) const SECRET: &str = "postback-test-secret";

impl Work {
    /// The work as arguments of a process.
    pub(crate) fn arguments(&self) -> [String; 4] {
        [self.port.to_string(), self.rate.to_string(), self.seconds.to_string(), self.look_every.to_string()]
    }

    /// The work that arguments ask for.
    pub(crate) fn read(arguments: &[String]) -> Option<Self> {
        let number = |place: usize| arguments.get(place)?.parse::<u64>().ok();
        let port = u16::try_from(number(0)?).ok()?;
        Some(Self { port, rate: number(1)?, seconds: number(2)?, look_every: number(3)? })
    }

    fn scenario(&self) -> Scenario {
        let Self { rate, seconds, .. } = self;
        let text = format!(
            "[journeys]\nplayers = 1000\n\n[load]\nconnections = 50\nfaults = \"none\"\n\
             stages = [{{ for = \"{seconds}s\", rate = {rate} }}]\n"
        );
        let raw = scenario::read("bench", &text).expect("TOML");
        let mut scenario = scenario::check(&raw, "bench", &text).expect("a scenario");
        // About every second player gets as far as an event, so these are more than enough for every slot.
        scenario.journeys.players = 4 * rate * seconds;
        scenario
    }

    /// Fires, and tells the outcome line by line.
    pub(crate) fn fire(&self) -> std::io::Result<()> {
        let scenario = self.scenario();
        let folder = tempfile::tempdir()?;
        let mut ledger = LedgerWriter::create(folder.path(), 0).map_err(std::io::Error::other)?;
        let mut log = IntervalLog::create(&folder.path().join("latency.hlog"), Timestamp::now())?;
        let mut out = std::io::stdout();
        let fired = self.through(&scenario, |tick| {
            tick.records.iter().for_each(|record| ledger.add(record));
            ledger.flush();
            let figures = &tick.figures;
            let all = figures.all_responses();
            for (tag, latency) in [("response", &all), ("service", &figures.service), ("lag", &figures.lag)] {
                log.write(tick.second, tag, latency).expect("a disk with room");
            }
            if (tick.second + 1).is_multiple_of(self.look_every) {
                let line = writeln!(out, "resident {} {}", tick.second + 1, status_kib("self", "VmRSS"));
                line.expect("somebody who reads");
            }
        });
        let written = ledger.finish().map_err(std::io::Error::other)?;
        log.finish()?;
        let figures = &fired.figures;
        let response = figures.all_responses();
        for (name, value) in [
            ("sent", u128::from(figures.slots.sent)),
            ("ok", u128::from(figures.ends.ok)),
            ("in_plan", u128::from(figures.ends.in_plan)),
            ("records", u128::from(written.records)),
            ("lag_p50", figures.lag.quantile(0.5).as_micros()),
            ("lag_p99", figures.lag.quantile(0.99).as_micros()),
            ("lag_max", figures.lag.max().as_micros()),
            ("response_p99", response.quantile(0.99).as_micros()),
            ("service_p99", figures.service.quantile(0.99).as_micros()),
            ("peak", u128::from(status_kib("self", "VmHWM"))),
        ] {
            writeln!(out, "{name} {value}")?;
        }
        Ok(())
    }

    fn through(&self, scenario: &Scenario, tick: impl FnMut(Tick)) -> postproof::load::Fired {
        let url = format!("http://127.0.0.1:{}/postback", self.port).parse().expect("a URL");
        let tls = TlsFiles::default();
        let endpoint = Endpoint::new(&url, &scenario.load, &tls, Duration::from_secs(3)).expect("an address");
        let dialect = dialect(scenario);
        let ids = Ids::new("benchtag".parse().expect("a tag"));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "fewer than 2^32 slots")]
        let planned = Slots::planned(&scenario.load) as u64;
        let ground = Ground {
            plan: &scenario.load,
            sla: &scenario.sla,
            journeys: &scenario.journeys,
            faults: &[],
            send: &scenario.send,
            dialect: &dialect,
            ids: &ids,
            ftd_minimum: scenario.ftd_minimum,
            clicks: &[],
            known_clicks: &HashSet::new(),
            seed: 7,
            start: 1_760_000_000,
            endpoint: &endpoint,
            timeout: Duration::from_secs(10),
            first_lane: 0,
            lanes: 1,
            canary_every: (planned / 400).max(1),
            began: Instant::now() + Duration::from_millis(500),
            began_at: Timestamp::now(),
            ends: scenario.load.lasts(),
            stop: &AtomicBool::new(false),
        };
        fire(&ground, tick)
    }
}

fn dialect(scenario: &Scenario) -> Dialect {
    Dialect {
        profile: profile::by_name(scenario.profile).expect("a profile"),
        scheme: scenario.signature.build(),
        secret: Secret::new(SECRET),
        bearer: None,
    }
}

/// A postback whose body is as long as the mean of many, with its signature; what is sent over and over by those who cannot
/// make their own.
pub(crate) fn specimen() -> (String, String) {
    let work = Work { port: 1, rate: 500, seconds: 1, look_every: 1 };
    let scenario = work.scenario();
    let dialect = dialect(&scenario);
    let ids = Ids::new("benchtag".parse().expect("a tag"));
    let journeys = Journeys::new(&scenario.journeys, &ids, 7, 1_760_000_000);
    let mut bodies = Vec::new();
    for index in 0..journeys.count() {
        let journey = journeys.journey(index);
        for event in &journey.events {
            let mut body = Vec::new();
            dialect.profile.write_body(&ids, &journey.player, event, &mut body);
            bodies.push(body);
        }
    }
    let mean = bodies.iter().map(Vec::len).sum::<usize>() / bodies.len();
    let body = bodies.into_iter().min_by_key(|body| body.len().abs_diff(mean)).expect("events");
    let signature = dialect.prepared().expect("a scheme that signs by a header").sign(&body);
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (text(body), text(signature))
}
