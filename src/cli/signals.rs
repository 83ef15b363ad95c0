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
