//! The messages that leave: one worker for each rule that has a webhook, so that a dead one holds up no other and a
//! rule's messages arrive in their order.

use std::time::Duration;

use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time;
use url::Url;

use super::notice::Notice;
use super::rule::Rule;
use crate::monitoring::{Monitor, Told};

/// Messages that may wait for one webhook. A rule has two an incident, so this is a day of incidents.
const QUEUE: usize = 16;

/// How long one attempt may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How often a message is sent, and the first pause between; each further one is twice as long.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_secs(1);

/// The ways to every rule's webhook, by the rule's place. Dropped, it breaks off what is under way.
pub(super) struct Webhooks {
    queues: Vec<Option<mpsc::Sender<Notice>>>,
    /// The client and the workers that wait to be started, which needs a runtime.
    waiting: Vec<(Url, mpsc::Receiver<Notice>)>,
    client: Option<Client>,
    workers: JoinSet<()>,
    monitor: Monitor,
}

impl Webhooks {
    /// Ways for these rules.
    pub(super) fn new(rules: &[Rule], monitor: &Monitor) -> Result<Self, reqwest::Error> {
        let mut waiting = Vec::new();
        let queues = rules.iter().map(|rule| {
            let url = rule.webhook.clone()?;
            let (queue, notices) = mpsc::channel(QUEUE);
            waiting.push((url, notices));
            Some(queue)
        });
        let queues = queues.collect();
        let client = if waiting.is_empty() { None } else { Some(client()?) };
        Ok(Self { queues, waiting, client, workers: JoinSet::new(), monitor: monitor.clone() })
    }

    /// Sends a message about the rule at that place, when it has a webhook. It does not wait: what finds no room is
    /// counted.
    pub(super) fn tell(&mut self, rule: usize, notice: Notice) {
        self.start();
        if let Some(Some(queue)) = self.queues.get(rule)
            && queue.try_send(notice).is_err()
        {
            self.monitor.told(Told::Dropped);
        }
    }

    fn start(&mut self) {
        let Some(client) = &self.client else {
            return;
        };
        for (url, notices) in self.waiting.drain(..) {
            self.workers.spawn(work(client.clone(), url, notices, self.monitor.clone()));
        }
    }
}

/// A client that goes where it is told and nowhere else.
fn client() -> Result<Client, reqwest::Error> {
    Client::builder().timeout(TIMEOUT).redirect(Policy::none()).no_proxy().no_gzip().build()
}

async fn work(client: Client, url: Url, mut notices: mpsc::Receiver<Notice>, monitor: Monitor) {
    while let Some(notice) = notices.recv().await {
        let told = if deliver(&client, &url, &notice).await { Told::Sent } else { Told::Failed };
        monitor.told(told);
    }
}

/// Sends a message until it is taken with a 2xx, or has been sent often enough.
async fn deliver(client: &Client, url: &Url, notice: &Notice) -> bool {
    let body = serde_json::to_vec(notice).expect("a message has a JSON form");
    for attempt in 0..TRIES {
        if attempt > 0 {
            time::sleep(PAUSE * (1 << (attempt - 1))).await;
        }
        let request = client.post(url.clone()).header(CONTENT_TYPE, "application/json").body(body.clone());
        if request.send().await.is_ok_and(|answer| answer.status().is_success()) {
            return true;
        }
    }
    false
}
