//! What a lane's thread had of its core: how long it ran, and how long it could have run and was not let. A thread that had
//! no time to spare is late by itself, and what then waits for a connection waits for the processor.

use std::time::{Duration, Instant};

/// A thread that idled for less than this share of the time had none to spare.
const SPARE: f64 = 0.1;

/// A stretch that is shorter tells nothing.
const SHORTEST: Duration = Duration::from_millis(100);

/// What a thread, or all of them, had of its core.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// How much time passed.
    pub wall: Duration,
    /// For how much of it the thread ran.
    pub busy: Duration,
    /// For how much of it others ran although the thread was ready to.
    pub held: Duration,
}

/// Takes the time that the thread has that made it.
pub(super) struct Meter {
    told: Instant,
    used: (Duration, Duration),
}

impl Effort {
    /// Whether there was no time to spare.
    pub fn is_starved(&self) -> bool {
        self.wall >= SHORTEST && self.busy + self.held >= self.wall.mul_f64(1.0 - SPARE)
    }

    /// Adds that of another thread or stretch.
    pub fn add(&mut self, other: Self) {
        self.wall += other.wall;
        self.busy += other.busy;
        self.held += other.held;
    }
}

impl Meter {
    /// One for the present thread, from now on.
    pub(super) fn new() -> Self {
        Self { told: Instant::now(), used: used() }
    }

    /// What the thread had since this was asked last. To be asked by the thread itself.
    pub(super) fn lap(&mut self) -> Effort {
        let before = std::mem::replace(self, Self::new());
        let ((busy, held), (busy_before, held_before)) = (self.used, before.used);
        Effort {
            wall: self.told.saturating_duration_since(before.told),
            busy: busy.saturating_sub(busy_before),
            held: held.saturating_sub(held_before),
        }
    }
}

/// How long the present thread has run, and how long it was kept waiting: the first two numbers that the kernel keeps of
/// it, in nanoseconds. Where it does not tell the second, the first alone.
#[cfg(target_os = "linux")]
fn used() -> (Duration, Duration) {
    let kept = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let mut numbers = kept.split_whitespace().map_while(|number| number.parse().ok()).map(Duration::from_nanos);
    match (numbers.next(), numbers.next()) {
        (Some(ran), Some(waited)) => (ran, waited),
        _ => (processor_time(), Duration::ZERO),
    }
}

#[cfg(target_os = "linux")]
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Elsewhere the pacer spins, so that a thread is always busy and that says nothing.
#[cfg(not(target_os = "linux"))]
fn used() -> (Duration, Duration) {
    (Duration::ZERO, Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn who_runs_or_waits_for_a_core_all_the_time_has_none_to_spare() {
        let starved = |busy, held| Effort { wall: ms(1000), busy: ms(busy), held: ms(held) }.is_starved();
        assert!(starved(950, 0) && starved(400, 550) && starved(0, 1000));
        assert!(!starved(800, 0) && !starved(300, 300) && !starved(0, 0));
        let blink = Effort { wall: ms(20), busy: ms(20), held: ms(0) };
        assert!(!blink.is_starved(), "a blink tells nothing");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn work_is_time_and_sleep_is_none() {
        let mut meter = Meter::new();
        let began = Instant::now();
        let mut sum = 0_u64;
        while began.elapsed() < ms(150) {
            sum = sum.wrapping_add(1);
        }
        let worked = meter.lap();
        assert!(sum > 0 && worked.wall >= ms(150), "{worked:?}");
        // Whatever else the machine does, a thread that wants to run either does or is kept from it.
        assert!(worked.busy > Duration::ZERO && worked.busy + worked.held >= ms(100), "{worked:?}");
        let (_keep, never) = std::sync::mpsc::channel::<()>();
        let _ = never.recv_timeout(ms(150));
        let slept = meter.lap();
        assert!(slept.wall >= ms(150) && slept.busy < ms(50), "{slept:?}");
        assert!(processor_time() > Duration::ZERO);
    }
}
