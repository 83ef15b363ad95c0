//! An operator whose networks are one scripted server.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time;

use super::super::{Operator, Place, RawRetry, RawSettings, Rules, Settings};
use crate::connections::{self, Gate, Limits};
use crate::database::Database;
use crate::landing;
use crate::monitoring::Monitor;
use crate::pixel::Tag;
use crate::secrets::Secrets;

/// A request as it reached a network.
#[derive(Debug, Clone)]
pub(super) struct Heard {
    pub(super) path: String,
    pub(super) query: BTreeMap<String, String>,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
    /// The body, when it is JSON.
    pub(super) body: Value,
}

/// What to answer: status and body, given all that was heard before and the request itself. [`SILENCE`] never answers.
pub(super) type Script = fn(&[Heard], &Heard) -> (u16, &'static str);

/// An operator, its networks, and a browser.
pub(super) struct Rig {
    pub(super) operator: Operator,
    pub(super) heard: Arc<Mutex<Vec<Heard>>>,
    /// Where the operator's doors and pages are.
    pub(super) doors: String,
    pub(super) client: Client,
    /// The way to the networks, for another operator.
    base: String,
}

/// The status of a network that hangs.
pub(super) const SILENCE: u16 = 0;

/// What a tracker and both other networks take for an acknowledgement.
pub(super) fn taken(_: &[Heard], heard: &Heard) -> (u16, &'static str) {
    (200, if heard.path == "/postback" { r#"{"status":"ok","idempotent":false}"# } else { "OK" })
}

impl Rig {
    /// An operator in memory.
    pub(super) async fn new(rules: Rules, script: Script) -> Self {
        Self::on(&Database::Memory, rules, script).await
    }

    /// An operator on that database.
    pub(super) async fn on(database: &Database, rules: Rules, script: Script) -> Self {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let base = serve(network(Arc::clone(&heard), script)).await;
        let (operator, doors) = Self::operator(database, rules, &base).await;
        Self { operator, heard, doors, client: Client::new(), base }
    }

    /// The next process on the same database, after the operator of this one was closed or left behind.
    pub(super) async fn restart(self, database: &Database) -> Self {
        let (operator, doors) = Self::operator(database, Rules::default(), &self.base).await;
        Self { operator, doors, ..self }
    }

    async fn operator(database: &Database, rules: Rules, base: &str) -> (Operator, String) {
        let retry = RawRetry { base_ms: 1, cap_ms: 5, attempts: 4, timeout_ms: 60_000, ..RawRetry::default() };
        let settings = Settings::check(RawSettings { retry, ..RawSettings::default() }).expect("sound");
        let secrets = Secrets { hmac: "h".to_owned(), jwt: "j".to_owned() };
        let place =
            Place { database, secrets: &secrets, base_url: base, monitor: Monitor::silent(), tag: Tag::default() };
        let operator = Operator::start(settings, rules, place).expect("an operator");
        let doors = serve(operator.routes().merge(landing::routes(operator.sessions(), Tag::default()))).await;
        (operator, doors)
    }

    /// Looks at a page, as who has that cookie; answers the cookie from then on.
    pub(super) async fn visit(&self, path: &str, cookie: Option<String>) -> Option<String> {
        let mut request = self.client.get(format!("{}{path}", self.doors));
        if let Some(cookie) = &cookie {
            request = request.header("cookie", cookie);
        }
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 200);
        let set = response.headers().get("set-cookie").and_then(|value| value.to_str().ok());
        set.and_then(|set| set.split(';').next()).map(str::to_owned).or(cookie)
    }

    pub(super) async fn post(&self, path: &str, cookie: Option<&str>, body: &Value) -> (u16, Value) {
        let mut request = self.client.post(format!("{}{path}", self.doors)).header("content-type", "application/json");
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        let response = request.body(body.to_string()).send().await.expect("an answer");
        let status = response.status().as_u16();
        let text = response.text().await.expect("a whole body");
        (status, serde_json::from_str(&text).expect("JSON"))
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let response = self.client.get(format!("{}{path}", self.doors)).send().await.expect("an answer");
        serde_json::from_str(&response.text().await.expect("a whole body")).expect("JSON")
    }

    /// A player who arrives with a click, looks around, registers and pays. Answers account and deposit.
    pub(super) async fn player(&self, landing: &str, currency: &str) -> (String, Value) {
        let cookie = self.visit(landing, None).await;
        let cookie = self.visit("/landing/games", cookie).await;
        let (status, registered) = self.post("/operator/register", cookie.as_deref(), &json!({})).await;
        assert_eq!(status, 201, "{registered}");
        let account = format!("/operator/accounts/{}", registered["account_id"].as_str().expect("an account"));
        let deposit = json!({"amount": "1234.50", "currency": currency});
        let (status, deposited) = self.post(&format!("{account}/deposits"), None, &deposit).await;
        assert_eq!(status, 201, "{deposited}");
        (account, deposited)
    }

    /// Pending, delivered and dead postbacks of all networks.
    pub(super) async fn states(&self) -> [i64; 3] {
        let counts = self.get("/operator/counts").await;
        let networks = counts["delivery"].as_object().expect("networks").clone();
        ["pending", "delivered", "dead"]
            .map(|state| networks.values().map(|network| network[state].as_i64().unwrap_or_default()).sum())
    }

    /// Waits until nothing is pending; answers delivered and dead.
    pub(super) async fn quiet(&self) -> [i64; 2] {
        let mut states = self.states().await;
        for _ in 0..1000 {
            if states[0] == 0 {
                break;
            }
            time::sleep(Duration::from_millis(10)).await;
            states = self.states().await;
        }
        assert_eq!(states[0], 0, "{states:?}");
        [states[1], states[2]]
    }

    /// All that the networks heard so far.
    pub(super) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().expect("nobody panicked").clone()
    }
}

fn network(heard: Arc<Mutex<Vec<Heard>>>, script: Script) -> Router {
    Router::new().fallback(move |request: Request| {
        let heard = Arc::clone(&heard);
        async move {
            let (parts, body) = request.into_parts();
            let text = String::from_utf8(to_bytes(body, 1 << 20).await.expect("a body").to_vec()).expect("text");
            let pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
            let query = pairs.into_owned().collect();
            let body = serde_json::from_str(&text).unwrap_or_default();
            let one = Heard { path: parts.uri.path().to_owned(), query, headers: parts.headers, text, body };
            let (status, body) = {
                let mut all = heard.lock().expect("nobody panicked");
                let answer = script(&all, &one);
                all.push(one);
                answer
            };
            if status == SILENCE {
                std::future::pending::<()>().await;
            }
            let elsewhere = [("location", "/elsewhere")];
            (StatusCode::from_u16(status).expect("a status"), elsewhere, body)
        }
    })
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let gate = Gate { listener, tls: None, limits: Limits::default() };
    tokio::spawn(connections::serve(gate, router, std::future::pending()));
    format!("http://{address}")
}
