//! Lines of a log, one at a time out of a buffer of fixed size. A cell in quotes may run on over further lines; what is longer than a
//! row may be is passed over.

use std::io::{self, Read};

/// The longest row: far more than a conversion takes, and little enough to be held.
pub(super) const LONGEST: usize = 64 << 10;

/// Bytes read ahead. A first row with all that may follow it fits in many times.
const AHEAD: usize = 512 << 10;

/// The lines of a source.
pub(super) struct Lines<R> {
    source: R,
    buffer: Vec<u8>,
    /// How much of the buffer is filled.
    filled: usize,
    /// The current line, without its end.
    start: usize,
    end: usize,
    /// Where the next line begins.
    next: usize,
    /// The number of the current line, from 1, and how many lines it runs over.
    number: u64,
    over: u64,
    /// Bytes that were read from the source.
    pub(super) bytes: u64,
    ended: bool,
    /// What went wrong while reading ahead; it is told once all that was read before has been taken.
    failed: Option<io::Error>,
}

/// What came of going on to the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// There is one.
    Line,
    /// There is one, too long to be held.
    TooLong,
    /// There are no more.
    End,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(source: R) -> Self {
        let buffer = vec![0; AHEAD];
        Self {
            source,
            buffer,
            filled: 0,
            start: 0,
            end: 0,
            next: 0,
            number: 0,
            over: 1,
            bytes: 0,
            ended: false,
            failed: None,
        }
    }

    /// What lies ahead, up to half a MiB, before the first line is gone on to.
    pub(super) fn ahead(&mut self) -> io::Result<&[u8]> {
        while !self.ended && self.failed.is_none() && self.filled < self.buffer.len() {
            match self.fill() {
                Err(error) if self.filled > 0 => self.failed = Some(error),
                filled => drop(filled?),
            }
        }
        Ok(self.buffer.get(self.next..self.filled).unwrap_or_default())
    }

    /// Passes over bytes that lie ahead.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.next = (self.next + bytes).min(self.filled);
    }

    /// Goes on to the next line.
    pub(super) fn step(&mut self) -> io::Result<Step> {
        self.number += self.over;
        self.over = 1;
        self.start = self.next;
        let mut from = self.next;
        loop {
            if let Some(length) = memchr::memchr(b'\n', self.part(from, self.filled)) {
                (self.end, self.next) = (from + length, from + length + 1);
                return Ok(Step::Line);
            }
            if self.filled - self.start > LONGEST {
                self.pass_over()?;
                return Ok(Step::TooLong);
            }
            from = self.filled - self.start;
            if !self.fill()? {
                (self.end, self.next) = (self.filled, self.filled);
                return Ok(if self.start == self.filled { Step::End } else { Step::Line });
            }
            from += self.start;
        }
    }

    /// The current line, without its end.
    pub(super) fn line(&self) -> &[u8] {
        let line = self.part(self.start, self.end);
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// Bytes of the lines that were gone through.
    pub(super) fn taken(&self) -> u64 {
        self.bytes - (self.filled - self.next) as u64
    }

    /// The number of the current line, from 1.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Takes the next line to the current one, if there is one and both are no longer than a row may be; gives what was added, the
    /// line end in between included.
    pub(super) fn lengthen(&mut self) -> io::Result<Option<&[u8]>> {
        let before = self.end - self.start;
        loop {
            let from = self.next;
            let found = memchr::memchr(b'\n', self.part(from, self.filled)).map(|length| from + length);
            let (end, next) = match found {
                Some(end) => (end, end + 1),
                None if self.filled - self.start > LONGEST => return Ok(None),
                None if self.fill()? => continue,
                None if self.next >= self.filled => return Ok(None),
                None => (self.filled, self.filled),
            };
            if end - self.start > LONGEST {
                return Ok(None);
            }
            (self.end, self.next) = (end, next);
            self.over += 1;
            return Ok(Some(self.part(self.start + before, self.end)));
        }
    }

    /// Gives back what was taken to the current line but for its first so many bytes, behind which it ended.
    pub(super) fn shorten(&mut self, length: usize) {
        self.end = (self.start + length).min(self.end);
        self.next = (self.end + 1).min(self.filled);
        self.over = 1;
    }

    /// How long the current line is with what ends it but for `\n`.
    pub(super) fn length(&self) -> usize {
        self.end - self.start
    }

    fn part(&self, from: usize, to: usize) -> &[u8] {
        self.buffer.get(from..to).unwrap_or_default()
    }

    /// Passes over the rest of a line.
    fn pass_over(&mut self) -> io::Result<()> {
        loop {
            self.start = self.filled;
            self.next = self.filled;
            if !self.fill()? {
                (self.start, self.end, self.next) = (self.filled, self.filled, self.filled);
                return Ok(());
            }
            if let Some(length) = memchr::memchr(b'\n', self.part(self.start, self.filled)) {
                let end = self.start + length;
                (self.start, self.end, self.next) = (end, end, end + 1);
                return Ok(());
            }
        }
    }

    /// Reads more behind what is there, and moves that to the front first where there is no room. False at the end.
    fn fill(&mut self) -> io::Result<bool> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        if self.ended {
            return Ok(false);
        }
        if self.filled == self.buffer.len() {
            self.buffer.copy_within(self.start..self.filled, 0);
            self.filled -= self.start;
            self.end = self.end.saturating_sub(self.start);
            self.next = self.next.saturating_sub(self.start);
            self.start = 0;
        }
        let room = self.buffer.get_mut(self.filled..).unwrap_or_default();
        let read = loop {
            match self.source.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.filled += read;
        self.bytes += read as u64;
        self.ended = read == 0;
        Ok(!self.ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A source that gives a few bytes at a time.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let length = self.0.len().min(self.1).min(out.len());
            let (head, rest) = self.0.split_at(length);
            out[..length].copy_from_slice(head);
            self.0 = rest;
            Ok(length)
        }
    }

    fn all(text: &[u8], at_once: usize) -> Vec<(u64, Vec<u8>)> {
        let mut lines = Lines::new(Drip(text, at_once));
        let mut found = Vec::new();
        loop {
            match lines.step().expect("reads") {
                Step::End => return found,
                Step::TooLong => found.push((lines.number(), b"too long".to_vec())),
                Step::Line => found.push((lines.number(), lines.line().to_vec())),
            }
        }
    }

    #[test]
    fn lines_end_with_or_without_a_return() {
        let text = b"one\r\ntwo\n\nfour";
        let expected =
            [(1, "one"), (2, "two"), (3, ""), (4, "four")].map(|(number, line)| (number, line.as_bytes().to_vec()));
        assert_eq!(all(text, 3), expected);
        assert_eq!(all(b"", 3), []);
    }

    #[test]
    fn what_is_too_long_is_passed_over() {
        let text = [b"a\n".as_slice(), &vec![b'x'; 3 * AHEAD], b"\nb\n"].concat();
        let expected = [(1, "a"), (2, "too long"), (3, "b")].map(|(number, line)| (number, line.as_bytes().to_vec()));
        assert_eq!(all(&text, 100_000), expected);
        let unended = [b"a\n".as_slice(), &vec![b'x'; 2 * AHEAD]].concat();
        assert_eq!(all(&unended, 100_000).len(), 2);
    }

    /// A source that breaks off.
    struct Broken<'a>(&'a [u8]);

    impl Read for Broken<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let read = self.0.read(out)?;
            if read == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(read) }
        }
    }

    #[test]
    fn what_was_read_before_a_break_is_taken_first() {
        let mut lines = Lines::new(Broken(b"one\ntwo\nthr"));
        assert_eq!(lines.ahead().expect("some of it"), b"one\ntwo\nthr");
        assert_eq!((lines.step().unwrap(), lines.step().unwrap()), (Step::Line, Step::Line));
        assert_eq!(lines.line(), b"two");
        assert!(lines.step().is_err());
        assert!(Lines::new(Broken(b"")).ahead().is_err());
    }

    #[test]
    fn a_line_is_lengthened_and_shortened_again() {
        let mut lines = Lines::new(Drip(b"a\nbb\nccc\nd", 2));
        assert_eq!(lines.step().unwrap(), Step::Line);
        assert_eq!(lines.lengthen().unwrap(), Some(b"\nbb".as_slice()));
        assert_eq!(lines.line(), b"a\nbb");
        lines.shorten(1);
        assert_eq!(lines.line(), b"a");
        assert_eq!(lines.step().unwrap(), Step::Line);
        assert_eq!((lines.number(), lines.line()), (2, b"bb".as_slice()));
        assert_eq!(lines.lengthen().unwrap(), Some(b"\nccc".as_slice()));
        assert_eq!(lines.step().unwrap(), Step::Line);
        assert_eq!((lines.number(), lines.line()), (4, b"d".as_slice()));
        assert_eq!(lines.lengthen().unwrap(), None);
        assert_eq!(lines.step().unwrap(), Step::End);
    }

    proptest! {
        #[test]
        fn lines_are_those_that_are_there(text in "[ab\r\n]{0,60}", at_once in 1_usize..9) {
            let mut expected: Vec<&str> = text.split('\n').collect();
            if expected.last() == Some(&"") {
                expected.pop();
            }
            let expected: Vec<_> = expected.iter().map(|line| line.strip_suffix('\r').unwrap_or(line).as_bytes().to_vec()).collect();
            let found: Vec<_> = all(text.as_bytes(), at_once).into_iter().map(|(_, line)| line).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
