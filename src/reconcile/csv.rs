//! Rows of CSV. A row without quotes is split where its delimiters stand; one with quotes is read by the core of the `csv` crate, and
//! may run on over further lines.

use std::borrow::Cow;
use std::io::{self, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

use super::columns::Columns;
use super::lines::{LONGEST, Lines};
use super::reason::Reason;
use super::row::Cells;
use crate::scenario::Field;

/// Lines that a row may run over. An open quote takes no more rows with it.
const LINES: u32 = 20;

/// Cells that a row may have.
const CELLS: usize = 4096;

/// Reads rows of CSV.
pub(super) struct CsvRows {
    delimiter: u8,
    /// What unquotes, made for the first quote: its tables take longer to make than a short log to read.
    reader: Option<Box<Reader>>,
    /// Cells of a row with quotes, one behind the other, and where each ends.
    unquoted: Vec<u8>,
    ends: Vec<usize>,
    /// Where the cells of the row stand, in the line or in `unquoted`.
    cells: Vec<(usize, usize)>,
    /// Whether that is in `unquoted`.
    is_quoted: bool,
    /// Cells of the header.
    expected: usize,
}

/// How much of a row with quotes has been written.
#[derive(Default)]
struct Written {
    bytes: usize,
    cells: usize,
}

/// What came of feeding a piece of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fed {
    Row,
    More,
    TooMuch,
}

