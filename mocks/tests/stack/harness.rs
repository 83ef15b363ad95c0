//! A running stack, and a sender that knows its secrets.
//!
//! Bodies are written in canonical order with plain numbers, so that their own bytes are what has to be signed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{EncodingKey, Header, encode};
use postproof_mocks::{Config, Database, Defect, Secrets, Stack, Urls};
use reqwest::{Client, Method, RequestBuilder, redirect};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A stack that runs until it is stopped or dropped.
pub(crate) struct Running {
    pub(crate) urls: Urls,
    pub(crate) secrets: Secrets,
    pub(crate) client: Client,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Running {
    pub(crate) async fn sound() -> Self {
        Self::with(&[]).await
    }

    pub(crate) async fn with(defects: &[&str]) -> Self {
        let defects = defects.iter().map(|name| Defect::by_name(name).expect("a registered defect")).collect();
        Self::start(Config { defects, ..Config::default() }).await
    }

    pub(crate) async fn on(database: Database) -> Self {
        Self::start(Config { database, ..Config::default() }).await
    }

    pub(crate) async fn start(config: Config) -> Self {
        Self::serve(Stack::bind(config).await.expect("a free port and a database"))
    }

    /// The same, asked by a client that a test has made ready.
    pub(crate) async fn start_asked_by(config: Config, client: Client) -> Self {
        Self { client, ..Self::start(config).await }
    }

    pub(crate) fn serve(stack: Stack) -> Self {
        let (urls, secrets) = (stack.urls(), stack.secrets().clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(stack.serve(async move {
            let _ = stopped.await;
        }));
        let client = Client::builder().redirect(redirect::Policy::none()).build().expect("a client");
        Self { urls, secrets, client, stop, served }
    }

    pub(crate) async fn stop(self) {
        self.stop.send(()).expect("still serving");
        self.served.await.expect("no panic").expect("closed in order");
    }

    /// A click id that the redirector made.
    pub(crate) async fn click(&self) -> String {
        let answer = self.client.get(&self.urls.click).query_pairs("utm_source=test").send().await.expect("an answer");
        let location = answer.headers()["location"].to_str().expect("text").to_owned();
        location.split_once("click_id=").expect("a click id").1.to_owned()
    }

    #[expect(clippy::disallowed_methods, reason = "a token has to be good at the real time")]
    pub(crate) fn token(&self) -> String {
        self.token_of(SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs())
    }

    /// A token of ten minutes that was minted then (seconds since 1970).
    pub(crate) fn token_of(&self, now: u64) -> String {
        let key = EncodingKey::from_secret(self.secrets.jwt.as_bytes());
        encode(&Header::default(), &json!({"iat": now, "exp": now + 600}), &key).expect("a token")
    }

    pub(crate) fn signature(&self, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secrets.hmac.as_bytes()).expect("any key");
        mac.update(body.as_bytes());
        format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
    }

    /// A sound request, for tests to spoil.
    pub(crate) fn request(&self, body: &str) -> RequestBuilder {
        self.request_as(Method::POST, "application/json", body)
            .header("authorization", format!("Bearer {}", self.token()))
            .header("x-signature", self.signature(body))
    }

    pub(crate) fn request_as(&self, method: Method, content_type: &str, body: &str) -> RequestBuilder {
        let request = self.client.request(method, &self.urls.target);
        request.header("content-type", content_type).body(body.to_owned())
    }

    pub(crate) async fn fire(&self, body: &Value) -> Answer {
        answer(self.request(&body.to_string())).await
    }

    /// The address of another door of the stack.
    pub(crate) fn door(&self, path: &str) -> String {
        self.urls.health.replace("/health", path)
    }

    /// The state of the queue.
    pub(crate) async fn queue(&self) -> Value {
        serde_json::from_str(&self.text(&self.door("/queue")).await).expect("JSON")
    }

    /// Waits until everything that was accepted is booked or given up.
    pub(crate) async fn quiet(&self) {
        self.quiet_within(500).await;
    }

    /// The same, with so many looks, 10 ms apart.
    pub(crate) async fn quiet_within(&self, looks: u32) {
        for _ in 0..looks {
            if self.queue().await["depth"] == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(self.queue().await["depth"], 0, "the queue does not empty");
    }

    /// What stands in the books once nothing waits.
    pub(crate) async fn credits(&self) -> Vec<Value> {
        self.quiet().await;
        let text = self.text(&self.urls.read_back).await;
        serde_json::from_str(&text).expect("a JSON array")
    }

    /// The address of a path.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.urls.health.trim_end_matches("/health"))
    }

    /// A request with a JSON body.
    pub(crate) fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.client.post(self.at(path)).header("content-type", "application/json").body(body.to_string())
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.text(&self.at(path)).await).expect("JSON")
    }

    pub(crate) async fn text(&self, url: &str) -> String {
        self.client.get(url).send().await.expect("an answer").text().await.expect("a whole body")
    }
}

trait QueryPairs {
    fn query_pairs(self, query: &str) -> Self;
}

impl QueryPairs for RequestBuilder {
    /// The client is built without its own query support.
    fn query_pairs(self, query: &str) -> Self {
        let (client, request) = self.build_split();
        let mut request = request.expect("a request");
        request.url_mut().set_query(Some(query));
        Self::from_parts(client, request)
    }
}

pub(crate) async fn answer(request: RequestBuilder) -> Answer {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a whole body");
    Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
}

impl Answer {
    pub(crate) fn ack(idempotent: bool) -> Self {
        Self { status: 200, body: json!({"status": "ok", "idempotent": idempotent}) }
    }

    /// Status and error code.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        assert!(self.body["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{self:?}");
        (self.status, self.body["error"].as_str().unwrap_or_default())
    }
}

/// A registration.
pub(crate) fn registration(click_id: &str, event_id: &str) -> Value {
    json!({"event": "registration", "event_id": event_id, "click_id": click_id, "ts_event": "2025-10-21T14:54:12Z"})
}

/// A money event in dollars.
pub(crate) fn money(event: &str, click_id: &str, event_id: &str, amount: impl Into<Value>) -> Value {
    let mut body = registration(click_id, event_id);
    body["event"] = event.into();
    body["amount"] = amount.into();
    body["currency"] = "USD".into();
    body
}

pub(crate) fn deposit(click_id: &str, event_id: &str, amount: impl Into<Value>) -> Value {
    money("deposit_success", click_id, event_id, amount)
}

/// The same body with further or other members.
pub(crate) fn with(body: &Value, members: Value) -> Value {
    let mut object: Map<String, Value> = body.as_object().expect("an object").clone();
    let Value::Object(members) = members else { return body.clone() };
    object.extend(members);
    Value::Object(object)
}
