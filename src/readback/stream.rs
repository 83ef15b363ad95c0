//! Credits as they come, one at a time and in little memory: chunks of bytes in, rows out. It reads what
//! [`super::credits`] reads, and says the same of what is no list of credits; only what was found before has been told by then.

use std::borrow::Cow;
use std::thread::{self, Builder};

use super::Garbage;
use super::ahead::{Ahead, ahead, parted};
use super::parse::credits;
use super::row::Shape;
use crate::model::CreditRow;
use crate::scenario::ReadBackPlan;

/// Longest read-back that is read as it comes, in bytes: some hundred million credits.
pub(super) const MAX_STREAM: u64 = 32 << 30;

/// Longest single row, and longest array below a pointer, which has to be held as a whole.
const MAX_ROW: usize = 1 << 20;
const MAX_WHOLE: usize = 512 << 20;

/// Reads credits as they come.
pub(super) struct CreditStream<'p> {
    plan: &'p ReadBackPlan,
    shape: Shape<'p>,
    form: Form,
    /// What came and is not read yet.
    held: Vec<u8>,
    /// How much of it is read.
    at: usize,
    /// How far the text before `held` goes.
    before: Position,
    /// How much of `held` goes before the space that an array's last part is followed by, and where that was.
    ended_at: usize,
    ended: Position,
    taken: u64,
    rows: u64,
    /// Whether any row had an event id.
    named: bool,
    /// The first item of an array that is no credit. It is told once the whole text has proved to be JSON.
    misshapen: Option<Garbage>,
}

/// What the parser of whole texts says of something between items, and after the end.
const SEPARATOR: &str = "expected `,` or `]`";
const TRAILING: &str = "trailing characters";

/// Who is told of the rows.
type Visit<'v> = dyn FnMut(&CreditRow<'_>) + 'v;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Nothing but space has come.
    Undecided,
    /// One object a line.
    Lines,
    /// An array.
    Array(Next),
    /// An array below a pointer.
    Whole,
}

/// What comes next in an array.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Begin,
    ItemOrEnd,
    Item,
    CommaOrEnd,
    Nothing,
}

/// A place in a text: line ends before it, and bytes since the last of them.
#[derive(Clone, Copy, Default)]
struct Position {
    lines: usize,
    column: usize,
}

impl Position {
    fn after(self, text: &[u8]) -> Self {
        match memchr::memrchr(b'\n', text) {
            None => Self { column: self.column + text.len(), ..self },
            Some(last) => {
                Self { lines: self.lines + memchr::memchr_iter(b'\n', text).count(), column: text.len() - last - 1 }
            }
        }
    }

    fn no_json(self, message: &str) -> Garbage {
        Garbage::NotJson { line: self.lines + 1, column: self.column, message: message.to_owned() }
    }
}

impl<'p> CreditStream<'p> {
    /// Reads in the shape that the plan maps.
    pub(super) fn new(plan: &'p ReadBackPlan) -> Self {
        Self {
            plan,
            shape: Shape::new(&plan.map),
            form: Form::Undecided,
            held: Vec::new(),
            at: 0,
            before: Position::default(),
            ended_at: 0,
            ended: Position::default(),
            taken: 0,
            rows: 0,
            named: false,
            misshapen: None,
        }
    }

    /// Takes in the next bytes, and tells of every row that they complete.
    ///
    /// # Errors
    /// When the text is no JSON, or not of that shape.
    pub(super) fn feed(&mut self, bytes: &[u8], visit: &mut Visit<'_>) -> Result<(), Garbage> {
        self.taken += bytes.len() as u64;
        if self.taken > MAX_STREAM {
            return Err(Garbage::Shape(format!("it is longer than {MAX_STREAM} bytes")));
        }
        self.held.extend_from_slice(bytes);
        self.decide();
        match self.form {
            Form::Undecided => {}
            Form::Lines => self.lines(visit)?,
            Form::Array(_) => self.items(visit)?,
            Form::Whole => return self.within(MAX_WHOLE),
        }
        if self.ended_at > 0 {
            self.ended = self.before.after(&self.held[..self.ended_at]);
            self.ended_at = 0;
        }
        self.before = self.before.after(&self.held[..self.at]);
        self.held.drain(..self.at);
        self.at = 0;
        self.within(MAX_ROW)
    }

