//! What a postback by hand came to, for the terminal: notes, verdict, answer, time, and the exit code.

use std::io::Write as _;

use tabled::builder::Builder;
use tabled::settings::Style;

use super::{Exit, say};
use crate::model::Outcome;
use crate::run::{End, RunError, Shot};

/// Shows one; notes beside a command go to stderr, so that stdout can be pasted or piped.
pub(super) fn show(shot: &Shot) -> Result<Exit, RunError> {
    match &shot.end {
        End::Command(command) => {
            for note in &shot.notes {
                // A closed stderr is no reason to hold back the command.
                drop(writeln!(std::io::stderr(), "{note}"));
            }
            say(command)
        }
        End::Answered { url, outcome, status, answer, took } => {
            let mut table = Builder::new();
            let mut row = |name: &str, value: &str| table.push_record([name, value]);
            row("target", url);
            row("event_id", if shot.event_id.is_empty() { "none" } else { &shot.event_id });
            for note in &shot.notes {
                row("note", note);
            }
            row("verdict", &format!("{}: {outcome}", outcome.word()));
            row("status", &status.map_or_else(|| "none".to_owned(), |status| status.to_string()));
            row("answer", answer.as_deref().unwrap_or("none"));
            row("took", &format!("{:.1} ms", took.as_secs_f64() * 1000.0));
            say(&format!("{}\n", table.build().with(Style::blank())))?;
            Ok(exit(*outcome))
        }
    }
}

/// Not reachable is an error of its own, so a failure here is a refusal.
fn exit(outcome: Outcome) -> Exit {
    match outcome {
        Outcome::Ok { .. } => Exit::Pass,
        Outcome::Fail(_) => Exit::Fail,
        Outcome::Info(_) => Exit::Inconclusive,
    }
}

/// The worse of two ends: a refusal outweighs what is unknown, and that an acceptance.
pub(super) fn worse(one: Exit, other: Exit) -> Exit {
    let weight = |exit: Exit| match exit {
        Exit::Pass => 0,
        Exit::Inconclusive => 1,
        _ => 2,
    };
    if weight(other) > weight(one) { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FailReason, InfoReason};

    #[test]
    fn the_worst_of_several_counts() {
        let ends = [Outcome::Ok { repeat: None }, InfoReason::Timeout.into(), Outcome::Fail(FailReason::Refused(403))];
        let codes = ends.map(|outcome| exit(outcome).code());
        assert_eq!(codes, [0, 4, 1]);
        let [ok, info, fail] = ends.map(exit);
        assert_eq!((worse(ok, info), worse(info, fail), worse(fail, info)), (info, fail, fail));
    }
}
