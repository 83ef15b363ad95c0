//! A log, read from beginning to end: what it says, what was put aside, and what was passed over.

use std::collections::BTreeMap;
use std::io::{BufRead, Read};

use jiff::tz::TimeZone;

use super::columns::{ColumnMap, Columns};
use super::csv::CsvRows;
use super::error::LogError;
use super::form::{Form, form, text};
use super::lines::{Lines, Step};
use super::ndjson::{NdjsonRows, keys};
use super::reason::Reason;
use super::row::{Read as Row, RowReader};
use super::stamp::Stamps;
use crate::attribution::{Names, Side};
use crate::scenario::{DecimalMark, LogPlan};

/// How a log is to be read.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// Which column says what.
    pub columns: ColumnMap,
    /// The zone of times without an offset.
    pub zone: TimeZone,
    /// The mark within amounts.
    pub decimal: DecimalMark,
    /// The event of a first deposit, where the usual names do not hold.
    pub event: Option<String>,
}

impl From<&LogPlan> for LogSettings {
    fn from(plan: &LogPlan) -> Self {
        Self {
            columns: ColumnMap::new(plan.columns.clone()),
            zone: plan.zone.as_ref().map_or(TimeZone::UTC, |zone| zone.zone.clone()),
            decimal: plan.decimal,
            event: plan.event.clone(),
        }
    }
}

/// A row that was put aside.
#[derive(Debug)]
pub struct Rejected<'a> {
    /// Its line, from 1.
    pub line: u64,
    /// Why.
    pub reason: &'a Reason,
    /// Its bytes; nothing where it was too long.
    pub row: &'a [u8],
}

/// What a log says.
#[derive(Debug, Default)]
pub struct Intake {
    /// Its first deposits.
    pub side: Side,
    /// Their names.
    pub names: Names,
    /// Its rows, without header and empty lines.
    pub rows: u64,
    /// Rows that were put aside.
    pub rejected: u64,
    /// The same by kind of reason.
    pub reasons: BTreeMap<&'static str, u64>,
    /// Rows about something else than a first deposit.
    pub passed_over: u64,
    /// Times that had no offset, and were taken to be of the log's zone.
    pub without_offset: u64,
}

/// The rows of either form.
enum Rows {
    Csv(Box<(CsvRows, Columns)>),
    Ndjson(NdjsonRows),
}

/// A log being read.
struct Reading<'a, R> {
    lines: Lines<R>,
    rows: Rows,
    reader: RowReader,
    intake: Intake,
    aside: &'a mut dyn FnMut(Rejected<'_>),
}

/// So many rows say how much room all of them will take.
const SAMPLE: u64 = 4096;

/// Room is made for so many rows at most.
const MOST_ROWS: usize = 64 << 20;

