//! Having the operator deliver once more what it gave up: looked for among its dead letters, asked for, and looked for again.
//! Whether it reached the books is the oracle's to say.

use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::visiting::Pages;
use crate::contract::{Revival, Visited};

/// Wait between two looks at the dead letters.
const LOOK: Duration = Duration::from_millis(100);
/// So long the number of a case's events among them has to stand still.
const STILL: Duration = Duration::from_millis(500);
/// Longest wait for that.
const PATIENCE: Duration = Duration::from_secs(5);
/// Wait between two redeliveries: a tracker's rate is one of seconds.
const PAUSE: Duration = Duration::from_secs(1);
/// Most redeliveries; each has to bring one event through at least.
const MOST: u32 = 30;
/// So often in a row nothing may come of one.
const IDLE: u32 = 3;

impl Pages {
    /// Asks for redelivery as long as events of these visits are among the dead letters and it gets fewer of them.
    pub(super) async fn revive(&self, visited: &[Visited]) -> Revival {
        let (Some(letters), Some(door)) = (&self.letters, &self.redeliver) else {
            return Revival::Failed("nobody knows how the operator is asked to deliver again".to_owned());
        };
        let events = visited.iter().flat_map(|visited| &visited.deliveries).filter(|delivery| delivery.any_ok());
        let events: Vec<&str> = events.map(|delivery| delivery.sent.event_id.as_str()).collect();
        let (mut asked, mut idle) = (0, 0);
        let mut left = match self.given_up(letters, &events).await {
            Ok(0) => return Revival::Needless,
            Ok(left) => left,
            Err(why) => return Revival::Failed(why),
        };
        while left > 0 && asked < MOST && idle < IDLE && !self.field.courier.stopped() {
            if let Err(why) = self.ask(door).await {
                return Revival::Failed(why);
            }
            asked += 1;
            tokio::time::sleep(PAUSE).await;
            let now = match self.given_up(letters, &events).await {
                Ok(now) => now,
                Err(why) => return Revival::Failed(why),
            };
            idle = if now < left { 0 } else { idle + 1 };
            left = now;
        }
        Revival::Asked(asked)
    }

    async fn ask(&self, door: &Url) -> Result<(), String> {
        let client = &self.field.courier.site.client;
        match client.ask(door, self.operator.bearer.as_deref()).await {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
            Ok(answer) => Err(format!("{} answers {}", door.path(), answer.status)),
            Err(why) => Err(format!("{}: {why}", door.path())),
        }
    }

    /// How many of these events are among the dead letters, once their number stands still.
    async fn given_up(&self, letters: &Url, events: &[&str]) -> Result<usize, String> {
        let began = Instant::now();
        let (mut last, mut since) = (None, began);
        loop {
            let text = self.read(letters).await?;
            let count = events.iter().filter(|id| text.contains(**id)).count();
            if last != Some(count) {
                (last, since) = (Some(count), Instant::now());
            }
            let out_of_time = began.elapsed() >= PATIENCE || self.field.courier.stopped();
            if since.elapsed() >= STILL || out_of_time {
                return Ok(count);
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}
