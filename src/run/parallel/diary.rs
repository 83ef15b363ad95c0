//! The diary of a parallel run: what was done, line by line as it happened, so that a run that was killed goes on where it was. A
//! line is written before the next move of its player is made; a line that was half written when the end came is as good as none,
//! and its move is made again under the same ids. It holds sessions of players, so that nobody else may read it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::send::Cookies;

/// The name of the file in the run's folder.
pub(super) const DIARY: &str = "diary.ndjson";

/// Longest line that is read: a player with as many cookies as one may have.
const LONGEST_LINE: usize = 512 * 1024;

/// What a run is, so that nobody goes on with another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Title {
    /// Seed of all that is drawn.
    pub(super) seed: u64,
    /// The tag in every id.
    pub(super) tag: String,
    /// Where players' time starts.
    pub(super) start: Timestamp,
    /// Every key of the scenario with its value, and the target.
    pub(super) keys: BTreeMap<String, String>,
    /// The command line that began it, for a report to tell how all of it is done again.
    pub(super) again: String,
}

/// How far a player has got, and what was learned on the way.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Progress {
    /// The player's number.
    pub(super) player: u64,
    /// How many moves are made.
    pub(super) made: usize,
    /// The click id that the click was answered with.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) click_id: Option<String>,
    /// The account that the registration was answered with.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) account: Option<String>,
    /// The id of the first deposit's event, as the operator or postproof named it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) event_id: Option<String>,
    /// The operator's transaction of that deposit.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) transaction_id: Option<String>,
    /// By how many seconds of players' time that deposit was made after its planned instant, which the operator is told: how far a
    /// busy machine, or a run that was cut short, was behind.
    #[serde(default)]
    pub(super) behind_s: i64,
    /// Whose pages the player is on, by name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) site: Option<String>,
    /// Why the player went no further.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) stuck: Option<String>,
    /// The browser's cookies.
    #[serde(default)]
    pub(super) cookies: Cookies,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line<'l> {
    Title(Cow<'l, Title>),
    Clock(Timestamp),
    Player(Cow<'l, Progress>),
}

/// The diary of a run at work.
#[derive(Debug)]
pub(super) struct Diary {
    file: Mutex<File>,
}

/// What a diary says.
#[derive(Debug)]
pub(super) struct Read {
    /// Which run it is of.
    pub(super) title: Title,
    /// The last instant of players' time that was noted.
    pub(super) clock: Timestamp,
    /// The players who have begun, by their numbers.
    pub(super) players: HashMap<u64, Progress>,
    /// Bytes up to the end of the last whole line.
    whole: u64,
}

/// What is wrong with a diary.
#[derive(Debug, thiserror::Error)]
pub(super) enum DiaryError {
    /// It cannot be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A line of it is none of a diary's.
    #[error("line {line} is no line of a diary: {error}")]
    Line { line: u64, error: String },
    /// There is no title, so that nobody knows what it is of.
    #[error("it has no first line")]
    Empty,
}

impl Diary {
    /// Begins a diary in a new file.
    pub(super) fn create(path: &Path, title: &Title) -> Result<Self, DiaryError> {
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        let diary = Self { file: Mutex::new(file) };
        diary.write(&Line::Title(Cow::Borrowed(title)))?;
        Ok(diary)
    }

    /// Goes on with a diary that was read, behind its last whole line.
    pub(super) fn go_on(path: &Path, read: &Read) -> Result<Self, DiaryError> {
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.set_len(read.whole)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self { file: Mutex::new(file) })
    }

    /// Notes what players' time it is.
    pub(super) fn clock(&self, now: Timestamp) -> io::Result<()> {
        self.write(&Line::Clock(now))
    }

    /// Notes how far a player has got.
    pub(super) fn player(&self, progress: &Progress) -> io::Result<()> {
        self.write(&Line::Player(Cow::Borrowed(progress)))
    }

    /// A line goes to the kernel as one piece: what a killed process has written stays written.
    fn write(&self, line: &Line<'_>) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&text)
    }
}

