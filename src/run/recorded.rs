//! Recorded postbacks: dead letters out of a run's folder, and bodies out of files. How one is sent again is `replay`'s.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::RunError;
use super::shot::MAX_BODY;

/// Where runs leave their folders.
const RUNS: &str = "reports/out";

/// Longest line of a DLQ that is read: a body within its bound, escaped, with its history.
const MAX_LINE: u64 = 1 << 20;

/// Most letters that are sent again from one file.
const MAX_LETTERS: usize = 10_000;

/// A postback that was sent once, or was to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recorded {
    /// Where it was found, in words.
    pub(super) from: String,
    /// The signature's headers as they were; `None` where only the body is known.
    pub(super) headers: Option<Vec<(String, String)>>,
    /// The body as it was recorded.
    pub(super) body: Vec<u8>,
}

/// A line of `dlq.ndjson`, as `courier` writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    event_id: String,
    #[serde(rename = "click_id")]
    _click_id: String,
    #[serde(rename = "event")]
    _event: String,
    #[serde(rename = "reason")]
    _reason: String,
    #[serde(rename = "history")]
    _history: Vec<String>,
    headers: Vec<(String, String)>,
    body: String,
}

impl Line {
    fn recorded(self, path: &Path) -> Recorded {
        let from = format!("{} in {}", self.event_id, path.display());
        Recorded { from, headers: Some(self.headers), body: self.body.into_bytes() }
    }
}

/// Finds what the user named: a file, or an `event_id` in the DLQ of one run or of the newest one that has it.
pub(super) fn find(what: &str, run: Option<&Path>) -> Result<Vec<Recorded>, RunError> {
    let path = Path::new(what);
    match run {
        Some(run) => by_id(what, &[run.to_path_buf()]).map(|one| vec![one]),
        None if path.is_file() => file(path),
        None if what.contains('/') || path.extension().is_some() => Err(RunError::usage(
            format!("there is no file {what}"),
            "name a JSON body, a dlq.ndjson, an event_id that stands in one, or a case (`postproof list cases`)",
        )),
        None => by_id(what, &newest_first()?).map(|one| vec![one]),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> RunError {
    RunError::usage(format!("{} cannot be read: {error}", path.display()), "check the path")
}

/// Folders of runs by name, which begins with the time.
fn newest_first() -> Result<Vec<PathBuf>, RunError> {
    let entries = match fs::read_dir(RUNS) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| unreadable(Path::new(RUNS), &error))?,
    };
    let mut folders: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    folders.sort_unstable_by(|left, right| right.cmp(left));
    Ok(folders)
}

fn by_id(id: &str, runs: &[PathBuf]) -> Result<Recorded, RunError> {
    for path in runs.iter().map(|run| run.join("dlq.ndjson")) {
        let mut found = None;
        let read = letters(&path, |line| {
            if line.event_id == id && found.is_none() {
                found = Some(line);
            }
            Ok(())
        });
        match (read, found) {
            (_, Some(line)) => return Ok(line.recorded(&path)),
            // Another run may have it; a folder that was named has to have it.
            (Err(error), None) if runs.len() == 1 => return Err(error),
            _ => {}
        }
    }
    let place = if let [run] = runs { run.display().to_string() } else { format!("{RUNS}/*") };
    Err(RunError::usage(
        format!("no postback {id} stands in {place}/dlq.ndjson ({} runs looked through)", runs.len()),
        "a run keeps the bodies that it gave up, and no others; name a run's folder with --run DIR, or a file",
    ))
}

/// A body, or as many dead letters as there are lines.
fn file(path: &Path) -> Result<Vec<Recorded>, RunError> {
    let mut found = Vec::new();
    let read = letters(path, |line| {
        found.push(line.recorded(path));
        if found.len() > MAX_LETTERS {
            return Err(RunError::usage(
                format!("{} holds more than {MAX_LETTERS} dead letters", path.display()),
                "send them again in parts: split -l 10000",
            ));
        }
        Ok(())
    });
    match read {
        Ok(()) if !found.is_empty() => Ok(found),
        // A first line that is a letter makes it a DLQ, and what is wrong further down is a mistake in one.
        Err(error) if !found.is_empty() => Err(error),
        _ => body(path).map(|one| vec![one]),
    }
}

fn letters(path: &Path, mut each: impl FnMut(Line) -> Result<(), RunError>) -> Result<(), RunError> {
    let mut reader = BufReader::new(fs::File::open(path).map_err(|error| unreadable(path, &error))?);
    for number in 1_u64.. {
        let mut line = Vec::new();
        reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line).map_err(|error| unreadable(path, &error))?;
        if line.is_empty() {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let letter = serde_json::from_slice(&line).map_err(|error| {
            RunError::usage(
                format!("line {number} of {} is no dead letter: {error}", path.display()),
                "take the line out, or name a file with a JSON body alone",
            )
        })?;
        each(letter)?;
    }
    Ok(())
}

fn body(path: &Path) -> Result<Recorded, RunError> {
    let mut body = Vec::new();
    let file = fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    file.take(MAX_BODY as u64 + 1).read_to_end(&mut body).map_err(|error| unreadable(path, &error))?;
    if body.len() > MAX_BODY {
        return Err(RunError::usage(
            format!("{} is longer than {MAX_BODY} bytes", path.display()),
            "name a file with one postback's body, or a dlq.ndjson",
        ));
    }
    Ok(Recorded { from: path.display().to_string(), headers: None, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = r#"{"event_id":"dep_1","click_id":"clk_1","event":"deposit_success","reason":"answered 500","history":["answered 500"],"headers":[["X-Signature","sha256=00"]],"body":"{\"event_id\":\"dep_1\"}"}"#;

    fn written(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn letters_and_bodies_are_told_apart() {
        let second = LETTER.replace("dep_1", "dep_2");
        let (folder, path) = written("dlq.ndjson", &format!("{LETTER}\n\n{second}\n"));
        let found = find(path.to_str().unwrap(), None).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].headers, Some(vec![("X-Signature".into(), "sha256=00".into())]));
        assert_eq!(found[1].body, br#"{"event_id":"dep_2"}"#);
        assert_eq!(find("dep_2", Some(folder.path())).unwrap(), found[1..]);

        let (_folder, path) = written("body.json", "{\n \"event_id\": \"dep_1\"\n}\n");
        let found = find(path.to_str().unwrap(), None).unwrap();
        assert_eq!((found.len(), &found[0].headers), (1, &None));
        assert_eq!(found[0].body, b"{\n \"event_id\": \"dep_1\"\n}\n", "byte for byte");
    }

    #[test]
    fn what_is_not_there_or_broken_is_told() {
        let (folder, path) = written("dlq.ndjson", &format!("{LETTER}\n{{}}\n"));
        let told = |what: &str, run: Option<&Path>| find(what, run).unwrap_err().to_string();
        assert!(told(path.to_str().unwrap(), None).contains("line 2 of"));
        assert!(told("dep_9", Some(folder.path())).contains("line 2 of"));
        assert!(told("dep_9", Some(Path::new("/proc/nowhere"))).contains("/proc/nowhere/dlq.ndjson"));
        assert!(told("not/there.json", None).contains("no file not/there.json"));
        let (folder, _path) = written("dlq.ndjson", LETTER);
        assert!(told("dep_9", Some(folder.path())).contains("no postback dep_9"));
        let (_folder, path) = written("body.json", &"x".repeat(MAX_BODY + 1));
        assert!(told(path.to_str().unwrap(), None).contains("longer than"));
    }
}
