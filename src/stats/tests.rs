//! How often judgements are wrong, by playing many runs whose true share is known. The runs come from fixed seeds.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

/// Runs of each kind. With these seeds and a chance of 5 %, more than 20 wrong ones of 200 would have a chance of 1 in 400.
const RUNS: u64 = 200;

/// Most of them that may be judged wrongly.
const WRONG: usize = 20;

/// A run of so many seconds with so many attempts in each, of which the share `truth` is bad.
fn run(seed: u64, seconds: usize, each: u64, truth: f64) -> Vec<Count> {
    let mut draws = ChaCha8Rng::seed_from_u64(seed);
    let second = |_| {
        let mut count = Count::default();
        for _ in 0..each {
            count.add(draws.random_bool(truth));
        }
        count
    };
    (0..seconds).map(second).collect()
}

fn sum(seconds: &[Count]) -> Count {
    let mut sum = Count::default();
    for &second in seconds {
        sum += second;
    }
    sum
}

fn how_many(wrong: impl Fn(u64) -> bool) -> usize {
    (0..RUNS).filter(|&seed| wrong(seed)).count()
}

#[test]
fn a_target_on_the_promise_is_seldom_said_to_keep_or_break_it() {
    for (allowed, each) in [(0.05, 20), (0.005, 60)] {
        let judged = |seed| judge(sum(&run(seed, 30, each, allowed)), allowed, ALPHA);
        assert!(how_many(|seed| judged(seed) == Judgement::Kept) <= WRONG);
        assert!(how_many(|seed| judged(seed) == Judgement::Broken) <= WRONG);
    }
}

#[test]
fn a_target_well_off_the_promise_is_told() {
    let judged = |seed, truth| judge(sum(&run(seed, 60, 60, truth)), 0.05, ALPHA);
    assert_eq!(how_many(|seed| judged(seed, 0.02) != Judgement::Kept), 0);
    assert_eq!(how_many(|seed| judged(seed, 0.1) != Judgement::Broken), 0);
}

#[test]
fn chance_seldom_makes_a_bad_window() {
    let broken = |seed| {
        let worst = worst_window(&run(seed, 240, 20, 0.05), 30, 0.05);
        worst.is_some_and(|worst| worst.is_broken(ALPHA))
    };
    assert!(how_many(broken) <= WRONG);
}

#[test]
fn a_bad_window_is_found_at_any_place() {
    let found = |seed: u64| {
        let mut all = run(seed, 240, 20, 0.01);
        let from = usize::try_from(seed).unwrap_or(0);
        all.splice(from..from + 30, run(seed + 1000, 30, 20, 0.25));
        worst_window(&all, 30, 0.05).is_some_and(|worst| worst.is_broken(ALPHA) && worst.from.abs_diff(from) <= 10)
    };
    assert_eq!(how_many(|seed| !found(seed)), 0);
}

#[test]
fn chance_seldom_fires_a_burn_rule_or_ends_a_load() {
    let windows = BurnWindows { long: 60, short: 5, limit: 0.072 };
    assert!(how_many(|seed| matches!(burn(&run(seed, 180, 20, 0.072), windows, ALPHA), Burn::Fired(_))) <= WRONG);
    let ended = |seed| {
        let run = run(seed, 180, 20, 0.1);
        (1..=run.len()).any(|second| is_broken_for(&run[..second], 10, 0.1))
    };
    assert!(how_many(ended) <= WRONG);
}

#[test]
fn bounds_of_a_mean_hold_for_delays_that_are_skewed() {
    // Exponential delays of ten seconds: a hundred canaries are enough for the bound to hold nearly as often as it says.
    let too_low = |seed| {
        let mut draws = ChaCha8Rng::seed_from_u64(seed);
        let delays: Vec<f64> = (0..100).map(|_| -10.0 * libm::log(1.0 - draws.random::<f64>())).collect();
        mean_bounds(&delays, ALPHA).is_some_and(|bounds| bounds.upper < 10.0)
    };
    assert!(how_many(too_low) <= WRONG + 4);
}
