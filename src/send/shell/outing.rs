//! Visits to an operator's pages as one line for a POSIX shell: curl goes from the click to the last step with a player's
//! cookies, sed takes out of each answer what the next request needs, and in the end the line counts what reached the books.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::journey::Step;
use crate::model::EventKind;
use crate::send::curl::quoted;

/// Stands in a step for the account that the answer to the registration will name. No step says it by chance.
pub const ACCOUNT: &str = "postproofACCOUNTpostproof";

/// The visits of a case.
#[derive(Clone, Copy)]
pub struct Outing<'a> {
    /// Who comes, all at the same moment.
    pub parties: &'a [Party],
    /// Paths of the pages between landing and registering.
    pub pages: &'a [String],
    /// Names of the landing URL's parameter that may carry the click id.
    pub parameters: &'a [String],
    /// JSON pointer to the account in the answer to a registration.
    pub account_id: &'a str,
    /// JSON pointer to the event id in the answer to a step.
    pub event_id: &'a str,
    /// Variable that holds the operator's bearer token.
    pub bearer: Option<&'a str>,
    /// curl's options for files of certificates, with their paths.
    pub files: &'a [(&'static str, String)],
    /// What is looked at in the end.
    pub look: &'a Look,
}

/// Players who do the same.
#[derive(Clone, Debug)]
pub struct Party {
    /// How many.
    pub players: usize,
    /// How they come.
    pub entrance: Entrance,
    /// Their browser.
    pub user_agent: String,
    /// What they do, in order; a registration first.
    pub steps: Vec<Errand>,
}

/// How players come to the operator.
#[derive(Clone, Debug)]
pub enum Entrance {
    /// By a click on this link, whose redirect leads to the landing page.
    Click(Url),
    /// By the landing page itself, with a click id that nobody made.
    Landing(Url, String),
}

/// One step, with [`ACCOUNT`] and [`named`] in place of what answers will say.
#[derive(Clone, Debug)]
pub struct Errand {
    /// Which event it causes.
    pub kind: EventKind,
    /// Where to.
    pub url: Url,
    /// What it says.
    pub step: Step,
}

/// Where what came of visits is to be seen.
#[derive(Clone, Debug)]
pub struct Look {
    /// Where credits are read back.
    pub books: Shelf,
    /// Variable that holds the read-back's bearer token.
    pub bearer: Option<String>,
    /// How long the operator's sender and the books are given.
    pub wait: Duration,
    /// Where the operator shows what it could not deliver, where that is what the case is about.
    pub letters: Option<Url>,
    /// Where it is asked to deliver them once more, where the case asks it.
    pub redeliver: Option<Url>,
}

/// Where credits lie.
#[derive(Clone, Debug)]
pub enum Shelf {
    /// At a URL.
    Url(Url),
    /// In a file.
    File(PathBuf),
}

/// Stands in a step for the event id that the answer to an earlier one, counted from 1, will name.
pub fn named(step: usize) -> String {
    format!("postproofEVENT{step}postproof")
}

/// One JSON member on each line, so that sed can take one out.
const MEMBERS: &str = "tr ',{}' '\\n\\n\\n'";

/// One credit on each line, be they an array or lines already.
const CREDITS: &str = "tr '\\n' ' ' < \"$d/books\" | sed 's/}[[:space:]]*,*[[:space:]]*{/}|{/g' | tr '|' '\\n'";

/// So often a line asks the operator to deliver once more.
const REDELIVERIES: usize = 5;

