//! The rooms' end of the store: asks its owner, and waits within bounds.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::time;

use super::clicks::Click;
use super::command::{Booking, Claim, Command, Outcome};
use super::credits::{Credit, Page};
use super::database::Opened;
use super::owner::Owner;
use crate::answer::Refusal;
use crate::tracker::rules::Rules;

/// Commands that may wait. A commit takes 256 of them, so the last one waits for sixteen.
const QUEUE: usize = 4096;

/// How long an answer may take before the one who waits is told to come again.
const PATIENCE: Duration = Duration::from_secs(10);

/// A way to the thread that owns the database.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    commands: mpsc::Sender<Command>,
    owner: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Store {
    /// Hands the database to a thread of its own. The thread ends with [`Store::close`], or with the last handle.
    pub(crate) fn start(opened: Opened, rules: Rules) -> io::Result<Self> {
        let (commands, waiting) = mpsc::channel(QUEUE);
        let owner = Owner::new(opened.connection, rules);
        let thread = thread::Builder::new().name("store".to_owned()).spawn(move || owner.run(waiting))?;
        Ok(Self { commands, owner: Arc::new(Mutex::new(Some(thread))) })
    }

    /// Books an event. When this returns, the booking is as durable as the database.
    pub(in crate::tracker) async fn book(&self, booking: Booking, claim: Claim) -> Result<Outcome, Refusal> {
        let booking = Box::new(booking);
        self.ask(|answer| Command::Book { booking, claim, answer }).await
    }

    /// Books a refused postback beside the books' own order: it claims nothing.
    pub(in crate::tracker) async fn book_refused(&self, credit: Credit) -> Result<(), Refusal> {
        let credit = Box::new(credit);
        self.ask(|answer| Command::BookRefused { credit, answer }).await
    }

    /// Whether an event id is claimed.
    pub(in crate::tracker) async fn knows(&self, event_id: &str) -> Result<bool, Refusal> {
        let event_id = event_id.to_owned();
        self.ask(|answer| Command::Knows { event_id, answer }).await
    }

    /// Writes a click to the log.
    pub(crate) async fn log_click(&self, click: Click) -> Result<(), Refusal> {
        self.ask(|answer| Command::LogClick { click, answer }).await
    }

    /// Reads a stretch of the books.
    pub(in crate::tracker) async fn page(&self, after: i64, upto: Option<i64>) -> Result<Page, Refusal> {
        self.ask(|answer| Command::Read { after, upto, answer }).await
    }

    /// Writes what waits and closes the database.
    pub(in crate::tracker) async fn close(&self) -> io::Result<()> {
        // A send that fails finds the thread gone, which is what it asks for.
        let _ = self.commands.send(Command::Close).await;
        let thread = self.owner.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(thread) = thread else { return Ok(()) };
        tokio::task::spawn_blocking(move || thread.join())
            .await?
            .map_err(|_| io::Error::other("the thread that owns the database has panicked"))
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, Refusal> {
        let (sender, answer) = oneshot::channel();
        // Waiting for room would hide from senders that they are too fast; saying so lets them back off.
        self.commands.try_send(command(sender)).map_err(|error| match error {
            TrySendError::Full(_) => Refusal::unavailable("busy", "send it again after a second"),
            TrySendError::Closed(_) => closed(),
        })?;
        match time::timeout(PATIENCE, answer).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(closed()),
            Err(_) => Err(Refusal::unavailable("store_slow", "send it again under the same event_id")),
        }
    }
}

fn closed() -> Refusal {
    Refusal::unavailable("store_unavailable", "send it again under the same event_id")
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use jiff::Timestamp;

    use super::super::database::Database;
    use super::*;

    fn click(number: usize) -> Click {
        Click { id: format!("clk_{number}"), at: Timestamp::UNIX_EPOCH, parameters: "{}".to_owned() }
    }

    fn booking(number: usize) -> Booking {
        let credit = Credit {
            event_id: format!("e_{number}"),
            click_id: "clk_0".to_owned(),
            event: "registration".to_owned(),
            amount: None,
            currency: None,
            brand_id: Some("b".repeat(1000)),
            ts_event: "2025-10-21T15:12:31Z".to_owned(),
            is_ftd: None,
        };
        Booking { credit, digest: [0; 32], first_deposit_of: None }
    }

    #[tokio::test]
    async fn a_full_queue_is_told_and_not_waited_for() {
        let (commands, _waiting) = mpsc::channel(1);
        let store = Store { commands, owner: Arc::default() };
        store.commands.try_send(Command::Close).expect("one fits");
        let refusal = store.log_click(click(0)).await.expect_err("full");
        assert_eq!(refusal.status(), StatusCode::SERVICE_UNAVAILABLE);
    }

    #[tokio::test]
    async fn a_closed_store_refuses() {
        let opened = Database::Memory.open().expect("memory");
        let store = Store::start(opened, Rules::default()).expect("a thread");
        store.log_click(click(0)).await.expect("open");
        store.close().await.expect("closed in order");
        assert!(store.log_click(click(1)).await.is_err());
        store.close().await.expect("closing twice does nothing");
    }

    #[tokio::test]
    async fn a_full_disk_refuses_and_keeps_what_was_acknowledged() {
        let folder = tempfile::tempdir().expect("a folder");
        let opened = Database::File(folder.path().join("small.db")).open().expect("a fresh database");
        opened.connection.pragma_update(None, "max_page_count", 40).expect("a bound");
        let store = Store::start(opened, Rules::default()).expect("a thread");
        store.log_click(click(0)).await.expect("room for a click");
        let mut acknowledged = 0;
        let refusal = loop {
            match store.book(booking(acknowledged), Claim::Unique).await {
                Ok(outcome) => assert_eq!(outcome, Outcome::Booked),
                Err(refusal) => break refusal,
            }
            acknowledged += 1;
        };
        assert_eq!(refusal.status(), StatusCode::SERVICE_UNAVAILABLE);
        let page = store.page(0, None).await.expect("reading needs no room");
        assert_eq!(page.credits.len(), acknowledged);
        assert!(acknowledged > 10, "{acknowledged}");
    }
}
