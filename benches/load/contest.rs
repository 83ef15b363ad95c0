//! Who sends how much from one core: postproof and its peers in turn, with 50 connections, against the same target on another
//! core. The target counts the postbacks and the kernel the CPU time, over the same stretch of time, whoever sends.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::engine::{self, Work};
use crate::process::{Pinned, ask};
use crate::{CLIENT_CORE, Target};

/// Connections of every side.
const CONNECTIONS: &str = "50";

/// Counted stretch of a round.
const STRETCH: Duration = Duration::from_secs(5);

/// Who sends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Postproof,
    Wrk,
    Oha,
    Locust,
}

/// What a side did in a round.
#[derive(Clone, Copy)]
pub(crate) struct Round {
    /// Postbacks a second.
    pub(crate) rate: f64,
    /// CPU time of the client for a postback, in microseconds.
    pub(crate) client_us: f64,
    /// The same of the target.
    pub(crate) target_us: f64,
}

impl Side {
    /// All of them, in the order in which they send.
    pub(crate) const ALL: [Self; 4] = [Self::Wrk, Self::Postproof, Self::Oha, Self::Locust];

    /// What tables call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Postproof => "postproof",
            Self::Wrk => "wrk",
            Self::Oha => "oha",
            Self::Locust => "locust",
        }
    }

    /// Whether it can be started.
    pub(crate) fn is_installed(self) -> bool {
        match self {
            Self::Postproof | Self::Wrk => true,
            Self::Oha => peers().join("bin/oha").exists(),
            Self::Locust => peers().join("venv/bin/locust").exists(),
        }
    }

    /// From its start to the counted stretch. Locust needs seconds to be loaded and to start its users.
    fn run_up(self) -> Duration {
        Duration::from_millis(if self == Self::Locust { 5000 } else { 2000 })
    }

    fn start(self, port: u16) -> Pinned {
        let lasts = (self.run_up() + STRETCH).as_secs() + 1;
        let url = format!("http://127.0.0.1:{port}");
        let (body, signature) = engine::specimen();
        let text = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let seconds = format!("{lasts}s");
        match self {
            // No core reaches this rate, so that every slot is overdue and connections are never idle.
            Self::Postproof => {
                let work = Work { port, rate: 300_000, seconds: lasts, look_every: u64::MAX };
                Pinned::again(CLIENT_CORE, "engine", &work.arguments())
            }
            Self::Wrk => {
                let script = "benches/load/postback.lua";
                let (body, signature) = (format!("BENCH_BODY={body}"), format!("BENCH_SIGNATURE={signature}"));
                let url = format!("{url}/postback");
                let words = [&body, &signature, "wrk", "-t1", "-c", CONNECTIONS, "-d", &seconds, "-s", script, &url];
                Pinned::start(CLIENT_CORE, "env", &text(&words))
            }
            Self::Oha => {
                let signature = format!("X-Signature: {signature}");
                let url = format!("{url}/postback");
                let fixed = ["--no-tui", "-m", "POST", "-T", "application/json", "-H", "User-Agent: postproof/0.1.0"];
                let words = ["-c", CONNECTIONS, "-z", &seconds, "-H", &signature, "-d", &body, &url];
                Pinned::start(
                    CLIENT_CORE,
                    &peers().join("bin/oha").to_string_lossy(),
                    &text(&[&fixed[..], &words].concat()),
                )
            }
            Self::Locust => {
                let fixed = ["-f", "benches/load/locustfile.py", "--headless", "--only-summary", "--loglevel", "ERROR"];
                let words = ["-u", CONNECTIONS, "-r", CONNECTIONS, "-t", &seconds, "-H", &url];
                let program = peers().join("venv/bin/locust");
                Pinned::start(CLIENT_CORE, &program.to_string_lossy(), &text(&[&fixed[..], &words].concat()))
            }
        }
    }

    /// Lets it send, and counts.
    pub(crate) fn round(self, target: &Target) -> Round {
        let client = self.start(target.port);
        std::thread::sleep(self.run_up());
        let look = || (Instant::now(), ask(target.port, "/answered"), client.cpu(), target.process.cpu());
        let (began, before, client_before, target_before) = look();
        std::thread::sleep(STRETCH);
        let (ended, after, client_after, target_after) = look();
        #[expect(clippy::cast_precision_loss, reason = "a few million postbacks")]
        let count = (after - before) as f64;
        let each = |cpu: Duration| cpu.as_secs_f64() * 1e6 / count;
        Round {
            rate: count / (ended - began).as_secs_f64(),
            client_us: each(client_after.saturating_sub(client_before)),
            target_us: each(target_after.saturating_sub(target_before)),
        }
    }
}

/// Where `benches/needs` has put the peers.
fn peers() -> PathBuf {
    let executable = std::env::current_exe().expect("a path");
    executable.ancestors().nth(3).expect("a target folder").join("load-bench")
}
