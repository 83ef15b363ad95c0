//! The site of a run: the target with its surroundings, be it the reference stack inside this process or somebody's
//! staging, together with the secrets and the client to talk to it.

use std::net::Ipv4Addr;
use std::time::Duration;

use jiff::Timestamp;
use postproof_mocks::{Clock, Config, Stack};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;

use super::credentials::{Secrets, minted, operator_bearer, secrets, tls_files, variable};
use super::embedding::Embedding;
use super::{RunError, clock};
use crate::model::{Road, Secret};
use crate::profile::{self, Dialect};
use crate::readback::ReadBack;
use crate::scenario::{ReadBackSource, Scenario, TargetPlan};
use crate::send::{Client, Redactor, TlsFiles, is_loopback};
use crate::sign::{Algorithm, Canonical, Message, Place, Scheme, SignError};

/// Longest wait for a connection to the stack inside this process.
const CONNECT: Duration = Duration::from_secs(3);

/// Longest wait for its answer.
const ANSWER: Duration = Duration::from_secs(10);

/// Longest wait for the reference stack to stop.
const STOP: Duration = Duration::from_secs(5);

/// Where a run takes place.
pub(super) struct Site {
    /// The postback URL.
    pub(super) url: Url,
    /// The click URL, where there is one.
    pub(super) click_url: Option<Url>,
    /// Where first deposits are shown by method, where they are.
    pub(super) conversions: Option<Url>,
    /// The operator whose sender fires, where one does.
    pub(super) operator: Option<OperatorSite>,
    /// Everything that the target expects of a postback.
    pub(super) dialect: Dialect,
    /// For postbacks and clicks.
    pub(super) client: Client,
    /// For credits.
    pub(super) read_back: ReadBack,
    /// What must not appear in output.
    pub(super) redactor: Redactor,
    /// Whom connections trust, and who they say they are.
    pub(super) tls: TlsFiles,
    /// Longest wait for a connection.
    pub(super) connect_timeout: Duration,
    /// Longest wait for a whole answer.
    pub(super) timeout: Duration,
    /// Hosts other than loopback that may be fired at.
    allow_hosts: Vec<String>,
    embedded: Option<Embedded>,
}

/// The operator of a run that goes through one.
pub(super) struct OperatorSite {
    /// Its base URL.
    pub(super) url: Url,
    /// A bearer token for its steps.
    pub(super) bearer: Option<String>,
}