impl Outing<'_> {
    /// The line. What players do is joined by `&&`; what became of it is shown however far they got.
    pub fn line(&self) -> String {
        let mut line = String::from(
            "( d=$(mktemp -d); trap 'rm -r \"$d\"' EXIT; r=$(date +%s)$$; : > \"$d/told\"; : > \"$d/marks\"; ",
        );
        let _ =
            write!(line, "account() {{ {}; }}; event() {{ {}; }}; ", member(self.account_id), member(self.event_id));
        for (number, party) in self.parties.iter().enumerate() {
            let _ = write!(line, "play{number}() {{ {}; }}; ", self.played(number, party));
        }
        for (number, party) in self.parties.iter().enumerate() {
            let _ = match party.players {
                0 | 1 => write!(line, "play{number} 1 & "),
                many => write!(line, "for n in {}; do play{number} $n & done; ", numbers(many)),
            };
        }
        let _ = write!(line, "wait; {} )", self.look());
        line
    }

    /// What one player does; the first word tells players of one party apart.
    fn played(&self, number: usize, party: &Party) -> String {
        let agent = quoted(&party.user_agent);
        let player = format!("-A {agent} -b \"$j\" -c \"$j\"");
        let page = |url: &str| {
            let get = self.curl(&format!("{player} -H 'Accept: text/html,application/xhtml+xml' -o \"$j.page\" {url}"));
            format!("{get} -f")
        };
        let mut acts = vec![format!("j=\"$d/{number}.$1\""), self.entered(&party.entrance)];
        acts.push(page("\"$l\""));
        acts.extend(self.pages.iter().map(|path| format!("{{ {} || :; }}", page(&format!("\"$o\"{}", quoted(path))))));
        let steps = party.steps.len();
        for (step, errand) in (1..).zip(&party.steps) {
            acts.push(format!("a=$({})", self.posted(&player, errand, (number, steps))));
            acts.push("printf '%s\\n' \"$a\"".to_owned());
            if step == 1 {
                acts.push("u=$(printf '%s\\n' \"$a\" | account)".to_owned());
            }
            acts.push(format!("e{step}=$(printf '%s\\n' \"$a\" | event)"));
            acts.push(format!("[ -n \"$e{step}\" ]"));
            acts.push(format!("printf '%s %s\\n' \"$e{step}\" {} >> \"$d/told\"", errand.kind.name()));
            acts.push(format!("printf '%s\\n' \"$e{step}\" \"$c\" >> \"$d/marks\""));
        }
        acts.join(" && ")
    }

    /// The assignment of `l`, the landing URL, of `o`, its origin, and of `c`, the click id.
    fn entered(&self, entrance: &Entrance) -> String {
        let (landing, click) = match entrance {
            Entrance::Click(link) => {
                let agent = concat!("-A postproof/", env!("CARGO_PKG_VERSION"));
                let click =
                    self.curl(&format!("{agent} -o /dev/null -w '%{{redirect_url}}' {}", quoted(link.as_str())));
                let names: Vec<String> =
                    self.parameters.iter().map(|name| format!("-e 's/^{}=//p'", regex(name))).collect();
                let found =
                    format!("$(printf '%s\\n' \"$l\" | tr '?&#' '\\n\\n\\n' | sed -n {} | head -n 1)", names.join(" "));
                (format!("$({click})"), found)
            }
            Entrance::Landing(url, click_id) => (quoted(url.as_str()), quoted(click_id)),
        };
        let origin = "o=$(printf '%s\\n' \"$l\" | sed 's|^\\([^/]*//[^/?#]*\\).*|\\1|')";
        format!("l={landing} && [ -n \"$l\" ] && {origin} && c={click} && [ -n \"$c\" ]")
    }

    /// The request of a step. Its key is fresh with each paste and for each player, so that it is never a repeat.
    fn posted(&self, player: &str, errand: &Errand, (party, steps): (usize, usize)) -> String {
        let Errand { url, step, .. } = errand;
        let mut words = format!(
            "{player} -H 'Accept: application/json' -H 'Content-Type: {}' -H \"Idempotency-Key: {}-$r-{party}-$1\"",
            step.content_type, step.key
        );
        if let Some(variable) = self.bearer {
            let _ = write!(words, " -H \"Authorization: Bearer ${variable}\"");
        }
        let body = String::from_utf8_lossy(&step.body);
        let _ = write!(words, " -H 'Expect:' -f --data-binary {} {}", held(&body, steps), held(url.as_str(), steps));
        self.curl(&words)
    }

    /// What is shown in the end: how often each event stands in the books, and the credits of its click; and whether it is
    /// among the dead letters, where that matters.
    fn look(&self) -> String {
        let Look { books, bearer, wait, letters, redeliver } = self.look;
        let mut look = format!("sleep {}", wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
        let operator = self.bearer.map_or_else(String::new, |name| format!("-H \"Authorization: Bearer ${name}\" "));
        if let Some(url) = redeliver {
            let asked = self.curl(&format!("{operator}-X POST {}", quoted(url.as_str())));
            // A tracker that takes a few a second takes a few of them each time.
            let _ = write!(look, "; for n in {}; do {asked}; echo; sleep 2; done", numbers(REDELIVERIES));
        }
        if let Some(url) = letters {
            let read = self.curl(&format!("{operator}{}", quoted(url.as_str())));
            let _ = write!(
                look,
                "; {read} > \"$d/letters\"; while read -r e k; do if grep -q -F \"$e\" \"$d/letters\"; \
                 then s='among the dead letters'; else s='no dead letter'; fi; printf '%s (%s): %s\\n' \"$e\" \"$k\" \"$s\"; \
                 done < \"$d/told\""
            );
        }
        let read = match books {
            Shelf::File(path) => format!("cat {}", quoted(&path.display().to_string())),
            Shelf::Url(url) => {
                let bearer = bearer.as_ref().map(|name| format!("-H \"Authorization: Bearer ${name}\" "));
                self.curl(&format!("{}{}", bearer.unwrap_or_default(), quoted(url.as_str())))
            }
        };
        let _ = write!(
            look,
            "; {read} > \"$d/books\"; {CREDITS} > \"$d/credits\"; while read -r e k; do printf '%s (%s): %s credits\\n' \
             \"$e\" \"$k\" \"$(grep -c -F \"$e\" \"$d/credits\")\"; done < \"$d/told\"; \
             grep -F -f \"$d/marks\" \"$d/credits\""
        );
        look
    }

    /// curl without what a ~/.curlrc or a proxy out of the environment would change.
    fn curl(&self, words: &str) -> String {
        let mut command = String::from("curl -q -sS --noproxy '*'");
        for (name, path) in self.files {
            let _ = write!(command, " {name} {}", quoted(path));
        }
        format!("{command} {words}")
    }
}

