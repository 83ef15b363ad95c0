//! `kill -9` of the reference stack at random moments under load, again and again over one file: what it acknowledged
//! is in the books, and nothing is there twice.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{EncodingKey, Header, get_current_timestamp};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::process::Stack;

/// Postbacks under way at once.
const SENDERS: usize = 16;

/// Longest wait for an answer, and for the books.
const PATIENCE: Duration = Duration::from_mins(1);

/// Longest life of a stack under load; the shortest is none at all.
const LONGEST_LIFE_MS: u64 = 150;

/// What is to be sent, and what was answered.
#[derive(Default)]
struct Ledger {
    made: u64,
    /// Events without an answer so far: they are sent again, as any sender would.
    open: VecDeque<String>,
    acknowledged: Vec<String>,
}

impl Ledger {
    fn next(&mut self) -> String {
        self.open.pop_front().unwrap_or_else(|| {
            self.made += 1;
            format!("dep_{:06}", self.made)
        })
    }
}

/// The stack of the moment, and how to reach it.
struct Target {
    url: String,
    secret: String,
    token: String,
    click_id: String,
    client: reqwest::Client,
}

impl Target {
    async fn of(stack: &Stack, click_id: Option<String>) -> Self {
        let now = get_current_timestamp();
        let key = EncodingKey::from_secret(stack.value("POSTPROOF_JWT_SECRET").as_bytes());
        let claims = json!({"sub": "kills", "iat": now, "exp": now + 600});
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        let client = client.timeout(PATIENCE).build().expect("a client");
        let click_id = match click_id {
            Some(known) => known,
            None => click(&client, stack.value("POSTPROOF_CLICK_URL")).await,
        };
        Self {
            url: stack.value("POSTPROOF_TARGET").to_owned(),
            secret: stack.value("POSTPROOF_SECRET").to_owned(),
            token: jsonwebtoken::encode(&Header::default(), &claims, &key).expect("a token"),
            click_id,
            client,
        }
    }

    /// Whether the event was acknowledged. Nothing but "yes" and no answer is allowed.
    async fn took(&self, event_id: &str) -> bool {
        let body = json!({
            "account_id": format!("acc_{event_id}"), "amount": 25.5, "brand_id": "aurora", "click_id": self.click_id,
            "currency": "EUR", "event": "deposit_success", "event_id": event_id, "is_ftd": true,
            "ts_event": "2025-10-21T12:00:00Z",
        })
        .to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).expect("a key of any length");
        mac.update(body.as_bytes());
        let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        let request = self.client.post(&self.url).bearer_auth(&self.token).header("x-signature", signature);
        match request.header("content-type", "application/json").body(body).send().await {
            // Its database closes under it while it is killed: that is no acknowledgement.
            Ok(answer) if answer.status() == 503 => false,
            Ok(answer) => {
                assert_eq!(answer.status(), 200, "{event_id}");
                true
            }
            Err(_) => false,
        }
    }

    /// How often each event is in the books, once nothing waits for them any more.
    async fn credited(&self) -> BTreeMap<String, usize> {
        let begun = Instant::now();
        while self.json("/queue").await["depth"] != 0 {
            assert!(begun.elapsed() < PATIENCE, "the queue does not empty");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let mut credited = BTreeMap::new();
        for credit in self.json("/credits").await.as_array().expect("credits") {
            *credited.entry(credit["event_id"].as_str().expect("an id").to_owned()).or_default() += 1;
        }
        credited
    }

    async fn json(&self, path: &str) -> Value {
        let url = self.url.replace("/postback", path);
        let text = self.client.get(url).send().await.expect("an answer").text().await.expect("a body");
        serde_json::from_str(&text).expect("JSON")
    }
}

async fn click(client: &reqwest::Client, url: &str) -> String {
    let answer = client.get(format!("{url}?affiliate=a")).send().await.expect("an answer");
    let landing = answer.headers()["location"].to_str().expect("text").parse::<url::Url>().expect("a URL");
    landing.query_pairs().find(|(name, _)| name == "click_id").expect("a click id").1.into_owned()
}

