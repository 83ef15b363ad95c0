//! The stack as one thing: what it is configured with, where it is found, how it starts and stops.
//!
//! What it does with a request is left to the rooms behind `routes`; how sockets are kept is left to `connections`.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::connections::{self, Gate, Limits, Tls};
use crate::database::{Database, Lock};
use crate::defects::Defect;
use crate::monitoring::retention::{Keepers, Kind, Retain};
use crate::monitoring::{self, Monitor, Shift};
use crate::networks::Networks;
use crate::operator::{self, Mistake, Operator, Place};
use crate::pixel::{CookieSettings, Tag};
use crate::redirector::Redirector;
use crate::reports::handlers::Reports;
use crate::reports::operator::Operator as Counts;
use crate::routes::{self, Rooms};
use crate::secrets::Secrets;
use crate::start_error::StartError;
use crate::tracker::books::programme::Programme;
use crate::tracker::rules::{Check, Rules};
use crate::tracker::store::{self, Store};
use crate::tracker::{Tracker, TrackerSettings};

/// What a stack is started with.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where clicks, credits and drawn secrets are kept.
    pub database: Database,
    /// The keys to check postbacks with; drawn afresh, or taken from the database file, when absent.
    pub secrets: Option<Secrets>,
    /// How many connections are kept.
    pub connections: Limits,
    /// Certificates to speak https with; plain http without.
    pub tls: Option<Tls>,
    /// The faults to plant; none makes the sound stack.
    pub defects: Vec<&'static Defect>,
    /// What the tracker is set up with.
    pub tracker: TrackerSettings,
    /// What the operator is set up with.
    pub operator: operator::Settings,
    /// What the operator gets wrong; nothing makes the sound one.
    pub mistakes: Vec<&'static Mistake>,
    /// How players are tracked by cookie.
    pub cookies: CookieSettings,
    /// Which alerts there are, where the log goes, and how long things are kept.
    pub monitoring: monitoring::Settings,
    /// What time it is for the rooms.
    pub clock: Clock,
}

impl Default for Config {
    /// A sound stack in memory on a free loopback port.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            database: Database::Memory,
            secrets: None,
            connections: Limits::default(),
            tls: None,
            defects: Vec::new(),
            tracker: TrackerSettings::default(),
            operator: operator::Settings::default(),
            mistakes: Vec::new(),
            cookies: CookieSettings::default(),
            monitoring: monitoring::Settings::default(),
            clock: Clock::wall(),
        }
    }
}

/// Where the doors of a running stack are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Urls {
    /// Takes postbacks.
    pub target: String,
    /// Makes click ids.
    pub click: String,
    /// Shows what was credited.
    pub read_back: String,
    /// Counts conversions by cookie.
    pub pixel: String,
    /// Shows first deposits by method.
    pub conversions: String,
    /// Says that the stack is up.
    pub health: String,
    /// Says what time it is for the stack.
    pub clock: String,
    /// The base of the operator's pages and doors.
    pub operator: String,
}

/// A reference stack that has its port and its database, and waits to be served.
#[derive(Debug)]
pub struct Stack {
    gate: Gate,
    /// Where the stack's own parts meet when the gate speaks TLS: plain, and on this machine only.
    inside: Option<Gate>,
    urls: Urls,
    secrets: Secrets,
    rooms: Rooms,
    shift: Shift,
    /// Held until everything is closed.
    lock: Lock,
}

