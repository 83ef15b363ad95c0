//! Whether the engine kept its own schedule, and which bound to raise where it did not: connections, cores, or descriptors.

use std::time::Duration;

use crate::load::{EXHAUSTED, EffortSums, Ends, LoadRecord};
use crate::model::{Check, Verdict};
use crate::scenario::LoadPlan;

/// Largest share of slots that may wait for a connection, or go unsent, before latencies are not believed any more. One may
/// always: the last one comes due just before the plan ends.
const TOLERATED: f64 = 0.001;

/// Why the latencies of a load cannot be believed, and what to do about it; `late` is the 99th percentile of its lateness.
pub(super) fn distrust(record: &LoadRecord, late: Duration, plan: &LoadPlan) -> Option<String> {
    let slots = &record.slots;
    let all = slots.sent + slots.unsent;
    #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
    let beyond = |some: u64| some as f64 > (TOLERATED * all as f64).max(1.0);
    let own_doing = record.ends.get(Ends::OWN_DOING).copied().unwrap_or(0);
    let unsent = format!("{} of {all} postbacks were never sent", slots.unsent);
    let cores = cores(&record.effort, plan);
    // Where most of what waited did so while the engine had no time to spare, more connections would not have helped.
    let for_cores = cores.as_ref().filter(|_| record.effort.starved_waits * 2 > slots.own_waits);
    if record.notes.contains(EXHAUSTED) && beyond(slots.unsent + own_doing) {
        return Some(format!("{unsent}: {EXHAUSTED}"));
    }
    if beyond(slots.unsent) {
        return Some(for_cores.map_or_else(
            || {
                format!(
                    "{unsent}, because every connection was taken until the end: raise [load] connections (now {}), or plan \
                     a lower rate",
                    plan.connections
                )
            },
            |cores| format!("{unsent}: {cores}, or plan a lower rate"),
        ));
    }
    if late > plan.lag_bound {
        let cure = cores.unwrap_or_else(|| "raise [load] threads or give it a core of its own".to_owned());
        return Some(format!(
            "the engine itself was late: one in a hundred postbacks left more than {late:.1?} after its time, and the bound \
             is {:?}: {cure}, or raise lag_bound",
            plan.lag_bound
        ));
    }
    beyond(slots.own_waits).then(|| {
        let waited = format!("{} postbacks waited for a connection", slots.own_waits);
        for_cores.map_or_else(
            || {
                format!(
                    "{waited} while the target answered in time: raise [load] connections (now {})",
                    plan.connections
                )
            },
            |cores| format!("{waited}, which waited for the processor: {cores}"),
        )
    })
}

/// Whether postbacks left when they were due.
pub(super) fn schedule(distrust: Option<&str>) -> Check {
    let expected = "postbacks leave when they are due, so that latencies are the target's own";
    match distrust {
        None => Check::new("load.schedule", Verdict::Pass, expected, "they did"),
        Some(why) => Check::new("load.schedule", Verdict::Inconclusive, expected, why),
    }
}

/// That the engine had no time to spare, and what would give it more; `None` where it had.
fn cores(effort: &EffortSums, plan: &LoadPlan) -> Option<String> {
    let EffortSums { seconds, wall_ms, busy_ms, held_ms, .. } = *effort;
    if seconds == 0 || wall_ms == 0 {
        return None;
    }
    let percent = |part: u64| part.saturating_mul(100) / wall_ms;
    let threads = plan.threads;
    let cure = if held_ms > busy_ms {
        format!(
            "other work has its cores: give it more of them, or lower [load] threads (now {threads}) to those that are free"
        )
    } else {
        format!(
            "a thread needs more than a core: raise [load] threads (now {threads}) where cores are free, or divide it with --shard"
        )
    };
    Some(format!(
        "the engine had no time to spare in {seconds} s, in which its threads ran for {} % and waited for a core for {} %; {cure}",
        percent(busy_ms),
        percent(held_ms)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Identity, Place, Shard, SlotSums};
    use crate::scenario;

    fn told(slots: SlotSums, effort: EffortSums, late_ms: u64) -> String {
        let raw = scenario::read("test", "").expect("TOML");
        let scenario = scenario::check(&raw, "test", "").expect("a scenario");
        let start = "2026-11-01T00:00:00Z".parse().expect("an instant");
        let place = Place { target: "nowhere", signing: "hmac" };
        let identity = Identity::of(&scenario, place, 7, &"tag".parse().expect("a tag"), start);
        let mut record = LoadRecord::new(identity, Shard::WHOLE, start);
        (record.slots, record.effort) = (slots, effort);
        distrust(&record, Duration::from_millis(late_ms), &scenario.load).unwrap_or_default()
    }

    fn slots(waits: u64, unsent: u64) -> SlotSums {
        SlotSums { sent: 1000 - unsent, unsent, own_waits: waits, ..SlotSums::default() }
    }

    const BUSY: EffortSums = EffortSums { seconds: 5, wall_ms: 5000, busy_ms: 4900, held_ms: 50, starved_waits: 300 };
    const HELD: EffortSums = EffortSums { busy_ms: 1500, held_ms: 3400, ..BUSY };
    const NONE: EffortSums = EffortSums { seconds: 0, wall_ms: 0, busy_ms: 0, held_ms: 0, starved_waits: 0 };

    fn has(told: &str, words: &str) {
        assert!(told.contains(words), "{words}: {told}");
    }

    #[test]
    fn a_schedule_that_was_kept_is_believed_however_busy_the_engine() {
        for effort in [NONE, BUSY, HELD] {
            assert_eq!(told(slots(1, 1), effort, 9), "");
        }
    }

    #[test]
    fn too_few_connections_are_told_from_too_few_cores() {
        for (waits, unsent) in [(300, 0), (300, 100)] {
            has(&told(slots(waits, unsent), NONE, 1), "raise [load] connections (now 50)");
            has(&told(slots(waits, unsent), BUSY, 1), "raise [load] threads (now 1) where cores are free");
            has(&told(slots(waits, unsent), HELD, 1), "lower [load] threads (now 1) to those that are free");
            // The engine was busy for a while, and that is not what most of them waited for.
            has(
                &told(slots(waits, unsent), EffortSums { starved_waits: 9, ..BUSY }, 1),
                "raise [load] connections (now 50)",
            );
        }
        has(&told(slots(300, 0), HELD, 1), "ran for 30 % and waited for a core for 68 %");
    }

    #[test]
    fn lateness_names_what_it_was_late_for() {
        has(&told(slots(0, 0), NONE, 25), "the engine itself was late");
        has(&told(slots(0, 0), BUSY, 25), "a thread needs more than a core");
        has(&told(slots(0, 0), HELD, 25), "other work has its cores");
    }
}
