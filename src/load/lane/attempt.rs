//! One attempt of a worker: its connection, its request, and what it came to. Which slot it takes, and what is counted, is
//! left to the lane.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::Full;
use hyper::http::header::AUTHORIZATION;
use hyper::http::{HeaderValue, Method, Request};
use tokio::time::timeout_at;

use super::{Lane, Turn};
use crate::load::feed::Outbound;
use crate::load::line::{Connecting, Ended, Line, NOT_CONNECTED, NoLine};
use crate::model::{InfoReason, Outcome};
use crate::profile::TokenUse;
use crate::send::Patience;

/// How long a token is used again.
const TOKEN_AGE: Duration = Duration::from_secs(20);

/// What an attempt came to that was given up here and not there.
const OWN_DOING: Outcome = Outcome::Info(InfoReason::GaveUpWaiting);

impl Lane<'_> {
    /// Makes one attempt and counts it; whether this machine had no connection for it.
    pub(super) async fn attempt(&self, worker: usize, turn: Turn, line: &mut Option<Line>) -> bool {
        let now = self.now();
        let clock = self.ground.clock(now);
        let made = if turn.planned {
            self.feed.borrow_mut().outbound(now, clock)
        } else {
            self.feed.borrow_mut().remainder(now, clock)
        };
        let sendable = made.and_then(|outbound| Some((self.request(&outbound, clock)?, outbound)));
        let Some((request, outbound)) = sendable else {
            self.unfed(turn);
            return false;
        };
        self.gate.pass().await;
        let now = self.now();
        self.left(turn, now);
        // One bound holds for connecting and answering together, so that nothing outlasts the plan by more than it.
        let remains = (self.ground.ends + self.ground.timeout).saturating_sub(now);
        let until = tokio::time::Instant::now() + self.ground.timeout.min(remains);
        // A connection that is open needs no alarm for making one.
        let reached = match line {
            Some(open) if !open.is_closed() => Ok(Ok(())),
            _ => timeout_at(until, self.line(worker, line)).await,
        };
        let exhausted = matches!(reached, Ok(Err(NoLine::Exhausted)));
        let (outcome, service) = match reached {
            Ok(Ok(())) => self.over(worker, line, (request, outbound.patience), until).await,
            Ok(Err(NoLine::Exhausted)) => (OWN_DOING, Duration::ZERO),
            Err(_) if remains < self.ground.timeout => (OWN_DOING, Duration::ZERO),
            Ok(Err(NoLine::Refused)) | Err(_) => (NOT_CONNECTED, Duration::ZERO),
        };
        let cut_short = remains < self.ground.timeout && outcome == Outcome::Info(InfoReason::Timeout);
        self.ended(turn, &outbound, if cut_short { OWN_DOING } else { outcome }, service);
        exhausted
    }

    /// Sends a request over a connection that is open, and once more over a fresh one where it never left.
    async fn over(
        &self,
        worker: usize,
        line: &mut Option<Line>,
        (mut request, patience): (Request<Full<Bytes>>, Patience),
        until: tokio::time::Instant,
    ) -> (Outcome, Duration) {
        for _ in 0..2 {
            let Some(open) = line else { break };
            let sent = Instant::now();
            let wait = until.into_std().saturating_duration_since(sent);
            let ended = open.exchange(request, patience, (sent, wait)).await;
            let service = sent.elapsed();
            match ended {
                Ended::Answer(status, body) => {
                    return (self.ground.dialect.profile.classify(status, &body), service);
                }
                Ended::Short(outcome) => {
                    // An exchange that was cut off leaves its connection in the middle of something.
                    *line = None;
                    return (outcome, service);
                }
                Ended::Unsent(back) => {
                    request = *back;
                    *line = timeout_at(until, self.connected(worker)).await.ok().and_then(Result::ok);
                }
            }
        }
        (NOT_CONNECTED, Duration::ZERO)
    }

    /// Sees to it that there is a connection.
    async fn line(&self, worker: usize, line: &mut Option<Line>) -> Result<(), NoLine> {
        if line.as_ref().is_none_or(Line::is_closed) {
            // The closed one goes first: it may hold the last descriptor that there is.
            *line = None;
            *line = Some(self.connected(worker).await?);
        }
        Ok(())
    }

    pub(super) async fn connected(&self, worker: usize) -> Result<Line, NoLine> {
        let Some(shared) = self.shared.get(worker % self.shared.len().max(1)) else { return self.connect().await };
        let mut shared = shared.lock().await;
        if shared.as_ref().is_none_or(Line::is_closed) {
            *shared = None;
            *shared = Some(self.connect().await?);
        }
        shared.as_ref().and_then(Line::share).ok_or(NoLine::Refused)
    }

    async fn connect(&self) -> Result<Line, NoLine> {
        let connected = self.ground.endpoint.connect().await;
        let figures = &mut self.tally.borrow_mut().figures;
        if connected.as_ref().is_err_and(|error| *error == NoLine::Exhausted) {
            figures.exhausted += 1;
        }
        let (line, Connecting { tcp, tls }) = connected?;
        figures.connect.record(tcp);
        if let Some(tls) = tls {
            figures.tls.record(tls);
        }
        Ok(line)
    }

    fn request(&self, outbound: &Outbound, clock: jiff::Timestamp) -> Option<Request<Full<Bytes>>> {
        let ground = self.ground;
        let mut request = Request::new(Full::new(outbound.body.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = ground.endpoint.uri.clone();
        request.headers_mut().clone_from(&self.headers);
        let headers = request.headers_mut();
        match outbound.token {
            TokenUse::Fresh => {
                if let Some(token) = self.token(clock) {
                    headers.insert(AUTHORIZATION, token);
                }
            }
            other => {
                let token = ground.dialect.token(other, clock).ok()?;
                if let Some(token) = token {
                    headers.insert(AUTHORIZATION, bearer(token.expose())?);
                }
            }
        }
        for (name, value) in &outbound.signature {
            headers.append(name.clone(), value.clone());
        }
        Some(request)
    }

    /// The token of the moment; a new one is minted now and then, so that none outlives its few minutes.
    fn token(&self, clock: jiff::Timestamp) -> Option<HeaderValue> {
        let mut kept = self.token.borrow_mut();
        if let Some((minted, token)) = &*kept
            && minted.elapsed() < TOKEN_AGE
        {
            return Some(token.clone());
        }
        let fresh = self.ground.dialect.token(TokenUse::Fresh, clock).ok().flatten()?;
        let value = bearer(fresh.expose())?;
        *kept = Some((Instant::now(), value.clone()));
        Some(value)
    }
}

fn bearer(token: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}