/// Sends until it is told to stop, or with no stop until nothing is open.
async fn send(target: Arc<Target>, ledger: Arc<Mutex<Ledger>>, endless: bool) {
    loop {
        let next = {
            let mut ledger = ledger.lock().expect("no panic");
            if !endless && ledger.open.is_empty() {
                return;
            }
            ledger.next()
        };
        let waits = Waiting { ledger: &ledger, event_id: Some(next.clone()) };
        let took = target.took(&next).await;
        waits.answered(took);
        if !took {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// An event under way; without an answer it is open again, also where its task is ended.
struct Waiting<'a> {
    ledger: &'a Mutex<Ledger>,
    event_id: Option<String>,
}

impl Waiting<'_> {
    fn answered(mut self, took: bool) {
        if took && let Some(event_id) = self.event_id.take() {
            self.ledger.lock().expect("no panic").acknowledged.push(event_id);
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(event_id) = self.event_id.take() {
            self.ledger.lock().expect("no panic").open.push_back(event_id);
        }
    }
}

fn start(target: &Arc<Target>, ledger: &Arc<Mutex<Ledger>>, endless: bool) -> Vec<tokio::task::JoinHandle<()>> {
    (0..SENDERS).map(|_| tokio::spawn(send(Arc::clone(target), Arc::clone(ledger), endless))).collect()
}

/// What so many kills came to.
struct Found {
    seed: u64,
    acknowledged: usize,
    lost: Vec<String>,
    double: Vec<String>,
    /// Stacks that had acknowledged something before they were killed.
    hits: usize,
}

async fn killed(kills: usize, defects: &[&str]) -> Found {
    let folder = tempfile::tempdir().expect("a folder");
    let seed = getrandom::u64().expect("randomness");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let ledger = Arc::<Mutex<Ledger>>::default();
    let (mut click_id, mut hits) = (None, 0);
    let args = [&["--listen", "127.0.0.1:0", "--db", "tracker.db"], defects].concat();
    for _ in 0..kills {
        let mut stack = Stack::serve(folder.path(), &args);
        let target = Arc::new(Target::of(&stack, click_id.take()).await);
        click_id = Some(target.click_id.clone());
        let before = ledger.lock().expect("no panic").acknowledged.len();
        let senders = start(&target, &ledger, true);
        tokio::time::sleep(Duration::from_millis(random.random_range(0..LONGEST_LIFE_MS))).await;
        stack.child.kill().expect("killed with -9");
        stack.child.wait().expect("gone");
        for sender in senders {
            sender.abort();
            let ended = sender.await;
            assert!(ended.is_err_and(|error| error.is_cancelled()), "seed {seed}: a wrong answer");
        }
        hits += usize::from(ledger.lock().expect("no panic").acknowledged.len() > before);
    }
    let stack = Stack::serve(folder.path(), &args);
    let target = Arc::new(Target::of(&stack, click_id).await);
    for sender in start(&target, &ledger, false) {
        sender.await.expect("every open event is taken in the end");
    }
    let credited = target.credited().await;
    let ledger = ledger.lock().expect("no panic");
    let lost = ledger.acknowledged.iter().filter(|id| !credited.contains_key(*id)).cloned().collect();
    let double = credited.into_iter().filter(|(_, count)| *count > 1).map(|(id, _)| id).collect();
    Found { seed, acknowledged: ledger.acknowledged.len(), lost, double, hits }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_kills_lose_nothing_and_double_nothing() {
    let Found { seed, acknowledged, lost, double, hits } = killed(50, &[]).await;
    assert!(lost.is_empty() && double.is_empty(), "seed {seed}: lost {lost:?}, double {double:?}");
    assert!(hits > 5, "seed {seed}: only {hits} stacks had taken something before they were killed");
    eprintln!("50 kills, {hits} of them under load, {acknowledged} events acknowledged, none lost, none double");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stack_that_loses_is_found_out() {
    let found = killed(3, &["--defect", "lost-after-ack"]).await;
    assert!(!found.lost.is_empty(), "seed {}: {} acknowledged", found.seed, found.acknowledged);
    // An event is doubled where a kill comes between its commit and its answer, which not every kill does.
    for _ in 0..10 {
        if !killed(3, &["--defect", "no-idempotency"]).await.double.is_empty() {
            return;
        }
    }
    panic!("thirty kills doubled nothing, although nothing tells a repetition from a new event");
}