    /// Ends the text; tells how many rows there were.
    ///
    /// # Errors
    /// When the text is cut off, or no row has an event id.
    pub(super) fn finish(mut self, visit: &mut Visit<'_>) -> Result<u64, Garbage> {
        match self.form {
            Form::Undecided if self.plan.items.is_empty() => {}
            Form::Undecided | Form::Whole => self.whole(visit)?,
            Form::Lines => {
                let last = std::mem::take(&mut self.held);
                self.line(last.trim_ascii_end(), self.before.lines, visit)?;
            }
            Form::Array(next) => self.cut_off(next)?,
        }
        if let Some(garbage) = self.misshapen {
            return Err(garbage);
        }
        if self.rows > 0 && !self.named {
            return Err(Garbage::Shape(format!("no row has anything at {}", self.plan.map.event_id)));
        }
        Ok(self.rows)
    }

    /// Holds what is not read yet to a bound.
    fn within(&self, most: usize) -> Result<(), Garbage> {
        if self.held.len() <= most {
            return Ok(());
        }
        let what = if self.form == Form::Whole { "an array below a pointer" } else { "a row" };
        Err(Garbage::Shape(format!("{what} is longer than {most} bytes")))
    }

    /// Tells the form of the text by what it begins with.
    fn decide(&mut self) {
        if self.form != Form::Undecided {
            return;
        }
        if self.plan.items.is_empty() {
            const MARK: &[u8] = "\u{feff}".as_bytes();
            let mut rest = self.held.as_slice();
            while let Some(after) = rest.strip_prefix(MARK).or_else(|| rest.trim_ascii_start().strip_prefix(MARK)) {
                rest = after;
            }
            rest = rest.trim_ascii_start();
            let cut = self.held.len() - rest.len();
            // Half a byte order mark may yet become a whole one.
            if rest.is_empty() || (rest.len() < MARK.len() && MARK.starts_with(rest)) {
                return;
            }
            self.form = if rest.starts_with(b"[") { Form::Array(Next::Begin) } else { Form::Lines };
            self.held.drain(..cut);
        } else if !self.held.is_empty() {
            self.form = Form::Whole;
        }
    }

    fn row(&mut self, text: &[u8], lines_before: usize, visit: &mut Visit<'_>) -> Result<(), Garbage> {
        // Whole text is nearly all there is, and far sooner told than what is to be replaced in any other.
        let text = std::str::from_utf8(text).map_or_else(|_| String::from_utf8_lossy(text), Cow::Borrowed);
        let row = self.shape.read(&text, lines_before)?;
        self.tell(&row, visit);
        Ok(())
    }

    fn lines(&mut self, visit: &mut Visit<'_>) -> Result<(), Garbage> {
        let held = std::mem::take(&mut self.held);
        let whole = memchr::memrchr(b'\n', &held).map_or(0, |last| last + 1);
        let lines = &held[..whole];
        match parted(lines) {
            None => drop(self.told(lines, self.before.lines, visit)?),
            Some((first, second)) => self.side_by_side(first, second, visit)?,
        }
        self.at = whole;
        self.held = held;
        Ok(())
    }

    /// Reads whole lines; gives how many there are with those before.
    fn told(&mut self, lines: &[u8], mut lines_before: usize, visit: &mut Visit<'_>) -> Result<usize, Garbage> {
        let mut from = 0;
        for end in memchr::memchr_iter(b'\n', lines) {
            self.line(&lines[from..end], lines_before, visit)?;
            from = end + 1;
            lines_before += 1;
        }
        Ok(lines_before)
    }

    /// Reads the first lines while another thread reads the others ahead.
    fn side_by_side(&mut self, first: &[u8], second: &[u8], visit: &mut Visit<'_>) -> Result<(), Garbage> {
        let shape = self.shape.clone();
        thread::scope(|scope| {
            let reading = Builder::new().name("ahead".to_owned()).spawn_scoped(scope, || ahead(&shape, second));
            let lines_before = self.told(first, self.before.lines, visit)?;
            let read = reading.ok().and_then(|reading| reading.join().ok());
            // Where there is no other thread, nothing was read by it.
            let Some(read) = read else { return self.told(second, lines_before, visit).map(drop) };
            for (lines_before, line) in (lines_before..).zip(read) {
                match line {
                    Ahead::Row(row) => self.tell(&row, visit),
                    Ahead::Line(line) => self.line(line, lines_before, visit)?,
                }
            }
            Ok(())
        })
    }

    fn tell(&mut self, row: &CreditRow<'_>, visit: &mut Visit<'_>) {
        self.rows += 1;
        self.named |= !row.event_id.is_empty();
        visit(row);
    }

