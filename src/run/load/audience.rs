//! The players of a load: as many as its plan can make use of, who go as far as its traffic needs.

use crate::journey::Journeys;
use crate::load::Slots;
use crate::model::{EventKind, Ids, RunTag};
use crate::scenario::{JourneyPlan, Scenario, Speed, Traffic};

/// Journeys by which the number of events of one is estimated.
const SAMPLE: u64 = 400;

/// Of the postbacks of a load so many times more events are there than needed, because a sample only estimates them and
/// lanes do not share what they have left.
const SPARE: f64 = 1.25;

/// The players of a load, played as fast as its plan has slots.
pub(in crate::run) fn audience(scenario: &Scenario) -> JourneyPlan {
    let mut plan = JourneyPlan { speed: Speed::Max, ..scenario.journeys.clone() };
    if let Traffic::Only(kind) = scenario.load.traffic {
        lead_to(kind, &mut plan);
    }
    plan.players = SAMPLE;
    // The number of events depends on the plan alone, so any ids and seed will do.
    let ids = Ids::new(RunTag::from_bits(1));
    let journeys = Journeys::new(&plan, &ids, 1, 0);
    let counts = |event_kind: EventKind| match scenario.load.traffic {
        Traffic::Journeys => true,
        Traffic::Only(kind) => kind == event_kind,
    };
    let events = |index| {
        let events = journeys.journey(index).events;
        let fitting = events.iter().filter(|event| counts(event.key.kind)).count() as u64;
        if scenario.load.traffic == Traffic::Journeys { fitting } else { fitting.min(1) }
    };
    let sampled: u64 = (0..SAMPLE).map(events).sum();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand events")]
    let each = (sampled.max(1) as f64) / SAMPLE as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a plan has fewer than 2^32 slots")]
    let players = (Slots::planned(&scenario.load) / each * SPARE) as u64;
    plan.players = players + 64 * scenario.load.threads as u64;
    plan
}

/// Lets everybody go as far as events of that kind.
fn lead_to(kind: EventKind, plan: &mut JourneyPlan) {
    let funnel = &mut plan.funnel;
    funnel.registration = 1.0;
    if kind == EventKind::Registration {
        return;
    }
    funnel.kyc = 1.0;
    if kind == EventKind::KycApproved {
        return;
    }
    funnel.ftd = 1.0;
    if kind.is_reversal() {
        funnel.reversal = 1.0;
        funnel.chargeback = f64::from(u8::from(kind == EventKind::Chargeback));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    #[test]
    fn there_are_events_enough_for_every_slot() {
        for traffic in [Traffic::Journeys, Traffic::Only(EventKind::Deposit), Traffic::Only(EventKind::Chargeback)] {
            let raw = scenario::read("test", "").expect("TOML");
            let mut scenario = scenario::check(&raw, "test", "").expect("a scenario");
            scenario.load.traffic = traffic;
            let plan = audience(&scenario);
            let ids = Ids::new(RunTag::from_bits(9));
            let journeys = Journeys::new(&plan, &ids, 3, 0);
            let fits = |kind| traffic == Traffic::Journeys || traffic == Traffic::Only(kind);
            let events: usize = (0..plan.players)
                .map(|index| journeys.journey(index).events.iter().filter(|event| fits(event.key.kind)).count())
                .sum();
            let events = f64::from(u32::try_from(events).expect("thousands"));
            assert!(events >= Slots::planned(&scenario.load) * 1.05, "{traffic:?}: {events}");
        }
    }
}
