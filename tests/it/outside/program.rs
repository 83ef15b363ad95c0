//! The programs of `tests/outside/` as processes: each on a free port of loopback, with a ledger in a folder of its own,
//! until it is dropped.

use std::fs::File;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::process::postproof;

/// What both sides sign with. Debian's webhook takes the text, Standard Webhooks the key in it.
pub(crate) const SECRET: &str = "whsec_YSBzZWNyZXQgb2YgdGhlIHRlc3Q=";

/// Longest wait for a program to take connections; a busy machine starts a Python in seconds.
const START: Duration = Duration::from_mins(1);

/// Ports that are tried. One that was free a moment ago can be somebody else's now.
const PORTS: usize = 10;

/// A program that takes postbacks.
pub(crate) struct Outsider {
    child: Child,
    folder: tempfile::TempDir,
    /// Where it takes them.
    pub(crate) url: String,
}

impl Outsider {
    /// Debian's webhook, with the hook of `hooks.json`.
    pub(crate) async fn webhook() -> Self {
        for _ in 0..PORTS {
            let folder = ledger_folder();
            let mut command = Command::new("webhook");
            // The hook's command is a Python, found by this path.
            let own = std::env::var_os("PATH").unwrap_or_default();
            let path = std::iter::once(environment().join("bin")).chain(std::env::split_paths(&own));
            let path = std::env::join_paths(path).expect("a path");
            let port = free_port().to_string();
            command.args(["-hooks", "hooks.json", "-template", "-verbose", "-ip", "127.0.0.1", "-port", &port]);
            let child = start(command.env_clear().env("PATH", path), folder.path());
            let says = |line: &str| Some(line.split_once("serving hooks on ")?.1.replace("{id}", "postback"));
            match Self::ready(child, folder, says).await {
                Ok(started) => return started,
                Err(log) => assert!(log.contains("address already in use"), "webhook ended at once: {log}"),
            }
        }
        panic!("webhook finds no free port");
    }

    /// The server that verifies by a Python library, with further arguments.
    pub(crate) async fn receiver(library: &str, more: &[&str]) -> Self {
        let folder = ledger_folder();
        let mut command = python("receiver.py");
        let child = start(command.arg(library).args(more), folder.path());
        let says = |line: &str| line.starts_with("http://").then(|| line.to_owned());
        let started = Self::ready(child, folder, says).await;
        started.unwrap_or_else(|log| panic!("receiver.py ended at once: {log}"))
    }

    /// Waits until it says where it takes postbacks; what else it said, when it ends before that.
    async fn ready(
        child: Child,
        folder: tempfile::TempDir,
        says: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let mut started = Self { child, folder, url: String::new() };
        let said = async {
            loop {
                let over = started.child.try_wait().expect("a child").is_some();
                let log = started.log();
                let whole = log.rfind('\n').map_or("", |end| &log[..end]);
                if let Some(url) = whole.lines().find_map(&says) {
                    return Ok(url);
                }
                if over {
                    return Err(log);
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let said = tokio::time::timeout(START, said).await;
        started.url = said.unwrap_or_else(|_| panic!("it takes no connections: {}", started.log()))?;
        Ok(started)
    }

    /// Everything that it said.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).expect("a log")
    }

    /// The file that it books into.
    pub(crate) fn ledger(&self) -> PathBuf {
        self.folder.path().join("ledger.ndjson")
    }

    /// What it booked, in order.
    pub(crate) fn booked(&self) -> Vec<Value> {
        let lines = std::fs::read_to_string(self.ledger()).expect("a ledger");
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// postproof in its folder, with the secret that both know.
    pub(crate) fn tool(&self) -> Command {
        let mut command = postproof(self.folder.path());
        command.env("POSTPROOF_SECRET", SECRET);
        command
    }
}

impl Drop for Outsider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the Python library signs: the header lines for a body.
pub(crate) fn signed_by(library: &str, secret: &str, id: &str, second: i64, body: &str) -> Vec<String> {
    let mut command = python("sender.py");
    command.args([library, id, &second.to_string()]).env("POSTPROOF_SECRET", secret);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    child.stdin.take().expect("a pipe").write_all(body.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{library} does not sign");
    String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned).collect()
}

/// A script of `tests/outside/` in the environment that has its libraries.
fn python(script: &str) -> Command {
    let mut command = Command::new(environment().join("bin/python"));
    command.args(["-B", script]).env_clear().current_dir(scripts());
    command
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outside")
}

/// Where `tests/needs` puts the Python libraries.
fn environment() -> PathBuf {
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("outside-venv");
    let current = std::fs::read(environment.join("requirements.txt")).ok();
    let wanted = std::fs::read(scripts().join("requirements.txt")).expect("the requirements");
    assert!(current == Some(wanted), "{} is missing or old: run tests/needs", environment.display());
    environment
}

fn ledger_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    File::create(folder.path().join("ledger.ndjson")).expect("a ledger");
    folder
}

/// Starts it with its ledger, its log and its temporary files in a folder.
fn start(command: &mut Command, folder: &Path) -> Child {
    let log = File::create(folder.join("log")).expect("a log");
    command.current_dir(scripts()).env("POSTPROOF_SECRET", SECRET).env("TMPDIR", folder);
    command.env("POSTBACK_LEDGER", folder.join("ledger.ndjson"));
    command.stdin(Stdio::null()).stdout(log.try_clone().expect("a log")).stderr(log);
    command
        .spawn()
        .unwrap_or_else(|error| panic!("{} does not start ({error}): run tests/needs", command.get_program().display()))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}
