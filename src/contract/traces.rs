//! Traces of a target's inside in what it answers: stack traces, places in source files, paths of its machine, words of its
//! database. Whoever sends nonsense must not learn from them how it is built.

/// What stands in no answer that was written for its reader.
const WORDS: [(&str, &str); 13] = [
    ("traceback (most recent call last)", "a stack trace"),
    ("stack backtrace", "a stack trace"),
    ("stack trace:", "a stack trace"),
    ("panicked at", "a stack trace"),
    ("goroutine 1 [", "a stack trace"),
    ("\tat ", "a stack trace"),
    ("\\tat ", "a stack trace"),
    ("exception in thread", "a stack trace"),
    ("sqlstate", "a database's error"),
    ("syntax error at or near", "a database's error"),
    ("unique constraint failed", "a database's error"),
    ("duplicate key value violates", "a database's error"),
    ("violates foreign key constraint", "a database's error"),
];

/// How names of source files end before the number of a line.
const SOURCES: [&str; 11] =
    [".rs:", ".py:", ".py\", line ", ".py\\\", line ", ".go:", ".java:", ".js:", ".ts:", ".php:", ".rb:", ".cs:line "];

/// How paths of a machine begin.
const PATHS: [&str; 9] = ["/usr/", "/home/", "/var/", "/opt/", "/root/", "/srv/", "/etc/", "/tmp/", "/proc/"];

/// What an answer's body gives away; `None` where nothing looks like it.
pub(super) fn given_away(body: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(body).to_ascii_lowercase();
    // JSON may write a slash with a backslash before it.
    let text = text.replace("\\/", "/");
    let word = WORDS.iter().find(|(word, _)| text.contains(word)).map(|(_, what)| *what);
    word.or_else(|| SOURCES.iter().any(|end| in_source(&text, end)).then_some("a place in its source"))
        .or_else(|| PATHS.iter().any(|path| on_machine(&text, path)).then_some("a path of its machine"))
}

/// Whether the name of a source file stands there, and a number behind it.
fn in_source(text: &str, end: &str) -> bool {
    text.match_indices(end).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + end.len()..].chars().next();
        before.is_some_and(|c| c.is_alphanumeric() || c == '_') && after.is_some_and(|c| c.is_ascii_digit())
    })
}

/// Whether a path begins there: within a URL something stands before it.
fn on_machine(text: &str, path: &str) -> bool {
    text.match_indices(path).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + path.len()..].chars().next();
        !before.is_some_and(|c| c.is_alphanumeric() || "/.-_]}>:".contains(c))
            && after.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_for_readers_gives_nothing_away() {
        for body in [
            "",
            r#"{"error":"signature_invalid","hint":"check canonical order"}"#,
            r#"{"error":"not_found","hint":"there is /click, /landing and /postback"}"#,
            r#"{"error":"schema","hint":"see https://docs.example/home/errors and https://x.example:8080/var/1"}"#,
            r#"{"error":"schema","hint":"amount at line 1, column 7: write it such as 100.00"}"#,
            r#"{"error":"time","hint":"ts_event 2025-10-21T15:12:31Z"}"#,
        ] {
            assert_eq!(given_away(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn traces_paths_and_database_errors_give_it_away() {
        for body in [
            "Traceback (most recent call last):\n  File \"app.py\", line 3",
            r#"{"detail":"Traceback (most recent call last):\n"}"#,
            r#"{"error":"x","hint":"thread 'main' panicked at a.b"}"#,
            "java.lang.NullPointerException\n\tat com.example.Postback.check(Postback.java:17)",
            "Error: x\n    at Object.check (server.js:10:5)",
            "goroutine 1 [running]:\nmain.main()\n\tmain.go:12 +0x1d",
            r#"{"error":"x","hint":"in \/usr\/src\/app"}"#,
            "could not open /home/tracker/db.sqlite",
            r#"{"error":"SQLSTATE[23505]"}"#,
            "UNIQUE constraint failed: credits.event_id",
        ] {
            assert!(given_away(body.as_bytes()).is_some(), "{body}");
        }
    }
}
