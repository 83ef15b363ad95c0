//! How many events a second are generated, written and signed on one core, beside the usual way of doing it:
//! serialising a value, canonicalising it by `serde_json_canonicalizer` and signing that. Read the ratio.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use postproof::journey::Journeys;
use postproof::model::{Ids, Secret};
use postproof::profile::{Profile, S2sJson};
use postproof::scenario::{self, Scenario};
use postproof::sign::HmacKey;

/// Journeys of one round; some four events each.
const JOURNEYS: u64 = 2_000;

fn scenario() -> Scenario {
    let text = format!("[journeys]\nplayers = {JOURNEYS}\n");
    let raw = scenario::read("bench", &text).expect("TOML");
    scenario::check(&raw, "bench", &text).expect("a scenario")
}

fn events(criterion: &mut Criterion) {
    let scenario = scenario();
    let ids = Ids::new("benchtag".parse().expect("a tag"));
    let journeys = Journeys::new(&scenario.journeys, &ids, 7, 1_760_000_000);
    let key = HmacKey::new(&Secret::new("postback-test-secret"));
    let count: u64 = (0..JOURNEYS).map(|index| journeys.journey(index).events.len() as u64).sum();
    let mut group = criterion.benchmark_group("events");
    group.throughput(Throughput::Elements(count)).sample_size(20);
    group.bench_function(BenchmarkId::from_parameter("generated only"), |bench| {
        bench.iter(|| (0..JOURNEYS).map(|index| journeys.journey(index).events.len()).sum::<usize>());
    });
    group.bench_function(BenchmarkId::from_parameter("generated, written in canonical order, signed"), |bench| {
        let (mut body, mut hex) = (Vec::with_capacity(1024), Vec::with_capacity(64));
        bench.iter(|| {
            for index in 0..JOURNEYS {
                let journey = journeys.journey(index);
                for event in &journey.events {
                    body.clear();
                    hex.clear();
                    S2sJson.write_body(&ids, &journey.player, event, &mut body);
                    key.write_hex(&body, &mut hex);
                    black_box(&hex);
                }
            }
        });
    });
    group.bench_function(
        BenchmarkId::from_parameter("peer: parsed value, serde_json_canonicalizer, signed"),
        |bench| {
            let mut values: Vec<serde_json::Value> = Vec::new();
            for index in 0..JOURNEYS {
                let journey = journeys.journey(index);
                for event in &journey.events {
                    let mut body = Vec::new();
                    S2sJson.write_body(&ids, &journey.player, event, &mut body);
                    values.push(serde_json::from_slice(&body).expect("JSON"));
                }
            }
            let mut hex = Vec::with_capacity(64);
            bench.iter(|| {
                for value in &values {
                    hex.clear();
                    key.write_hex(&serde_json_canonicalizer::to_vec(value).expect("canonical"), &mut hex);
                    black_box(&hex);
                }
            });
        },
    );
    group.finish();
}

criterion_group!(benches, events);
criterion_main!(benches);
