//! What a report says of how long answers took, out of what a load left in its folder.

use crate::load::Findings as Left;
use crate::model::EventKind;
use crate::report::{LatencyBlock, LatencyFigures, NamedLatency};
use crate::scenario::LoadPlan;

/// The latencies of a load as its report has them, by its stages and by events too.
pub(in crate::run) fn latencies(left: &Left, plan: &LoadPlan) -> LatencyBlock {
    let of = |tag: &str| LatencyFigures::of(&left.latency(tag));
    let named = |part: &str, name: &str| {
        let figures = of(&format!("response.{part}.{name}"));
        (figures.count > 0).then(|| NamedLatency { name: name.to_owned(), figures })
    };
    let tls = of("tls");
    LatencyBlock {
        response: of("response"),
        service: of("service"),
        dispatch_lag: of("lag"),
        connect: of("connect"),
        tls: (tls.count > 0).then_some(tls),
        stages: plan.stages.iter().filter_map(|stage| named("stage", &stage.name)).collect(),
        events: EventKind::ALL.iter().filter_map(|kind| named("event", kind.name())).collect(),
    }
}
