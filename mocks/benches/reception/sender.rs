//! The sending side of the benchmark: signed postbacks made beforehand, and connections that do nothing but write a
//! request and read its answer, so that the sender's core is not what is measured.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{EncodingKey, Header, get_current_timestamp};
use postproof_mocks::{Secrets, Urls};
use serde_json::json;
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

/// Connections that send at once; a group commit gathers what they have under way.
const CONNECTIONS: usize = 256;

/// Sends postbacks to one stack.
pub(crate) struct Sender {
    host: String,
    secrets: Secrets,
    click_id: String,
    /// Postbacks so far: each has an id of its own.
    made: u64,
    connections: Vec<TcpStream>,
}

/// Requests, and how many of them are taken.
pub(crate) struct Work {
    requests: Vec<Vec<u8>>,
    taken: AtomicUsize,
    /// What each answer has to begin with.
    expected: &'static [u8],
}

impl Work {
    pub(crate) fn new((requests, expected): (Vec<Vec<u8>>, &'static [u8])) -> Self {
        Self { requests, taken: AtomicUsize::new(0), expected }
    }
}

impl Sender {
    /// A sender to a stack, and a click that its postbacks belong to.
    pub(crate) fn heard(runtime: &Runtime, urls: &Urls, secrets: Secrets) -> Self {
        let host = urls.target.trim_start_matches("http://").trim_end_matches("/postback").to_owned();
        runtime.block_on(async {
            let mut connections = connect(&host).await;
            let asked = format!("GET /click?affiliate=a HTTP/1.1\r\nhost: {host}\r\n\r\n");
            let answer = exchange(&mut connections[0], asked.as_bytes()).await;
            let (_, rest) = answer.split_once("click_id=").expect("the redirect bears a click id");
            let click_id = rest.chars().take_while(|&c| c.is_ascii_alphanumeric() || "-_".contains(c)).collect();
            Self { host, secrets, click_id, made: 0, connections }
        })
    }

    /// A sender to somebody who takes whatever comes.
    pub(crate) fn unheard(runtime: &Runtime, address: SocketAddr) -> Self {
        let (host, secret) = (address.to_string(), || "a secret that nobody asks for".to_owned());
        let secrets = Secrets { hmac: secret(), jwt: secret() };
        let connections = runtime.block_on(connect(&host));
        Self { host, secrets, click_id: "a_click_id_as_long_as_others".to_owned(), made: 0, connections }
    }

    /// So many requests, and how their answers begin. `broken` ones lack the instant, which the schema asks for last.
    pub(crate) fn postbacks(&mut self, count: u64, broken: bool) -> (Vec<Vec<u8>>, &'static [u8]) {
        let now = get_current_timestamp();
        let claims = json!({"sub": "bench", "iat": now, "exp": now + 600});
        let key = EncodingKey::from_secret(self.secrets.jwt.as_bytes());
        let token = jsonwebtoken::encode(&Header::default(), &claims, &key).expect("a token");
        let requests = (0..count).map(|_| self.postback(&token, broken)).collect();
        (requests, if broken { b"HTTP/1.1 422" } else { b"HTTP/1.1 200" })
    }

    fn postback(&mut self, token: &str, broken: bool) -> Vec<u8> {
        self.made += 1;
        let instant = if broken { "yesterday" } else { "2025-10-21T12:00:00Z" };
        // The members stand in canonical order, so these are the bytes that the signature covers.
        let body = format!(
            r#"{{"account_id":"acc_{n}","amount":25.5,"brand_id":"aurora","click_id":"{click}","currency":"EUR","event":"deposit_success","event_id":"dep_{n:012}","is_ftd":true,"ts_event":"{instant}"}}"#,
            n = self.made,
            click = self.click_id,
        );
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secrets.hmac.as_bytes()).expect("a key of any length");
        mac.update(body.as_bytes());
        let signature = hex::encode(mac.finalize().into_bytes());
        format!(
            "POST /postback HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\nauthorization: Bearer {token}\r\n\
             x-signature: sha256={signature}\r\ncontent-length: {}\r\n\r\n{body}",
            self.host,
            body.len(),
        )
        .into_bytes()
    }

    /// Sends all of it over all connections; each has one request under way.
    pub(crate) async fn send(&mut self, work: &Arc<Work>) {
        let tasks: Vec<_> =
            self.connections.drain(..).map(|stream| tokio::spawn(drain(stream, Arc::clone(work)))).collect();
        for task in tasks {
            self.connections.push(task.await.expect("an exchange without a panic"));
        }
    }

    /// Opens or closes the books.
    pub(crate) async fn books(&mut self, what: &str) {
        let asked = format!("POST /books/{what} HTTP/1.1\r\nhost: {}\r\ncontent-length: 0\r\n\r\n", self.host);
        let answer = exchange(&mut self.connections[0], asked.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    /// Waits until nothing is left in the queue.
    pub(crate) async fn until_booked(&mut self) {
        let asked = format!("GET /queue HTTP/1.1\r\nhost: {}\r\n\r\n", self.host);
        while !exchange(&mut self.connections[0], asked.as_bytes()).await.contains(r#""depth":0"#) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

async fn connect(host: &str) -> Vec<TcpStream> {
    let mut connections = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        let stream = TcpStream::connect(host).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket option");
        connections.push(stream);
    }
    connections
}

async fn drain(mut stream: TcpStream, work: Arc<Work>) -> TcpStream {
    while let Some(request) = work.requests.get(work.taken.fetch_add(1, Ordering::Relaxed)) {
        let answer = exchange(&mut stream, request).await;
        assert!(answer.as_bytes().starts_with(work.expected), "{answer}");
    }
    stream
}

/// Writes a request and reads its answer, which comes in one piece or a few.
async fn exchange(stream: &mut TcpStream, request: &[u8]) -> String {
    stream.write_all(request).await.expect("a request is taken");
    let mut answer = String::new();
    let mut piece = [0; 2048];
    while !is_whole(&answer) {
        let read = stream.read(&mut piece).await.expect("an answer");
        assert!(read > 0, "the stack closed the connection");
        answer.push_str(std::str::from_utf8(&piece[..read]).expect("text"));
    }
    answer
}

fn is_whole(answer: &str) -> bool {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { return false };
    let length =
        head.split_once("content-length: ").and_then(|(_, rest)| rest.split("\r\n").next()?.parse::<usize>().ok());
    length.is_none_or(|length| body.len() >= length)
}