impl Read {
    /// Reads a diary to its last whole line.
    pub(super) fn of(path: &Path) -> Result<Self, DiaryError> {
        let mut reader = BufReader::new(File::open(path)?);
        let mut found: Option<Self> = None;
        let (mut text, mut number) = (Vec::new(), 0);
        loop {
            text.clear();
            let read = io::Read::take(&mut reader, LONGEST_LINE as u64).read_until(b'\n', &mut text)?;
            number += 1;
            if text.last() != Some(&b'\n') {
                if read == LONGEST_LINE {
                    return Err(DiaryError::Line { line: number, error: "it is too long".to_owned() });
                }
                break;
            }
            let line = serde_json::from_slice(&text)
                .map_err(|error| DiaryError::Line { line: number, error: error.to_string() })?;
            match (line, &mut found) {
                (Line::Title(title), None) => {
                    let (title, players) = (title.into_owned(), HashMap::new());
                    found = Some(Self { clock: title.start, title, players, whole: 0 });
                }
                (Line::Clock(now), Some(found)) => found.clock = found.clock.max(now),
                (Line::Player(progress), Some(found)) => {
                    found.players.insert(progress.player, progress.into_owned());
                }
                (_, None) => return Err(DiaryError::Empty),
                (Line::Title(_), Some(_)) => {
                    return Err(DiaryError::Line { line: number, error: "a second title".to_owned() });
                }
            }
            if let Some(found) = &mut found {
                found.whole += read as u64;
            }
        }
        found.ok_or(DiaryError::Empty)
    }
}

impl Title {
    /// The first thing in which another run differs from this one, in words; `None` where it is the same run.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        let missing = "nothing".to_owned();
        let names = self.keys.keys().chain(other.keys.keys());
        names
            .map(|name| (name, self.keys.get(name), other.keys.get(name)))
            .find(|(_, was, is)| was != is)
            .map(|(name, was, is)| format!("{name} was {} and is {}", was.unwrap_or(&missing), is.unwrap_or(&missing)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title() -> Title {
        let keys = BTreeMap::from([("target.url".to_owned(), "http://127.0.0.1/postback".to_owned())]);
        Title {
            seed: 7,
            tag: "k3f9q2xw".to_owned(),
            start: Timestamp::from_second(1_000_000).unwrap(),
            keys,
            again: "postproof parallel".to_owned(),
        }
    }

    fn at(player: u64, made: usize) -> Progress {
        Progress { player, made, click_id: Some(format!("clk_{player}")), ..Progress::default() }
    }

    #[test]
    fn what_was_written_is_read_and_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(DIARY);
        let diary = Diary::create(&path, &title()).unwrap();
        let now = Timestamp::from_second(1_000_060).unwrap();
        diary.player(&at(3, 1)).unwrap();
        diary.clock(now).unwrap();
        diary.player(&at(3, 2)).unwrap();
        drop(diary);
        // The end came in the middle of a line.
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"player\":{\"pl").unwrap();

        let read = Read::of(&path).unwrap();
        assert_eq!((read.clock, read.players[&3].made, &read.title), (now, 2, &title()));
        Diary::go_on(&path, &read).unwrap().player(&at(4, 1)).unwrap();
        let again = Read::of(&path).unwrap();
        assert_eq!(again.players.len(), 2);
        assert_eq!(again.players[&4].click_id.as_deref(), Some("clk_4"));
    }

    #[test]
    fn a_file_that_is_no_diary_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(DIARY);
        for (text, told) in [
            ("", "it has no first line"),
            ("{\"clock\":\"2026-01-01T00:00:00Z\"}\n", "it has no first line"),
            ("hello\n", "line 1 is no line of a diary"),
            ("{\"title\":{}}\n", "line 1 is no line of a diary"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = Read::of(&path).unwrap_err().to_string();
            assert!(error.starts_with(told), "{text:?}: {error}");
        }
        assert!(matches!(Read::of(&folder.path().join("none")), Err(DiaryError::Io(_))));
    }

    #[test]
    fn a_run_differs_by_its_first_other_key() {
        let mut other = title();
        assert_eq!(title().difference(&other), None);
        other.keys.insert("parallel.audience.in_app".to_owned(), "\"12%\"".to_owned());
        assert_eq!(title().difference(&other).unwrap(), "parallel.audience.in_app was nothing and is \"12%\"");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(DIARY);
        Diary::create(&path, &title()).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
