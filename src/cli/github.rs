//! What GitHub's runner gets where a command runs as a step of a job: annotations on stderr, from which it takes them as
//! well as from stdout, so that the latter stays one document, and a part of the job's summary. It is the only place that
//! reads GitHub's variables. Nothing here can make a run fail that did not.

use std::env::var_os;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::report::{Annotations, Format as _, LARGEST_SUMMARY, RunReport, Summary};

/// What the runner has set.
struct Step {
    /// The file that the step's summary is made of.
    summary: Option<PathBuf>,
}

/// Tells the runner what a report says; does nothing elsewhere.
pub(super) fn tell(report: &RunReport) {
    if let Some(step) = Step::of(var_os) {
        // A closed stderr is no reason to lose the verdict.
        drop(step.tell(report, &mut io::stderr()));
    }
}

impl Step {
    /// The step that this process belongs to, if it belongs to one.
    fn of(variable: impl Fn(&'static str) -> Option<OsString>) -> Option<Self> {
        let summary = variable("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(PathBuf::from);
        (variable("GITHUB_ACTIONS")? == "true").then_some(Self { summary })
    }

    fn tell(&self, report: &RunReport, stderr: &mut dyn Write) -> io::Result<()> {
        let mut lines = Vec::new();
        Annotations.write(report, &mut lines)?;
        if let Some(Err(error)) = self.summary.as_deref().map(|path| append(report, path)) {
            writeln!(lines, "note: the job's summary is not written: {error}")?;
        }
        stderr.write_all(&lines)
    }
}

/// Appends the summary to what the step has written so far, in the room that this has left.
fn append(report: &RunReport, path: &Path) -> io::Result<()> {
    let before = match path.metadata() {
        // A pipe without a reader would never open.
        Ok(found) if !found.is_file() => return Err(io::Error::other(format!("{} is no file", path.display()))),
        Ok(found) => usize::try_from(found.len()).unwrap_or(usize::MAX),
        Err(_) => 0,
    };
    let gap = if before > 0 { "\n\n" } else { "" };
    let text = Summary::within(LARGEST_SUMMARY.saturating_sub(before).saturating_sub(gap.len()), report);
    if text.is_empty() {
        return Err(io::Error::other(format!("{} has no room for it", path.display())));
    }
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let mut file = OpenOptions::new().append(true).create(true).open(path).map_err(named)?;
    file.write_all(format!("{gap}{text}").as_bytes()).map_err(named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Verdict;
    use crate::report::sample;

    /// What the step tells of a report with one failed check, on stderr.
    fn told(summary: Option<&Path>) -> String {
        let mut stderr = Vec::new();
        let step = Step { summary: summary.map(Path::to_path_buf) };
        step.tell(&sample::report(vec![sample::check("a.b", Verdict::Fail)]), &mut stderr).unwrap();
        String::from_utf8(stderr).unwrap()
    }

    const ANNOTATION: &str =
        "::error title=a.b failed (postproof check)::expected: what is right%0Aobserved: what was there\n";

    #[test]
    fn it_is_a_step_only_where_the_runner_says_so() {
        let with = |actions: &'static str, summary: &'static str| {
            Step::of(move |name| match name {
                "GITHUB_ACTIONS" => Some(actions.into()),
                "GITHUB_STEP_SUMMARY" => Some(summary.into()),
                _ => None,
            })
        };
        assert!(Step::of(|_| None).is_none() && with("false", "/s").is_none() && with("", "/s").is_none());
        assert_eq!(with("true", "/s").and_then(|step| step.summary), Some(PathBuf::from("/s")));
        assert!(with("true", "").is_some_and(|step| step.summary.is_none()));
    }

    #[test]
    fn the_summary_is_appended_to_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("summary");
        assert_eq!(told(Some(&path)), ANNOTATION);
        let once = std::fs::read_to_string(&path).unwrap();
        assert!(once.starts_with("## postproof check: FAIL\n"), "{once}");
        assert_eq!(told(Some(&path)), ANNOTATION);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{once}\n\n{once}"));
        assert_eq!(told(None), ANNOTATION);
    }

    #[test]
    fn a_summary_that_cannot_be_written_is_a_note() {
        let folder = tempfile::tempdir().unwrap();
        let full = folder.path().join("full");
        std::fs::write(&full, vec![b'x'; LARGEST_SUMMARY - 100]).unwrap();
        for (path, why) in [
            (folder.path().to_path_buf(), "is no file"),
            (folder.path().join("none/summary"), "No such file"),
            (full.clone(), "has no room"),
        ] {
            let shown = told(Some(&path));
            let note = shown.strip_prefix(ANNOTATION).unwrap();
            assert!(note.starts_with("note: the job's summary is not written: ") && note.contains(why), "{shown}");
        }
        assert_eq!(std::fs::metadata(full).unwrap().len(), LARGEST_SUMMARY as u64 - 100);
    }
}