/// Reads a log of so many bytes, plain or compressed, and hands each row that is put aside to `aside`.
///
/// # Errors
/// When it is no log, lacks a column, breaks off, or is about no first deposit at all.
pub fn read_log(
    source: impl BufRead + Send + 'static,
    length: u64,
    settings: &LogSettings,
    aside: &mut dyn FnMut(Rejected<'_>),
) -> Result<Intake, LogError> {
    let (text, length) = text(source, length).map_err(|source| LogError::Broken { lines: 0, bytes: 0, source })?;
    let mut lines = Lines::new(text);
    let rows = rows(&mut lines, &settings.columns)?;
    let reader = RowReader::new(Stamps::new(settings.zone.clone()), settings.decimal, settings.event.clone());
    let mut reading = Reading { lines, rows, reader, intake: Intake::default(), aside };
    while reading.intake.rows < SAMPLE && reading.step()? {}
    reading.make_room(length);
    while reading.step()? {}
    reading.end()
}

/// Tells the form of a log and finds its columns; of CSV the header is read.
fn rows<R: Read>(lines: &mut Lines<R>, columns: &ColumnMap) -> Result<Rows, LogError> {
    let broken = |source| LogError::Broken { lines: 0, bytes: 0, source };
    let (form, mark) = form(lines.ahead().map_err(broken)?)?;
    lines.skip(mark);
    let delimiter = match form {
        Form::Csv(delimiter) => delimiter,
        Form::Ndjson => {
            let keys = keys(lines.ahead().map_err(broken)?);
            let columns = columns.find(&keys)?;
            return Ok(Rows::Ndjson(NdjsonRows::new(&keys, &columns)));
        }
    };
    let mut csv = CsvRows::new(delimiter);
    loop {
        match lines.step().map_err(broken)? {
            Step::Line if lines.line().trim_ascii().is_empty() => {}
            Step::Line => break,
            Step::TooLong => return Err(LogError::Form { what: "one long line" }),
            Step::End => return Err(LogError::Empty),
        }
    }
    let Ok(names) = csv.header(lines).map_err(broken)? else {
        return Err(LogError::Form { what: "in another encoding, or its header is no row" });
    };
    let columns = columns.find(&names)?;
    Ok(Rows::Csv(Box::new((csv, columns))))
}

impl<R: Read> Reading<'_, R> {
    /// Reads the next row; false when there is none.
    fn step(&mut self) -> Result<bool, LogError> {
        let step = self.lines.step();
        match self.unbroken(step)? {
            Step::End => return Ok(false),
            Step::TooLong => self.reject(&Reason::TooLong),
            Step::Line if self.lines.line().trim_ascii().is_empty() => {}
            Step::Line => self.row()?,
        }
        Ok(true)
    }

    /// Makes room for the rest of a log, judged by what was read of it: otherwise millions of rows would be moved each time that there
    /// are twice as many. What is not used costs nothing, so that it may well be too much.
    fn make_room(&mut self, length: u64) {
        let times = length / self.lines.taken().max(1);
        let times = usize::try_from(times).unwrap_or(usize::MAX);
        let rows = self.intake.side.sightings.len();
        // Without that room they grow step by step.
        let _ = self.intake.side.sightings.try_reserve_exact(rows.saturating_mul(times).min(MOST_ROWS));
        self.reader.texts.expect(times);
    }

    fn row(&mut self) -> Result<(), LogError> {
        let line = u32::try_from(self.lines.number()).map_err(|_| LogError::TooLarge)?;
        let cells = match &mut self.rows {
            Rows::Ndjson(rows) => Ok(rows.cells(self.lines.line())),
            Rows::Csv(csv) => csv.0.cells(&mut self.lines, &csv.1),
        };
        let read = match cells {
            Ok(Ok(cells)) => self.reader.read(&cells, line)?,
            Ok(Err(reason)) => Row::Rejected(reason),
            Err(source) => return Err(self.broken(source)),
        };
        match read {
            Row::Rejected(reason) => {
                return {
                    self.reject(&reason);
                    Ok(())
                };
            }
            Row::PassedOver => self.intake.passed_over += 1,
            Row::Sighting(sighting) => self.intake.side.sightings.push(sighting),
        }
        self.intake.rows += 1;
        Ok(())
    }

    fn reject(&mut self, reason: &Reason) {
        self.intake.rows += 1;
        self.intake.rejected += 1;
        *self.intake.reasons.entry(reason.kind()).or_default() += 1;
        let row = if *reason == Reason::TooLong { &[] } else { self.lines.line() };
        (self.aside)(Rejected { line: self.lines.number(), reason, row });
    }

    fn unbroken<T>(&self, read: std::io::Result<T>) -> Result<T, LogError> {
        read.map_err(|source| self.broken(source))
    }

    fn broken(&self, source: std::io::Error) -> LogError {
        LogError::Broken { lines: self.lines.number(), bytes: self.lines.bytes, source }
    }

    fn end(mut self) -> Result<Intake, LogError> {
        let intake = &mut self.intake;
        let others = std::mem::take(&mut self.reader.other_events);
        // Where more cannot be read than is about something else, it is not the events that are at fault.
        if intake.side.sightings.is_empty() && intake.passed_over > intake.rejected {
            let events: Vec<String> = others.into_iter().collect();
            return Err(LogError::Events { rows: intake.rows, events: events.join(", ") });
        }
        intake.without_offset = self.reader.stamps.without_offset;
        intake.side.texts = self.reader.texts;
        intake.names = self.reader.names;
        Ok(self.intake)
    }
}

#[cfg(test)]
mod tests;