/// The reference stack inside this process.
struct Embedded {
    clock: Clock,
    /// Its operator's base URL.
    operator: Url,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Site {
    /// Makes a site ready: starts the reference stack where the scenario names no target.
    pub(super) async fn open(scenario: &Scenario) -> Result<Self, RunError> {
        Self::open_as(scenario, Embedding::default()).await
    }

    /// The same; the reference stack, if one is started, is that one.
    pub(super) async fn open_as(scenario: &Scenario, embedding: Embedding) -> Result<Self, RunError> {
        match &scenario.target {
            Some(target) => Self::outside(scenario, target),
            None => Self::inside(scenario, embedding).await,
        }
    }

    /// What time it is at the target, where that is not the real time: for the reference stack inside this process, which shows what its
    /// files hold at least, and for a target that tells its time at `clock`.
    ///
    /// # Errors
    /// When the target does not tell it.
    pub(super) async fn now(&self, clock: Option<&Url>) -> Result<Option<Timestamp>, RunError> {
        match (&self.embedded, clock) {
            (Some(embedded), _) => Ok(Some(embedded.clock.now())),
            (None, Some(clock)) => told_time(&self.client, clock).await.map(Some),
            (None, None) => Ok(None),
        }
    }

    /// The same before the site is open; a stack that is yet to be started has no time.
    ///
    /// # Errors
    /// When the target does not tell it.
    pub(super) async fn time_there(scenario: &Scenario, clock: &Url) -> Result<Option<Timestamp>, RunError> {
        let Some(target) = &scenario.target else { return Ok(None) };
        allowed(clock, &target.allow_hosts)?;
        let client = client(target.connect_timeout, target.timeout, &tls_files(target)?)?;
        told_time(&client, clock).await.map(Some)
    }

    /// Whether the target is the reference stack inside this process.
    pub(super) fn is_embedded(&self) -> bool {
        self.embedded.is_some()
    }

    /// Whether a URL may be fired at: loopback, or a host that the user allowed.
    pub(super) fn may_fire_at(&self, url: &Url) -> bool {
        may_fire_at(url, &self.allow_hosts)
    }

    /// Refuses a URL that may not be fired at.
    ///
    /// # Errors
    /// When its host is neither loopback nor allowed.
    pub(super) fn allow(&self, url: &Url) -> Result<(), RunError> {
        allowed(url, &self.allow_hosts)
    }

    /// The operator whose pages may be visited beside what postproof fires itself, where there is one.
    ///
    /// # Errors
    /// When its bearer token is missing or is none.
    pub(super) fn pages(&mut self, scenario: &Scenario) -> Result<Option<OperatorSite>, RunError> {
        let url = match &self.embedded {
            Some(embedded) => Some(embedded.operator.clone()),
            None => scenario.operator.url.clone().filter(|url| self.may_fire_at(url)),
        };
        let Some(url) = url else { return Ok(None) };
        let bearer = operator_bearer(scenario)?;
        if let Some(bearer) = bearer.clone() {
            self.redactor = std::mem::take(&mut self.redactor).and(bearer);
        }
        Ok(Some(OperatorSite { url, bearer }))
    }

    /// Stops the reference stack, if it is this process's own.
    pub(super) async fn close(self) {
        if let Some(embedded) = self.embedded {
            // A stack that already ended has nobody listening; either way it is gone afterwards.
            let _ = embedded.stop.send(());
            let _ = tokio::time::timeout(STOP, embedded.task).await;
        }
    }

    async fn inside(scenario: &Scenario, embedding: Embedding) -> Result<Self, RunError> {
        if scenario.road == Road::Own {
            agreed(scenario)?;
        }
        let config = Config {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            database: embedding.database,
            clock: embedding.clock,
            cookies: embedding.cookies,
            ..Config::default()
        };
        let stack = Stack::bind(config).await.map_err(|error| {
            RunError::undone(
                format!("the reference stack does not start: {error}"),
                "free a port on 127.0.0.1, or give a --target",
            )
        })?;
        let urls = stack.urls();
        let parse = |url: &str| {
            Url::parse(url)
                .map_err(|error| RunError::undone(format!("{url}: {error}"), "report this as a defect of postproof"))
        };
        let (url, click_url, read_back) = (parse(&urls.target)?, parse(&urls.click)?, parse(&urls.read_back)?);
        let operator_url = parse(&urls.operator)?;
        let operator = operator(scenario, Some(&operator_url))?;
        let hmac = Secret::new(stack.secrets().hmac.clone());
        let token_key = Secret::new(stack.secrets().jwt.clone());
        let bearer = Some(minted(&scenario.token, &token_key)?);
        let client = client(CONNECT, ANSWER, &TlsFiles::default())?;
        let clock = stack.clock();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(stack.serve(async {
            let _ = stopped.await;
        }));
        let mut site = Self::new(scenario, Secrets { hmac, token_key: Some(token_key), bearer }, client, url)?;
        site.click_url = Some(click_url);
        site.conversions = Some(parse(&urls.conversions)?);
        site.operator = operator;
        site.read_back.plan.source = Some(ReadBackSource::Url(read_back));
        site.embedded = Some(Embedded { clock, operator: operator_url, stop, task });
        Ok(site)
    }

    fn outside(scenario: &Scenario, target: &TargetPlan) -> Result<Self, RunError> {
        let operator_url = scenario.operator.url.as_ref().filter(|_| scenario.road == Road::Operator);
        for url in [Some(&target.url), scenario.click.url.as_ref(), operator_url].into_iter().flatten() {
            allowed(url, &target.allow_hosts)?;
        }
        let secrets = match scenario.road {
            Road::Own => secrets(target, &scenario.token)?,
            // The operator signs, and its secrets are its own.
            Road::Operator => Secrets { hmac: Secret::new(Vec::new()), token_key: None, bearer: None },
        };
        let tls = tls_files(target)?;
        let client = client(target.connect_timeout, target.timeout, &tls)?;
        let mut site = Self::new(scenario, secrets, client, target.url.clone())?;
        (site.tls, site.connect_timeout, site.timeout) = (tls, target.connect_timeout, target.timeout);
        site.click_url.clone_from(&scenario.click.url);
        site.conversions.clone_from(&scenario.parallel.conversions);
        site.operator = operator(scenario, operator_url)?;
        if let Some(bearer) = site.operator.as_ref().and_then(|operator| operator.bearer.clone()) {
            site.redactor = site.redactor.and(bearer);
        }
        site.allow_hosts.clone_from(&target.allow_hosts);
        Ok(site)
    }

    fn new(scenario: &Scenario, secrets: Secrets, client: Client, url: Url) -> Result<Self, RunError> {
        let profile = profile::by_name(scenario.profile).ok_or_else(|| {
            RunError::undone("the profile is not there any more", "report this as a defect of postproof")
        })?;
        let scheme = scenario.signature.build();
        if scenario.road == Road::Own {
            signs(&*scheme, &secrets.hmac)?;
        }
        let bearer =
            scenario.read_back.bearer_env.as_deref().map(|var| variable(var, "the read-back's bearer")).transpose()?;
        let hidden = [Some(&secrets.hmac), secrets.token_key.as_ref(), bearer.as_ref()];
        let redactor = hidden
            .into_iter()
            .flatten()
            .fold(Redactor::default(), |redactor, secret| redactor.and(String::from_utf8_lossy(secret.expose())));
        let read_back =
            ReadBack { plan: scenario.read_back.clone(), client: client.clone(), bearer, redactor: redactor.clone() };
        let dialect = Dialect { profile, scheme, secret: secrets.hmac, bearer: secrets.bearer };
        Ok(Self {
            url,
            click_url: None,
            conversions: None,
            operator: None,
            dialect,
            client,
            read_back,
            redactor,
            tls: TlsFiles::default(),
            connect_timeout: CONNECT,
            timeout: ANSWER,
            allow_hosts: Vec::new(),
            embedded: None,
        })
    }
}

/// What a target says that the time is.
async fn told_time(client: &Client, clock: &Url) -> Result<Timestamp, RunError> {
    #[derive(serde::Deserialize)]
    struct Told {
        now: Timestamp,
    }
    let told = match client.get(clock.clone(), None, 4096).await {
        Ok(answer) if answer.status == 200 => {
            serde_json::from_slice::<Told>(&answer.body).map_err(|error| error.to_string())
        }
        Ok(answer) => Err(format!("it answers {}", answer.status)),
        Err(error) => Err(error),
    };
    told.map(|told| told.now).map_err(|why| {
        RunError::undone(
            format!("{clock} does not tell the time: {why}"),
            "name a place that answers {\"now\": \"2026-…Z\"}, such as the reference stack's /clock, or leave --clock out",
        )
    })
}

/// The operator at that URL, with its bearer token; `None` where postproof fires itself.
fn operator(scenario: &Scenario, url: Option<&Url>) -> Result<Option<OperatorSite>, RunError> {
    let (Road::Operator, Some(url)) = (scenario.road, url) else { return Ok(None) };
    Ok(Some(OperatorSite { url: url.clone(), bearer: operator_bearer(scenario)? }))
}

/// The reference stack has agreed on one canonical form and on two places for the signature; asking it for another
/// would only tell that it is not another.
fn agreed(scenario: &Scenario) -> Result<(), RunError> {
    let place = match &scenario.signature.settings.place {
        Place::Header(name) => name.eq_ignore_ascii_case("X-Signature"),
        Place::Member(name) => name == "signature",
    };
    let form = scenario.signature.scheme.name == "s2s-json" && scenario.signature.settings.canonical == Canonical::Jcs;
    if place && form && scenario.token.algorithm == Algorithm::Hs256 {
        return Ok(());
    }
    Err(RunError::usage(
        "the reference stack takes s2s-json with jcs, X-Signature or the member `signature`, and HS256 only",
        "name the target that takes something else with --target, or leave these settings out",
    ))
}

/// Signs a trial, so that a secret which is no key of the scheme is told before anything is fired.
fn signs(scheme: &dyn Scheme, secret: &Secret) -> Result<(), RunError> {
    match scheme.sign(secret, &Message { body: b"{}", id: "trial", at: clock::now() }) {
        Err(error @ SignError::Key { .. }) => Err(RunError::usage(
            format!("the HMAC secret is none of the scheme {}: {error}", scheme.name()),
            "give the secret as the other side shows it, or another --scheme",
        )),
        _ => Ok(()),
    }
}

fn client(connect: Duration, total: Duration, tls: &TlsFiles) -> Result<Client, RunError> {
    Client::new(connect, total, tls)
        .map_err(|error| RunError::usage(error.to_string(), "check the PEM files in [target]"))
}

/// Loopback by address or by the name `localhost`, or a host that was allowed by name, whatever the case.
fn may_fire_at(url: &Url, allowed: &[String]) -> bool {
    let is_allowed = |host: url::Host<&str>| allowed.iter().any(|name| name.eq_ignore_ascii_case(&host.to_string()));
    is_loopback(url) || url.host().is_some_and(is_allowed)
}

/// Refuses what [`may_fire_at`] denies.
fn allowed(url: &Url, hosts: &[String]) -> Result<(), RunError> {
    if may_fire_at(url, hosts) {
        return Ok(());
    }
    let host = url.host_str().unwrap_or_default();
    Err(RunError::usage(
        format!("{host} is neither loopback nor allowed, and postproof fires at nothing by mistake"),
        format!("if it is a test system, say so: --allow-host {host}, or allow_hosts = [\"{host}\"] in [target]"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_and_allowed_hosts_are_fired_at() {
        let allowed = ["staging.example".to_owned(), "[2001:db8::1]".to_owned()];
        for (url, may) in [
            ("http://127.0.0.1:8080/postback", true),
            ("http://127.9.9.9/", true),
            ("http://[::1]:1/", true),
            ("http://LOCALHOST/", true),
            ("https://Staging.Example/postback", true),
            ("http://[2001:db8::1]/", true),
            ("https://staging.example.evil.test/", false),
            ("https://tracker.example/", false),
            ("http://127.0.0.1.nip.io/", false),
            ("http://10.0.0.1/", false),
        ] {
            assert_eq!(may_fire_at(&Url::parse(url).unwrap(), &allowed), may, "{url}");
        }
    }
}