    fn line(&mut self, line: &[u8], lines_before: usize, visit: &mut Visit<'_>) -> Result<(), Garbage> {
        let is_empty =
            line.trim_ascii().is_empty() || (!line.is_ascii() && String::from_utf8_lossy(line).trim().is_empty());
        if is_empty { Ok(()) } else { self.row(line, lines_before, visit) }
    }

    fn items(&mut self, visit: &mut Visit<'_>) -> Result<(), Garbage> {
        let held = std::mem::take(&mut self.held);
        loop {
            self.at += held[self.at..].len() - json_start(&held[self.at..]).len();
            let (Form::Array(next), Some(&byte)) = (self.form, held.get(self.at)) else { break };
            let (before, at) = (self.before, self.at);
            // Line ends are counted for an error alone.
            let here = |column: usize| {
                let place = before.after(&held[..at]);
                Position { column: place.column + column, ..place }
            };
            let then = match (next, byte) {
                (Next::Begin, _) => Next::ItemOrEnd,
                (Next::CommaOrEnd, b',') => Next::Item,
                (Next::ItemOrEnd | Next::CommaOrEnd, b']') => Next::Nothing,
                (Next::CommaOrEnd, _) => return Err(here(1).no_json(SEPARATOR)),
                (Next::Nothing, _) => return Err(here(1).no_json(TRAILING)),
                (Next::Item | Next::ItemOrEnd, _) => {
                    let Some(length) = item(&held[self.at..]) else { break };
                    self.item(&held[at..at + length], visit).map_err(|garbage| moved(garbage, here(0)))?;
                    self.at += length - 1;
                    Next::CommaOrEnd
                }
            };
            self.form = Form::Array(then);
            self.at += 1;
            self.ended_at = self.at;
        }
        self.held = held;
        Ok(())
    }

    /// One item of an array.
    fn item(&mut self, text: &[u8], visit: &mut Visit<'_>) -> Result<(), Garbage> {
        let is_sound = self.misshapen.is_none();
        let mut told_of = |row: &CreditRow<'_>| {
            if is_sound {
                visit(row);
            }
        };
        let told = self.row(text, 0, &mut told_of);
        match told {
            Err(shape @ Garbage::Shape(_)) => {
                self.misshapen.get_or_insert(shape);
                Ok(())
            }
            told => told,
        }
    }

    /// What is wrong with an array that ends here, if anything.
    fn cut_off(&mut self, next: Next) -> Result<(), Garbage> {
        let held = std::mem::take(&mut self.held);
        let rest = held.trim_ascii();
        if next == Next::Nothing {
            return Ok(());
        }
        if !rest.is_empty() {
            self.item(rest, &mut |_| {}).map_err(|garbage| moved(garbage, self.before))?;
            self.ended = self.before.after(rest);
        }
        let message = if next == Next::Item && rest.is_empty() {
            "EOF while parsing a value"
        } else {
            "EOF while parsing a list"
        };
        Err(self.ended.no_json(message))
    }

    fn whole(&mut self, visit: &mut Visit<'_>) -> Result<(), Garbage> {
        let held = std::mem::take(&mut self.held);
        let text: Cow<'_, str> = String::from_utf8_lossy(&held);
        for credit in credits(&text, self.plan)? {
            self.rows += 1;
            self.named |= !credit.event_id.is_empty();
            visit(&credit.row());
        }
        Ok(())
    }
}

/// Garbage within an item, as it stands in the text that the item begins in.
fn moved(garbage: Garbage, start: Position) -> Garbage {
    match garbage {
        Garbage::NotJson { line, column, mut message } => {
            // What trails a number or a word within an array is no end of the text.
            if message == TRAILING {
                SEPARATOR.clone_into(&mut message);
            }
            let before = if line == 1 { start.column } else { 0 };
            Garbage::NotJson { line: line + start.lines, column: column + before, message }
        }
        shape @ Garbage::Shape(_) => shape,
    }
}

/// A text without the space that JSON has before a value.
fn json_start(text: &[u8]) -> &[u8] {
    let space = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    &text[space..]
}

/// The length of the item that a text begins with, once its end is in sight. Whether it is sound is not looked at.
fn item(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        match text.get(at)? {
            b'"' => {
                at += string(&text[at..])?;
                if depth == 0 {
                    return Some(at);
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => return Some(at.max(1)),
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// The length of the string that a text begins with, quotes included.
fn string(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        match text.get(at)? {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

#[cfg(test)]
mod tests;
