//! Signals: the first Ctrl-C or SIGTERM asks for an orderly end, the second ends at once.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::load::leave_ctrl_c_alone;

/// Listens for signals from its creation on.
pub(super) struct Signals {
    first: watch::Receiver<bool>,
    second: watch::Receiver<bool>,
}

impl Signals {
    /// Starts to listen; must be called within a runtime.
    pub(super) fn listen() -> Self {
        // goose would take Ctrl-C from us; this has to come before we listen.
        leave_ctrl_c_alone();
        let (first_heard, first) = watch::channel(false);
        let (second_heard, second) = watch::channel(false);
        tokio::spawn(async move {
            // Where signals cannot be listened to, the process simply ends at the first one.
            let (Ok(mut interrupt), Ok(mut terminate)) =
                (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
            else {
                return std::future::pending().await;
            };
            for heard in [&first_heard, &second_heard] {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                heard.send_replace(true);
            }
        });
        Self { first, second }
    }

    /// Turns true at the first signal.
    pub(super) fn first(&self) -> watch::Receiver<bool> {
        self.first.clone()
    }

    /// Completes at the second signal.
    pub(super) async fn second(&self) {
        let mut second = self.second.clone();
        if second.wait_for(|heard| *heard).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::process::{Command, Stdio};
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::load::{Play, Playing, alone, attack};

    /// A signal that was not heard by then is lost.
    const PATIENCE: Duration = Duration::from_secs(20);

    /// Set in the process that is signalled.
    const SIGNALLED: &str = "POSTPROOF_TEST_SIGNALLED";

    struct Waiting;

    impl Play for Waiting {
        fn play(&self, _: usize) -> Playing<'_> {
            Box::pin(async {
                eprintln!("playing");
                tokio::time::sleep(Duration::from_millis(50)).await;
            })
        }
    }

    #[test]
    fn players_under_signals() {
        // In a process of its own, in which the test below signals it; anywhere else it would wait in vain.
        if std::env::var_os(SIGNALLED).is_none() {
            return;
        }
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let signals = Signals::listen();
            // So that the listeners are there before goose is.
            tokio::time::sleep(Duration::from_millis(200)).await;
            let attack = attack(alone().await, 2, signals.first(), Arc::new(Waiting));
            tokio::time::timeout(PATIENCE, attack).await.expect("a first signal").expect("an attack");
            eprintln!("over");
            tokio::time::timeout(PATIENCE, signals.second()).await.expect("a second signal");
            eprintln!("left");
        });
    }

    #[test]
    fn both_signals_are_heard_while_goose_plays_and_it_prints_nothing() {
        let me = std::env::current_exe().expect("this program");
        let mut child = Command::new(me)
            .args(["--exact", "cli::signals::tests::players_under_signals", "--nocapture"])
            .env(SIGNALLED, "yes")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("this program once more");
        let interrupt = format!("kill -INT {}", child.id());
        let mut said = BufReader::new(child.stderr.take().expect("its stderr")).lines().map_while(Result::ok);
        for word in ["playing", "over"] {
            assert!(said.any(|line| line == word), "it came to `{word}`");
            let sent = Command::new("sh").args(["-c", &interrupt]).status().expect("a shell");
            assert!(sent.success());
        }
        assert!(said.any(|line| line == "left"), "the second one was heard");
        let mut printed = String::new();
        child.stdout.take().expect("its stdout").read_to_string(&mut printed).expect("text");
        assert!(child.wait().expect("its end").success(), "{printed}");
        let of_the_harness =
            |line: &str| line.is_empty() || ["running 1 test", "test ", "ok"].iter().any(|own| line.starts_with(own));
        assert!(printed.lines().all(of_the_harness), "somebody prints: {printed}");
    }
}
