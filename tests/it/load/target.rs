//! A tracker whose answers are written beforehand: the n-th postback gets the n-th answer of its script, so that what a load
//! finds is known in advance. It keeps books like any other, on a port of their own, which stays open when the tracker dies.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, UnixListener};
use tokio::task::{JoinHandle, JoinSet};

use crate::scripted::credit;

/// Longest wait for what a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Pause between two chunks of an answer without an end.
const DRIP: Duration = Duration::from_millis(50);

/// What a postback is answered.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    /// It is taken.
    Take,
    /// It is taken, after that time.
    TakeAfter(Duration),
    /// It is taken, and the connection is closed behind the answer without a word.
    TakeAndClose,
    /// That status, and nothing is booked.
    Status(u16),
    /// It is booked, and the connection is lost within the answer's head.
    Cut,
    /// It is booked, and the connection is lost within the answer's body.
    CutBody,
    /// The connection is closed without an answer.
    HangUp,
    /// Something that is no HTTP.
    Garbage,
    /// 200 with a body that says nothing.
    Riddle,
    /// 200 with a body that drips and never ends.
    Drip,
    /// 200 with a body that pours and never ends.
    Flood,
}

/// What the postback of that number is answered, so long after the first one.
type Script = dyn Fn(u64, Duration) -> Act + Send + Sync;

/// The tracker.
pub(super) struct Target {
    shared: Arc<Shared>,
    address: SocketAddr,
    books: SocketAddr,
    door: Option<JoinHandle<()>>,
    /// Keeps the port from others while nobody listens.
    held: Option<TcpSocket>,
    book_keeper: JoinHandle<()>,
    secret: tempfile::NamedTempFile,
}

/// What its connections share.
pub(super) struct Shared {
    script: Box<Script>,
    credits: Mutex<HashMap<String, (Value, Instant)>>,
    /// How long a credit takes into the books.
    pub(super) lag: Duration,
    /// How long a new connection waits before anything on it is read.
    pub(super) hesitates: Duration,
    began: OnceLock<Instant>,
    postbacks: AtomicU64,
    /// Other requests that were answered.
    questions: AtomicU64,
    connections: AtomicU64,
}

impl Target {
    /// Starts one.
    pub(super) async fn start(script: impl Fn(u64, Duration) -> Act + Send + Sync + 'static) -> Self {
        Self::with(script, |_| {}).await
    }

    /// Starts one that is set up so.
    pub(super) async fn with(
        script: impl Fn(u64, Duration) -> Act + Send + Sync + 'static,
        set_up: impl FnOnce(&mut Shared),
    ) -> Self {
        let mut shared = Shared {
            script: Box::new(script),
            credits: Mutex::default(),
            lag: Duration::ZERO,
            hesitates: Duration::ZERO,
            began: OnceLock::new(),
            postbacks: AtomicU64::new(0),
            questions: AtomicU64::new(0),
            connections: AtomicU64::new(0),
        };
        set_up(&mut shared);
        let shared = Arc::new(shared);
        let (listener, books) = (bind().await, bind().await);
        let secret = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(secret.path(), "secret-of-the-test").expect("written");
        Self {
            address: listener.local_addr().expect("an address"),
            books: books.local_addr().expect("an address"),
            door: Some(tokio::spawn(accept(Arc::clone(&shared), listener))),
            held: None,
            book_keeper: tokio::spawn(accept(Arc::clone(&shared), books)),
            shared,
            secret,
        }
    }

    /// Listens on a unix socket too.
    pub(super) fn listen_at(&self, path: &Path) -> JoinHandle<()> {
        let (listener, shared) = (UnixListener::bind(path).expect("a socket"), Arc::clone(&self.shared));
        tokio::spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(converse(Arc::clone(&shared), stream));
            }
        })
    }

    /// Dies: what is under way is lost, and who connects is refused.
    pub(super) async fn die(&mut self) {
        let door = self.door.take().expect("it is alive");
        door.abort();
        let _ = door.await;
        let held = TcpSocket::new_v4().expect("a socket");
        held.set_reuseaddr(true).expect("set");
        held.bind(self.address).expect("its own port");
        self.held = Some(held);
    }

    /// Comes back to where it was.
    pub(super) fn come_back(&mut self) {
        let listener = self.held.take().expect("it is dead").listen(1024).expect("a listener");
        self.door = Some(tokio::spawn(accept(Arc::clone(&self.shared), listener)));
    }

    /// Waits until so many postbacks have come.
    pub(super) async fn has_seen(&self, postbacks: u64) {
        until(&self.shared.postbacks, postbacks).await;
    }

    /// Waits until it was asked so many other things: whether it is there, and for its books.
    pub(super) async fn has_been_asked(&self, questions: u64) {
        until(&self.shared.questions, questions).await;
    }

    /// How many postbacks came.
    pub(super) fn postbacks(&self) -> u64 {
        self.shared.postbacks.load(Ordering::Relaxed)
    }

    /// How many connections were accepted, those that look at the books included.
    pub(super) fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// What its connections share.
    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// The scenario of a load on it. Bounds on the engine's own lateness are wide: the machine of a test is a busy one.
    pub(super) fn scenario(&self, target: &str, load: &str, sla: &str) -> String {
        self.scenario_at(&self.url(), target, load, sla)
    }

    /// Where it takes postbacks.
    pub(super) fn url(&self) -> String {
        format!("http://{}/postback", self.address)
    }

    /// The same with another URL.
    pub(super) fn scenario_at(&self, url: &str, target: &str, load: &str, sla: &str) -> String {
        format!(
            "[target]\nurl = \"{url}\"\nsecret_file = \"{}\"\n{target}\n\
             [read_back]\nurl = \"http://{}/credits\"\nsettle = \"4s\"\n\
             [send]\nattempts = 2\nbackoff_base = \"10ms\"\nbackoff_cap = \"20ms\"\n\
             [load]\nfaults = \"none\"\nlag_bound = \"5s\"\n{load}\n[sla]\n{sla}\n",
            self.secret.path().display(),
            self.books,
        )
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(door) = &self.door {
            door.abort();
        }
        self.book_keeper.abort();
    }
}