/// The command that takes the value at a JSON pointer out of an answer: a text or a number, the first that goes by its name
/// behind the names above it. That is as much of JSON as ids in answers need, and sed is on every machine.
fn member(pointer: &str) -> String {
    let names: Vec<String> =
        pointer.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~")).collect();
    let Some((name, above)) = names.split_last() else { return "cat".to_owned() };
    let mut command = MEMBERS.to_owned();
    // A place in an array has no name.
    for name in above.iter().filter(|name| name.parse::<usize>().is_err()) {
        let script = format!("/\"{}\"[[:space:]]*:/,$p", regex(name));
        let _ = write!(command, " | sed -n {}", quoted(&script));
    }
    let value = "[[:space:]]*:[[:space:]]*\"\\{0,1\\}\\([^\"[:space:]]*\\).*$/\\1/p";
    let script = format!("s/^[[:space:]]*\"{}\"{value}", regex(name));
    let _ = write!(command, " | sed -n {} | head -n 1", quoted(&script));
    command
}

/// A text in which no sign has a meaning of its own in a regular expression of sed.
fn regex(text: &str) -> String {
    let special = |c: &char| "\\/.*[^$".contains(*c);
    text.chars().flat_map(|c| special(&c).then_some('\\').into_iter().chain([c])).collect()
}

/// A text of a step as a word for a shell, with the shell's variables in place of what answers will say.
fn held(text: &str, steps: usize) -> String {
    let word = format!("'{}'", text.replace('\'', r"'\''")).replace(ACCOUNT, "'\"$u\"'");
    (1..=steps).fold(word, |word, step| word.replace(&named(step), &format!("'\"$e{step}\"'")))
}

fn numbers(many: usize) -> String {
    (1..=many).map(|number| number.to_string()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn shell(script: &str) -> String {
        let done = Command::new("sh").args(["-c", script]).output().expect("a shell");
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    #[test]
    fn ids_are_taken_out_of_answers_by_sed() {
        let taken = |answer: &str, pointer: &str| {
            shell(&format!("printf '%s\\n' {} | {{ {}; }}", quoted(answer), member(pointer)))
        };
        let answer = r#"{"id":"outer", "data": {"list": [{"id" : "u_1"}], "n": 12 }, "a.b":"it's"}"#;
        assert_eq!(taken(answer, "/id"), "outer\n");
        assert_eq!(taken(answer, "/data/list/0/id"), "u_1\n");
        assert_eq!(taken(answer, "/data/n"), "12\n");
        assert_eq!(taken(answer, "/a.b"), "it's\n");
        assert_eq!(taken(&answer.replace(", ", ",\n  "), "/data/n"), "12\n", "on lines of their own");
        for nothing in ["/none", "/data/none", "/axb"] {
            assert_eq!(taken(answer, nothing), "", "{nothing}");
        }
    }

    #[test]
    fn what_answers_will_say_stands_in_a_step_as_a_variable() {
        let text = format!("{{\"of\":\"it's {ACCOUNT}\",\"deposit\":\"{}\"}}", named(2));
        let script = format!("u=u_1; e1=no; e2=dep_2; printf %s {}", held(&text, 2));
        assert_eq!(shell(&script), "{\"of\":\"it's u_1\",\"deposit\":\"dep_2\"}");
    }

    #[test]
    fn credits_come_one_a_line_whatever_the_shape_of_the_books() {
        let split = |books: &str| {
            let folder = tempfile::tempdir().expect("a folder");
            std::fs::write(folder.path().join("books"), books).expect("written");
            let lines = shell(&format!("d={}; {CREDITS}", quoted(&folder.path().display().to_string())));
            lines.lines().filter(|line| line.contains("\"e\"")).count()
        };
        for books in [
            "[{\"e\":1},{\"e\":2},{\"e\":3}]",
            "{\"e\":1}\n{\"e\":2}\n{\"e\":3}\n",
            "[\n  {\n    \"e\": 1\n  },\n  {\n    \"e\": 2\n  },\n  {\n    \"e\": 3\n  }\n]\n",
        ] {
            assert_eq!(split(books), 3, "{books}");
        }
    }
}
