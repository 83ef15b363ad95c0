//! The thread that owns a database: takes what waits, does it in one transaction, then answers.
//!
//! A commit waits for the disk, and that wait is the same for one change as for hundreds. Answers are given after
//! the commit and not before; where it fails they are dropped, which their askers read as "nothing was done".

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::runtime::Handle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::time;

use crate::answer::Refusal;

/// Jobs that may wait. A commit takes 256 of them, so the last one waits for sixteen.
const QUEUE: usize = 4096;

/// Most jobs of one transaction; bounds how long the first of them waits for the last.
const BATCH: usize = 256;

/// How long an answer may take before the one who waits is told to come again.
const PATIENCE: Duration = Duration::from_secs(10);

/// A way to the thread that owns a database.
#[derive(Clone)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
    owner: Arc<Mutex<Option<JoinHandle<()>>>>,
}

/// One thing to do, or the end.
enum Job {
    Do(Change),
    Close,
}

/// What is done inside a transaction.
type Change = Box<dyn FnOnce(&Transaction<'_>) -> rusqlite::Result<Box<dyn Answer>> + Send>;

/// What waits for the commit.
trait Answer: Send {
    /// Does what has to follow the change, on the owner's thread.
    fn follow(&mut self);

    /// Tells whoever asked.
    fn tell(self: Box<Self>);
}

/// What a job came to, with what follows it and who asked for it.
struct Done<T, R, F> {
    value: T,
    then: Option<(F, R)>,
    asker: oneshot::Sender<T>,
}

impl<T: Send, R: Send, F: FnOnce(&T, R) + Send> Answer for Done<T, R, F> {
    fn follow(&mut self) {
        if let Some((then, rest)) = self.then.take() {
            then(&self.value, rest);
        }
    }

    fn tell(self: Box<Self>) {
        // Its asker may have gone away; what was done stays done.
        drop(self.asker.send(self.value));
    }
}

impl Writer {
    /// Hands the database to a thread of that name. It ends with [`Writer::close`], or with the last handle.
    pub(crate) fn start(connection: Connection, name: &str) -> io::Result<Self> {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let askers = Handle::try_current().ok();
        let thread =
            thread::Builder::new().name(name.to_owned()).spawn(move || own(connection, waiting, askers.as_ref()))?;
        Ok(Self { jobs, owner: Arc::new(Mutex::new(Some(thread))) })
    }

    /// Runs `job` inside a transaction that it shares with what else waits. When this returns, what the job did is
    /// as durable as the database.
    ///
    /// # Errors
    /// 503 when too much waits, when the commit failed, or when the database is closed: then nothing was done.
    /// 503 `store_slow` when the answer took too long: then nobody knows.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.run_then(job, |_| ()).await
    }

    /// Like [`Writer::run`], with `then` called on the owner's thread right after the commit: what has to follow a
    /// change follows it even where the one who asked has stopped waiting.
    pub(crate) async fn run_then<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
        then: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T, Refusal> {
        self.run_leaving(|transaction| Ok((job(transaction)?, ())), |value, ()| then(value)).await
    }

    /// Like [`Writer::run_then`], where the job leaves something for `then` beside the answer.
    pub(crate) async fn run_leaving<T: Send + 'static, R: Send + 'static>(
        &self,
        job: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<(T, R)> + Send + 'static,
        then: impl FnOnce(&T, R) + Send + 'static,
    ) -> Result<T, Refusal> {
        let (asker, answer) = oneshot::channel();
        let job = Job::Do(Box::new(move |transaction| {
            let (value, rest) = job(transaction)?;
            Ok(Box::new(Done { value, then: Some((then, rest)), asker }))
        }));
        // Waiting for room would hide from senders that they are too fast; saying so lets them back off.
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Refusal::unavailable("busy", "send it again after a second"),
            TrySendError::Closed(_) => closed(),
        })?;
        match time::timeout(PATIENCE, answer).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(closed()),
            Err(_) => Err(Refusal::unavailable("store_slow", "send it again under the same event_id")),
        }
    }

    /// Writes what waits and closes the database.
    pub(crate) async fn close(&self) -> io::Result<()> {
        // A send that fails finds the thread gone, which is what it asks for.
        let _ = self.jobs.send(Job::Close).await;
        let thread = self.owner.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(thread) = thread else { return Ok(()) };
        tokio::task::spawn_blocking(move || thread.join())
            .await?
            .map_err(|_| io::Error::other("the thread that owns the database has panicked"))
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

fn closed() -> Refusal {
    Refusal::unavailable("store_unavailable", "send it again under the same event_id")
}

/// Works until told to close or until nobody is left to ask.
fn own(mut connection: Connection, mut waiting: mpsc::Receiver<Job>, askers: Option<&Handle>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.blocking_recv_many(&mut batch, BATCH) > 0 {
        if batch.iter().any(|job| matches!(job, Job::Close)) {
            // What waits already is still done; nothing new gets in.
            waiting.close();
        }
        // A batch that failed has dropped its answers, which tells everybody who has to know.
        if let Ok(answers) = commit(&mut connection, &mut batch) {
            tell(answers, askers);
        }
        batch.clear();
    }
    // Closing moves the log into the database file. Every commit is durable without it.
    let _ = connection.close();
}

/// Answers everybody, in the runtime of those who asked: to wake hundreds of tasks from another thread is to disturb
/// that runtime hundreds of times.
fn tell(mut answers: Vec<Box<dyn Answer>>, askers: Option<&Handle>) {
    for answer in &mut answers {
        answer.follow();
    }
    let tell = move || answers.into_iter().for_each(Answer::tell);
    match askers {
        Some(runtime) => drop(runtime.spawn(async move { tell() })),
        None => tell(),
    }
}

fn commit(connection: &mut Connection, batch: &mut Vec<Job>) -> rusqlite::Result<Vec<Box<dyn Answer>>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut answers = Vec::with_capacity(batch.len());
    for job in batch.drain(..) {
        if let Job::Do(job) = job {
            answers.push(job(&transaction)?);
        }
    }
    transaction.commit()?;
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::super::{Database, Shape};
    use super::*;

    const SHAPE: Shape = Shape { application_id: 7, version: 1, tables: "CREATE TABLE t (a TEXT UNIQUE)" };

    async fn insert(writer: &Writer, text: String) -> Result<(), Refusal> {
        writer.run(move |transaction| transaction.execute("INSERT INTO t VALUES (?1)", [text]).map(drop)).await
    }

    async fn count(writer: &Writer) -> i64 {
        let count =
            |transaction: &Transaction<'_>| transaction.query_row("SELECT count(*) FROM t", [], |row| row.get(0));
        writer.run(count).await.expect("reading needs no room")
    }

    fn writer(database: &Database) -> Writer {
        Writer::start(database.open(&SHAPE).expect("a fresh database"), "test").expect("a thread")
    }

    #[tokio::test]
    async fn a_full_queue_is_told_and_not_waited_for() {
        let (jobs, _waiting) = mpsc::channel(1);
        let writer = Writer { jobs, owner: Arc::default() };
        assert!(writer.jobs.try_send(Job::Close).is_ok(), "one fits");
        let refusal = insert(&writer, "a".to_owned()).await.expect_err("full");
        assert_eq!(refusal.status(), StatusCode::SERVICE_UNAVAILABLE);
    }

    #[tokio::test]
    async fn a_failed_job_leaves_nothing_behind() {
        let writer = writer(&Database::Memory);
        insert(&writer, "a".to_owned()).await.expect("new");
        insert(&writer, "a".to_owned()).await.expect_err("taken");
        let half = |transaction: &Transaction<'_>| {
            transaction.execute("INSERT INTO t VALUES ('b')", [])?;
            transaction.execute("INSERT INTO t VALUES ('a')", []).map(drop)
        };
        writer.run(half).await.expect_err("its second half cannot be done");
        assert_eq!(count(&writer).await, 1);
    }

    #[tokio::test]
    async fn a_closed_database_refuses() {
        let writer = writer(&Database::Memory);
        insert(&writer, "a".to_owned()).await.expect("open");
        writer.close().await.expect("closed in order");
        assert!(insert(&writer, "b".to_owned()).await.is_err());
        writer.close().await.expect("closing twice does nothing");
    }

    #[tokio::test]
    async fn a_full_disk_refuses_and_keeps_what_was_acknowledged() {
        let folder = tempfile::tempdir().expect("a folder");
        let connection = Database::File(folder.path().join("small.db")).open(&SHAPE).expect("a fresh database");
        connection.pragma_update(None, "max_page_count", 40).expect("a bound");
        let writer = Writer::start(connection, "test").expect("a thread");
        let mut acknowledged = 0;
        let refusal = loop {
            match insert(&writer, format!("{acknowledged}{}", "b".repeat(1000))).await {
                Ok(()) => acknowledged += 1,
                Err(refusal) => break refusal,
            }
        };
        assert_eq!(refusal.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(count(&writer).await, acknowledged);
        assert!(acknowledged > 10, "{acknowledged}");
    }
}