impl CsvRows {
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            reader: None,
            unquoted: vec![0; 2 * LONGEST],
            ends: vec![0; CELLS],
            cells: Vec::new(),
            is_quoted: false,
            expected: 0,
        }
    }

    /// The current line as the header: the names of the columns.
    ///
    /// # Errors
    /// The outer one when the source fails, the inner one when the line is no row.
    pub(super) fn header<R: Read>(&mut self, lines: &mut Lines<R>) -> io::Result<Result<Vec<String>, Reason>> {
        if let Err(reason) = self.split(lines)? {
            return Ok(Err(reason));
        }
        let text = match self.text(lines.line()) {
            Ok(text) => text,
            Err(reason) => return Ok(Err(reason)),
        };
        let names = self.cells.iter().map(|(from, to)| text.get(*from..*to).unwrap_or_default().trim().to_owned());
        let names: Vec<String> = names.collect();
        self.expected = names.len();
        Ok(Ok(names))
    }

    /// The cells of the current line, with those that it runs over.
    ///
    /// # Errors
    /// The outer one when the source fails, the inner one when the line is no row.
    pub(super) fn cells<'a, R: Read>(
        &'a mut self,
        lines: &'a mut Lines<R>,
        columns: &Columns,
    ) -> io::Result<Result<Cells<'a>, Reason>> {
        if let Err(reason) = self.split(lines)? {
            return Ok(Err(reason));
        }
        if self.cells.len() != self.expected {
            return Ok(Err(Reason::Cells { found: self.cells.len(), expected: self.expected }));
        }
        let text = match self.text(lines.line()) {
            Ok(text) => text,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut cells = Cells::default();
        for field in Field::ALL {
            let place = columns.place(field).and_then(|place| self.cells.get(place));
            if let Some(cell) = place.and_then(|(from, to)| text.get(*from..*to)) {
                cells.set(field, Cow::Borrowed(cell));
            }
        }
        Ok(Ok(cells))
    }

    /// Where the cells lie: in the line, unless it had quotes.
    fn text<'a>(&'a self, line: &'a [u8]) -> Result<&'a str, Reason> {
        let bytes = if self.is_quoted { self.unquoted.as_slice() } else { line };
        let length = self.cells.last().map_or(0, |(_, to)| *to);
        let bytes = bytes.get(..length).unwrap_or_default();
        std::str::from_utf8(bytes).map_err(|error| Reason::Encoding(error.valid_up_to()))
    }

    fn split<R: Read>(&mut self, lines: &mut Lines<R>) -> io::Result<Result<(), Reason>> {
        self.cells.clear();
        self.is_quoted = memchr::memchr(b'"', lines.line()).is_some();
        if self.is_quoted {
            return self.unquote(lines);
        }
        let (line, mut from) = (lines.line(), 0);
        for to in memchr::memchr_iter(self.delimiter, line) {
            self.cells.push((from, to));
            from = to + 1;
        }
        self.cells.push((from, line.len()));
        Ok(Ok(()))
    }

    fn unquote<R: Read>(&mut self, lines: &mut Lines<R>) -> io::Result<Result<(), Reason>> {
        let delimiter = self.delimiter;
        let make = || Box::new(ReaderBuilder::new().delimiter(delimiter).terminator(Terminator::Any(b'\n')).build());
        // Lines are split by `Lines`; a return within one is a character like any other.
        let mut reader = self.reader.take().unwrap_or_else(make);
        let unquoted = self.unquote_by(&mut reader, lines);
        self.reader = Some(reader);
        unquoted
    }

    fn unquote_by<R: Read>(&mut self, reader: &mut Reader, lines: &mut Lines<R>) -> io::Result<Result<(), Reason>> {
        reader.reset();
        let (length, mut done) = (lines.length(), Written::default());
        let mut fed = self.feed(reader, lines.line(), &mut done);
        for _ in 0..LINES {
            if fed == Fed::More {
                fed = self.feed(reader, b"\n", &mut done);
            }
            match fed {
                Fed::Row => {
                    let ends = self.ends.get(..done.cells).unwrap_or_default();
                    let starts = std::iter::once(0).chain(ends.iter().copied());
                    self.cells.extend(starts.zip(ends.iter().copied()));
                    return Ok(Ok(()));
                }
                Fed::TooMuch => return Ok(Err(Reason::TooLong)),
                Fed::More => {}
            }
            let Some(added) = lines.lengthen()? else { break };
            // The line end before it has been fed.
            let added = added.get(1..).unwrap_or_default();
            fed = self.feed(reader, added.strip_suffix(b"\r").unwrap_or(added), &mut done);
        }
        lines.shorten(length);
        Ok(Err(Reason::OpenQuote(LINES)))
    }

    fn feed(&mut self, reader: &mut Reader, mut input: &[u8], done: &mut Written) -> Fed {
        // To the reader an empty input is the end of all.
        while !input.is_empty() {
            let out = self.unquoted.get_mut(done.bytes..).unwrap_or_default();
            let ends = self.ends.get_mut(done.cells..).unwrap_or_default();
            let (result, read, written, ended) = reader.read_record(input, out, ends);
            input = input.get(read..).unwrap_or_default();
            done.bytes += written;
            done.cells += ended;
            match result {
                ReadRecordResult::Record => return Fed::Row,
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull | ReadRecordResult::End => {
                    return Fed::TooMuch;
                }
            }
        }
        Fed::More
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reconcile::columns::ColumnMap;
    use crate::reconcile::lines::Step;

    /// Line, and amount or reason, of each row behind the header `ts,click,amount`.
    fn rows(text: &str) -> Vec<(u64, Result<String, Reason>)> {
        let text = format!("ts,click,amount\n{text}");
        let mut lines = Lines::new(text.as_bytes());
        let mut csv = CsvRows::new(b',');
        assert_eq!(lines.step().unwrap(), Step::Line);
        let names = csv.header(&mut lines).unwrap().expect("a header");
        let columns = ColumnMap::default().find(&names).expect("columns");
        let mut found = Vec::new();
        while lines.step().unwrap() == Step::Line {
            let number = lines.number();
            let cells = csv.cells(&mut lines, &columns).unwrap();
            found.push((number, cells.map(|cells| cells.get(Field::Amount).unwrap_or_default().to_owned())));
        }
        found
    }

    #[test]
    fn cells_are_split_with_and_without_quotes() {
        let found = rows("t,c,1\r\nt,\"c,\"\"d\"\"\",2\r\n\"t\",c,\"3\"\n");
        let expected = [(2, "1"), (3, "2"), (4, "3")].map(|(line, amount)| (line, Ok(amount.to_owned())));
        assert_eq!(found, expected);
    }

    #[test]
    fn a_cell_in_quotes_may_run_over_lines() {
        let found = rows("t,c,\"a\r\nb\"\nt,c,2\n");
        assert_eq!(found, [(2, Ok("a\nb".to_owned())), (4, Ok("2".to_owned()))]);
    }

    #[test]
    fn an_open_quote_takes_only_its_own_row() {
        let rest = "t,c,2\n".repeat(50);
        let found = rows(&format!("t,\"c,1\n{rest}"));
        assert_eq!(found[0], (2, Err(Reason::OpenQuote(LINES))));
        assert_eq!(found.len(), 51);
        assert_eq!(found[50], (52, Ok("2".to_owned())));
        assert_eq!(rows("t,c,\"1"), [(2, Err(Reason::OpenQuote(LINES)))]);
    }

    #[test]
    fn rows_of_another_width_are_no_rows() {
        let wrong = |found| Err(Reason::Cells { found, expected: 3 });
        assert_eq!(rows("t,c\nt,c,1,x\n\"t\",c\n"), [(2, wrong(2)), (3, wrong(4)), (4, wrong(2))]);
    }
}