impl Stack {
    /// Takes the port and opens the database; nothing is answered before [`Stack::serve`].
    pub async fn bind(config: Config) -> Result<Self, StartError> {
        let Config {
            listen,
            database,
            secrets,
            connections: limits,
            tls,
            defects,
            tracker,
            operator,
            mistakes,
            cookies,
            monitoring,
            clock,
        } = config;
        let listener = listen_on(listen).await?;
        let local = listener.local_addr().map_err(|source| StartError::Listen { address: listen, source })?;
        let base = base_url(local, tls.as_ref());
        let (inside, inner_base) = meeting_place(tls.is_some(), &limits, &base).await?;

        let mut rules = Rules::default();
        for defect in defects {
            defect.plant(&mut rules);
        }
        let tls = match rules.client_certificates {
            Check::Enforced => tls,
            Check::Skipped => tls.map(Tls::for_anybody),
        };
        let lock = database.lock()?;
        let clock = going_on(clock, &database)?;
        let monitor = Monitor::start(&monitoring, clock)?;
        // Opening is a handful of file operations, done once and before anybody waits for an answer.
        let programme = tracker.programme.clone();
        let (store, secrets) = Store::open(&database, secrets, programme.terms().report_currency())?;
        let networks = Networks::start(&database.beside("networks"), &base, clock)
            .map_err(|error| StartError::Networks(error.into()))?;
        let kept = database.beside("operator");
        let tag = Tag::of(cookies);
        let place = Place { database: &kept, secrets: &secrets, base_url: &inner_base, monitor: monitor.clone(), tag };
        let operator = Operator::start(operator, blunders(&mistakes), place)
            .map_err(|error| StartError::Operator(error.into()))?;
        let office = Arc::new(operator.clone());
        let keepers = keepers([
            Arc::new(store.pruner(monitor.clone(), tracker.dialect, rules.keys)),
            Arc::<Operator>::clone(&office),
        ]);
        let shift = Shift::new(monitor.clone(), &monitoring, keepers, office)?;
        let own_networks = operator.own_networks();
        let reports = reports(&store, &programme, rules, (&inner_base, own_networks), clock)?;
        let rooms = Rooms {
            reports,
            operator,
            networks,
            redirector: Arc::new(Redirector::new(store.clone(), &base, rules.redirects, clock)),
            tracker: Arc::new(Tracker::new(store, &secrets, tracker, rules, monitor.clone())?),
            monitor,
            cookies,
            clock,
        };
        rooms.tracker.start().await.map_err(|refusal| StartError::Queue(refusal.code()))?;
        let gate = Gate { listener, tls, limits };
        Ok(Self { gate, inside, urls: Urls::below(&base), secrets, rooms, shift, lock })
    }

    /// Where to find the stack.
    pub fn urls(&self) -> Urls {
        self.urls.clone()
    }

    /// Its clock: the one it was started with, set forward where its files hold something newer.
    pub fn clock(&self) -> Clock {
        self.rooms.clock
    }

    /// The keys that its postbacks are checked with.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Answers requests until `shutdown` is done, then lets open requests finish for a few seconds, writes what
    /// waits and closes the databases and the log.
    pub async fn serve(self, shutdown: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let Self { gate, inside, rooms, shift, lock, .. } = self;
        let Rooms { tracker, operator, networks, .. } = &rooms;
        let (tracker, operator, networks) = (Arc::clone(tracker), operator.clone(), networks.clone());
        let sending = operator.clone();
        // The operator's last postbacks go to doors of this same stack, which stay open until they are answered.
        let shutdown = async move {
            shutdown.await;
            sending.drain().await;
        };
        let shift = shift.begin();
        let meetings = inside.map(|gate| (gate, routes::inside(&rooms)));
        let (over, ended) = oneshot::channel::<()>();
        let meeting = tokio::spawn(async move {
            if let Some((gate, router)) = meetings {
                let ended = async {
                    let _ = ended.await;
                };
                connections::serve(gate, router, ended).await;
            }
        });
        connections::serve(gate, routes::router(rooms), shutdown).await;
        drop(over);
        meeting.await?;
        let closed = async {
            operator.close().await?;
            networks.close().await?;
            tracker.close().await
        };
        let closed = closed.await;
        // Last, so that what the others did at the end is in the log.
        shift.end().await?;
        drop(lock);
        closed
    }
}

