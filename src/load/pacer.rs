//! Waiting for an instant to within some tens of microseconds. The runtime's own timer knows milliseconds only, which is
//! twenty slots at 20,000 a second; a timer of the kernel that the runtime watches like a socket has no such step.

use std::io;
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
pub(super) use kernel::Pacer;
#[cfg(not(target_os = "linux"))]
pub(super) use spinning::Pacer;

#[cfg(target_os = "linux")]
mod kernel {
    use std::os::fd::OwnedFd;

    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
    };
    use tokio::io::unix::AsyncFd;

    use super::{Duration, Instant, io};

    /// A timer of the kernel.
    pub(in crate::load) struct Pacer {
        timer: AsyncFd<OwnedFd>,
    }

    impl Pacer {
        /// A timer in the present runtime.
        ///
        /// # Errors
        /// When the kernel gives none, because too many files are open.
        pub(in crate::load) fn new() -> io::Result<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
            #[expect(
                deprecated,
                reason = "its successor is unsafe code; the descriptor is owned, and so lives as long as this"
            )]
            let timer = AsyncFd::new(timer)?;
            Ok(Self { timer })
        }

        /// Waits until then; not at all when it has passed.
        pub(in crate::load) async fn until(&self, instant: Instant) {
            let wait = instant.saturating_duration_since(Instant::now());
            if wait.is_zero() || self.arm(wait).is_err() {
                return;
            }
            if let Ok(mut ready) = self.timer.readable().await {
                let mut expirations = [0; 8];
                // That the timer ran out is all that is to be known; how often does not matter.
                let _ = rustix::io::read(self.timer.get_ref(), &mut expirations);
                ready.clear_ready();
            }
        }

        fn arm(&self, wait: Duration) -> io::Result<()> {
            let once = Timespec { tv_sec: 0, tv_nsec: 0 };
            let value = Timespec {
                tv_sec: i64::try_from(wait.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: wait.subsec_nanos().into(),
            };
            timerfd_settime(
                &self.timer,
                TimerfdTimerFlags::empty(),
                &Itimerspec { it_interval: once, it_value: value },
            )?;
            Ok(())
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod spinning {
    use super::{Duration, Instant, io};

    /// The runtime's timer up to its last step, then turn after turn.
    pub(in crate::load) struct Pacer;

    impl Pacer {
        /// A pacer.
        #[expect(clippy::unnecessary_wraps, reason = "where the kernel has a timer, it may have none left")]
        pub(in crate::load) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// Waits until then.
        pub(in crate::load) async fn until(&self, instant: Instant) {
            let wait = instant.saturating_duration_since(Instant::now());
            if wait > Duration::from_millis(2) {
                tokio::time::sleep(wait - Duration::from_millis(2)).await;
            }
            while Instant::now() < instant {
                tokio::task::yield_now().await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_never_wakes_early() {
        let pacer = Pacer::new().expect("a timer");
        for micros in [0, 1, 50, 900, 3_000, 20_000] {
            let due = Instant::now() + Duration::from_micros(micros);
            pacer.until(due).await;
            assert!(Instant::now() >= due, "{micros} µs");
        }
    }
}
