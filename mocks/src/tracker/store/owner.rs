//! The thread that owns the database: takes what waits, does it in one transaction, then answers.
//!
//! A commit waits for the disk, and that wait is the same for one booking as for hundreds. Answers are given after
//! the commit and not before; where it fails they are dropped, which their askers read as "nothing was done".

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::claims::{self, Claimed};
use super::command::{Booking, Claim, Command, Outcome};
use super::credits::Credit;
use super::{clicks, credits};
use crate::tracker::rules::{Conflict, Rules};

/// Most commands of one transaction; bounds how long the first of them waits for the last.
const BATCH: usize = 256;

/// An answer that waits for the commit.
type Answer = Box<dyn FnOnce()>;

/// The owner of the database.
pub(super) struct Owner {
    connection: Connection,
    rules: Rules,
    /// Newly accepted events so far; only counted for the rule that loses some.
    accepted: u32,
}

impl Owner {
    /// An owner that has not begun.
    pub(super) fn new(connection: Connection, rules: Rules) -> Self {
        Self { connection, rules, accepted: 0 }
    }

    /// Works until told to close or until nobody is left to ask.
    pub(super) fn run(mut self, mut waiting: mpsc::Receiver<Command>) {
        let mut batch = Vec::with_capacity(BATCH);
        while waiting.blocking_recv_many(&mut batch, BATCH) > 0 {
            if batch.iter().any(|command| matches!(command, Command::Close)) {
                // What waits already is still done; nothing new gets in.
                waiting.close();
            }
            // A batch that failed has dropped its answers, which tells everybody who has to know.
            if let Ok(answers) = self.commit(&mut batch) {
                for answer in answers {
                    answer();
                }
            }
            batch.clear();
        }
        // Closing moves the log into the database file. Every commit is durable without it.
        let _ = self.connection.close();
    }

    fn commit(&mut self, batch: &mut Vec<Command>) -> rusqlite::Result<Vec<Answer>> {
        let (rules, mut accepted) = (self.rules, self.accepted);
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut work = Work { transaction: &transaction, rules, accepted: &mut accepted };
        let answers = batch.drain(..).map(|command| work.perform(command)).collect::<rusqlite::Result<Vec<_>>>()?;
        transaction.commit()?;
        self.accepted = accepted;
        Ok(answers)
    }
}

/// One batch in the making.
struct Work<'a> {
    transaction: &'a Transaction<'a>,
    rules: Rules,
    accepted: &'a mut u32,
}

impl Work<'_> {
    fn perform(&mut self, command: Command) -> rusqlite::Result<Answer> {
        Ok(match command {
            Command::Book { booking, claim, answer } => later(answer, self.book(*booking, claim)?),
            Command::BookRefused { credit, answer } => later(answer, self.book_refused(&credit)?),
            Command::Knows { event_id, answer } => later(answer, claims::seen(self.transaction, &event_id)?.is_some()),
            Command::LogClick { click, answer } => later(answer, clicks::insert(self.transaction, &click)?),
            Command::Read { after, upto, answer } => later(answer, credits::page(self.transaction, after, upto)?),
            Command::Close => Box::new(|| ()),
        })
    }

    fn book(&mut self, booking: Booking, claim: Claim) -> rusqlite::Result<Outcome> {
        let Booking { credit, digest, .. } = &booking;
        if !clicks::is_known(self.transaction, &credit.click_id)? {
            return Ok(Outcome::UnknownClick);
        }
        let claimed = match claim {
            Claim::Unique => claims::event(self.transaction, &credit.event_id, *digest)?,
            Claim::Unconstrained => {
                claims::take_event(self.transaction, &credit.event_id, *digest)?;
                Claimed::First
            }
        };
        match (claimed, self.rules.conflict) {
            (Claimed::First, _) => self.enter(booking),
            (Claimed::Repeated, _) => Ok(Outcome::Known),
            (Claimed::OtherPayload, Conflict::Refuse) => Ok(Outcome::Conflict),
            (Claimed::OtherPayload, Conflict::Overwrite) => self.overwrite(booking),
        }
    }

    fn enter(&mut self, booking: Booking) -> rusqlite::Result<Outcome> {
        let credit = self.judged(booking)?;
        if !self.is_lost() {
            credits::insert(self.transaction, &credit)?;
        }
        Ok(Outcome::Booked)
    }

    fn overwrite(&self, booking: Booking) -> rusqlite::Result<Outcome> {
        claims::take_event(self.transaction, &booking.credit.event_id, booking.digest)?;
        credits::replace(self.transaction, &self.judged(booking)?)?;
        Ok(Outcome::Known)
    }

    /// The credit, with what only the books know about it.
    fn judged(&self, booking: Booking) -> rusqlite::Result<Credit> {
        let Booking { mut credit, first_deposit_of, .. } = booking;
        if let Some(account) = first_deposit_of {
            credit.is_ftd = Some(claims::first_deposit(self.transaction, &account, &credit.event_id)?);
        }
        Ok(credit)
    }

    /// A refused postback claims nothing, so the genuine event with its id finds everything as if it had not come;
    /// nor does it touch an event that is there.
    fn book_refused(&self, credit: &Credit) -> rusqlite::Result<()> {
        let known = claims::seen(self.transaction, &credit.event_id)?.is_some()
            || credits::has(self.transaction, &credit.event_id)?;
        if known { Ok(()) } else { credits::insert(self.transaction, credit) }
    }

    fn is_lost(&mut self) -> bool {
        let Some(every) = self.rules.loss else {
            return false;
        };
        *self.accepted = self.accepted.wrapping_add(1);
        *self.accepted % every == 0
    }
}

/// An answer for after the commit. Its asker may have gone away; what was done stays done.
fn later<T: 'static>(answer: oneshot::Sender<T>, value: T) -> Answer {
    Box::new(move || drop(answer.send(value)))
}