impl Shared {
    /// Takes a postback's number, and what it is answered.
    pub(super) fn act(&self, body: &[u8]) -> Act {
        let elapsed = self.began.get_or_init(Instant::now).elapsed();
        let act = (self.script)(self.postbacks.fetch_add(1, Ordering::Relaxed), elapsed);
        if matches!(act, Act::Take | Act::TakeAfter(_) | Act::TakeAndClose | Act::Cut | Act::CutBody) {
            let body: Value = serde_json::from_slice(body).expect("JSON");
            let id = body["event_id"].as_str().expect("an id").to_owned();
            let mut credits = self.credits.lock().expect("no panic");
            credits.entry(id).or_insert_with(|| (credit(&body), Instant::now()));
        }
        act
    }

    fn books(&self) -> Vec<u8> {
        let credits = self.credits.lock().expect("no panic");
        let visible = credits.values().filter(|(_, since)| since.elapsed() >= self.lag);
        serde_json::to_vec(&visible.map(|(credit, _)| credit).collect::<Vec<_>>()).expect("JSON")
    }
}

async fn until(count: &AtomicU64, wanted: u64) {
    let began = Instant::now();
    while count.load(Ordering::Relaxed) < wanted {
        assert!(began.elapsed() < PATIENCE, "{} of {wanted} came", count.load(Ordering::Relaxed));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn bind() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a port")
}

async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    let mut open = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        open.spawn(converse(Arc::clone(&shared), stream));
        while open.try_join_next().is_some() {}
    }
}

/// Answers everything that comes over a connection.
pub(super) async fn converse<S: AsyncRead + AsyncWrite + Unpin>(shared: Arc<Shared>, mut stream: S) {
    shared.connections.fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(shared.hesitates).await;
    let mut unread = Vec::new();
    while let Some((line, body)) = request(&mut stream, &mut unread).await {
        let goes_on = if line.starts_with("POST") {
            answer(&mut stream, shared.act(&body)).await
        } else {
            let books = line.starts_with("GET /credits").then(|| shared.books());
            let written = match books {
                Some(books) => write(&mut stream, 200, &books).await,
                None => write(&mut stream, 404, b"").await,
            };
            shared.questions.fetch_add(1, Ordering::Relaxed);
            written
        };
        if !goes_on {
            return;
        }
    }
}

/// The next request's line and body.
async fn request<S: AsyncRead + Unpin>(stream: &mut S, unread: &mut Vec<u8>) -> Option<(String, Vec<u8>)> {
    let end = loop {
        if let Some(end) = unread.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(unread).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&unread[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok()).unwrap_or(0);
    while unread.len() < end + length {
        if stream.read_buf(unread).await.ok()? == 0 {
            return None;
        }
    }
    let line = String::from_utf8_lossy(&unread[..end]).lines().next().unwrap_or_default().to_owned();
    let body = unread[end..end + length].to_vec();
    unread.drain(..end + length);
    Some((line, body))
}

/// Does what stands in the script; whether the connection goes on.
async fn answer<S: AsyncWrite + Unpin>(stream: &mut S, act: Act) -> bool {
    let taken = br#"{"status":"ok","idempotent":false}"#;
    match act {
        Act::Take => write(stream, 200, taken).await,
        Act::TakeAfter(time) => {
            tokio::time::sleep(time).await;
            write(stream, 200, taken).await
        }
        Act::TakeAndClose => {
            write(stream, 200, taken).await;
            false
        }
        Act::Status(status) => write(stream, status, br#"{"error":"as it is written"}"#).await,
        Act::Cut => last(stream, b"HTTP/1.1 200 OK\r\ncontent-le").await,
        Act::CutBody => last(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{\"status").await,
        Act::HangUp => false,
        Act::Garbage => last(stream, b"220 mail.example ESMTP\r\n").await,
        Act::Riddle => write(stream, 200, b"<html>hello</html>").await,
        Act::Drip => endless(stream, &[b' '; 1], DRIP).await,
        Act::Flood => endless(stream, &[b' '; 8192], Duration::ZERO).await,
    }
}

async fn write<S: AsyncWrite + Unpin>(stream: &mut S, status: u16, body: &[u8]) -> bool {
    let place = if (300..400).contains(&status) { "location: /elsewhere\r\n" } else { "" };
    let mut bytes = format!("HTTP/1.1 {status} x\r\n{place}content-length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    stream.write_all(&bytes).await.is_ok()
}

async fn last<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> bool {
    let _ = stream.write_all(bytes).await;
    false
}

async fn endless<S: AsyncWrite + Unpin>(stream: &mut S, chunk: &[u8], pause: Duration) -> bool {
    let mut bytes = format!("{:x}\r\n", chunk.len()).into_bytes();
    bytes.extend_from_slice(chunk);
    bytes.extend_from_slice(b"\r\n");
    let mut gone = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await.is_err();
    while !gone {
        gone = stream.write_all(&bytes).await.is_err();
        tokio::time::sleep(pause).await;
    }
    false
}