impl Urls {
    fn below(base: &str) -> Self {
        Self {
            target: format!("{base}/postback"),
            click: format!("{base}/click"),
            read_back: format!("{base}/credits"),
            pixel: format!("{base}/pixel"),
            conversions: format!("{base}/conversions"),
            health: format!("{base}/health"),
            clock: format!("{base}/clock"),
            operator: base.to_owned(),
        }
    }
}

/// That clock, at least at the instant where the files of another process end. What that one has dated must not lie in
/// this one's future, however much later than its last word it was killed.
fn going_on(clock: Clock, database: &Database) -> Result<Clock, StartError> {
    let (Database::File(_), true) = (database, clock.is_squeezed()) else { return Ok(clock) };
    let tracker = store::newest(database)?.and_then(|newest| Timestamp::from_millisecond(newest).ok());
    let operator = Operator::newest(&database.beside("operator"))?;
    // Its seconds have begun, and may be over.
    let operator = operator.and_then(|newest| Timestamp::from_second(newest.saturating_add(1)).ok());
    Ok([tracker, operator].into_iter().flatten().fold(clock, Clock::not_before))
}

/// Whoever keeps things that grow old.
fn keepers(rooms: [Arc<dyn Retain>; 2]) -> Keepers {
    let kinds = [Kind::ClickParameters, Kind::Payloads, Kind::DeadLetters];
    let all = rooms.into_iter().flat_map(|room| kinds.map(|kind| (kind, Arc::clone(&room))));
    all.fold(Keepers::default(), |keepers, (kind, room)| keepers.with(kind, room))
}

/// An operator who makes these mistakes.
fn blunders(mistakes: &[&Mistake]) -> operator::Rules {
    let mut rules = operator::Rules::default();
    for mistake in mistakes {
        mistake.plant(&mut rules);
    }
    rules
}

/// Reports of these books, which hold them against what the operator behind the same doors counts for the networks that
/// are this tracker. Where none is, whoever sends here is no operator that could be asked.
fn reports(
    store: &Store,
    programme: &Programme,
    rules: Rules,
    (base, own_networks): (&str, Vec<String>),
    clock: Clock,
) -> Result<Arc<Reports<Store>>, StartError> {
    let counts = (!own_networks.is_empty()).then(|| Counts::new(base, own_networks)).transpose();
    let counts = counts.map_err(|error| StartError::Reports(error.into()))?;
    let (terms, spend) = (Arc::clone(programme.terms()), Arc::clone(programme.spend()));
    Ok(Arc::new(Reports::new(store.clone(), terms, spend, rules.boundaries, counts).by(clock)))
}

async fn listen_on(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })
}

/// A plain listener of this machine alone, for what the stack's parts tell each other while the gate speaks TLS: so
/// nobody inside needs a certificate, and nothing of it leaves the machine. Without TLS they use the gate like all
/// others do.
async fn meeting_place(tls: bool, limits: &Limits, base: &str) -> Result<(Option<Gate>, String), StartError> {
    if !tls {
        return Ok((None, base.to_owned()));
    }
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = listen_on(address).await?;
    let local = listener.local_addr().map_err(|source| StartError::Listen { address, source })?;
    Ok((Some(Gate { listener, tls: None, limits: limits.clone() }), base_url(local, None)))
}

/// The address as a client on this machine writes it: "any address" is no place to connect to.
fn base_url(local: SocketAddr, tls: Option<&Tls>) -> String {
    let ip = match local.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    match tls {
        None => format!("http://{}", SocketAddr::new(ip, local.port())),
        Some(tls) => format!("https://{}:{}", tls.host(ip), local.port()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_url_is_one_that_can_be_connected_to() {
        let url = |text: &str| base_url(text.parse().expect("a socket address"), None);
        assert_eq!(url("127.0.0.1:80"), "http://127.0.0.1:80");
        assert_eq!(url("0.0.0.0:81"), "http://127.0.0.1:81");
        assert_eq!(url("[::]:82"), "http://[::1]:82");
    }
}
