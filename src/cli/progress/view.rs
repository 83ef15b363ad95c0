//! A second of a load as text: a few lines for a terminal, one for everything else. Both have the same figures.

use std::time::Duration;

use crate::run::{Moment, Standing};
use crate::scenario::LoadModel;

/// What stands below the bar on a terminal, line by line.
pub(super) fn block(moment: &Moment) -> [String; 3] {
    [
        format!("        rate {}, {}, {}", rate(moment), at_once(moment), stage(moment)),
        format!("     latency {}", latency(moment)),
        format!("      errors {}", errors(moment)),
    ]
}

/// All of it in one line, the time included.
pub(super) fn line(moment: &Moment) -> String {
    format!(
        "{:>5} s of {} s, {}: {}, {}, {}, {}, {}",
        moment.elapsed.as_secs(),
        seconds(moment.lasts),
        left(moment),
        rate(moment),
        latency(moment),
        at_once(moment),
        errors(moment),
        stage(moment)
    )
}

/// How much of the load is left.
pub(super) fn left(moment: &Moment) -> String {
    format!("{} s left", seconds(moment.lasts.saturating_sub(moment.elapsed)))
}

/// Whole seconds, rounded up: what is left of a second is left.
fn seconds(span: Duration) -> u64 {
    span.as_secs() + u64::from(span.subsec_nanos() > 0)
}

fn rate(moment: &Moment) -> String {
    let Moment { answers, planned, .. } = moment;
    match moment.model {
        LoadModel::Open => format!("{answers}/s of {planned:.0}/s"),
        LoadModel::Closed => format!("{answers}/s"),
    }
}

fn at_once(moment: &Moment) -> String {
    let Moment { in_flight, planned, .. } = moment;
    match moment.model {
        LoadModel::Open => format!("{in_flight} in flight"),
        LoadModel::Closed => format!("{in_flight} players of {planned:.0}"),
    }
}

fn stage(moment: &Moment) -> String {
    let (number, all) = moment.stage;
    format!("stage {} of {all}", number + 1)
}

fn latency(moment: &Moment) -> String {
    let [p50, p95, p99] = [moment.p50, moment.p95, moment.p99].map(|span| span.as_secs_f64() * 1000.0);
    format!("p50 {p50:.1} p95 {p95:.1} p99 {p99:.1} ms")
}

/// What went wrong so far, and how much more of it the promise allows; nothing of that where none is made.
fn errors(moment: &Moment) -> String {
    let (bad, total) = (moment.unavailable.bad, moment.unavailable.total);
    #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
    let share = bad as f64 / total.max(1) as f64 * 100.0;
    let budget = moment.budget_left.map_or_else(String::new, |left| format!(", budget left {:.0} %", left * 100.0));
    let unsent = if moment.unsent == 0 { String::new() } else { format!(", {} unsent", moment.unsent) };
    format!("{bad} bad of {total} ({share:.2} %){budget}{unsent}")
}

/// Where a parallel run stands, in one line.
pub(super) fn side_by_side(standing: &Standing) -> String {
    let Standing { passed, lasts, speed, cookie, s2s, gap, projected } = *standing;
    let hours = |span: Duration| span.as_secs_f64() / 3600.0;
    let left = lasts.saturating_sub(passed).div_f64(speed.max(1.0));
    let gap = gap.map_or_else(
        || "nothing seen yet".to_owned(),
        |[gap, low, high]| {
            let percent = |share: f64| share * 100.0;
            format!(
                "gap {:.1} % ({:.1} to {:.1}), some {projected} FTDs in the end",
                percent(gap),
                percent(low),
                percent(high)
            )
        },
    );
    format!(
        "{:.1} of {:.0} h, {} s left: {cookie} FTDs by cookie, {s2s} by S2S, {gap}",
        hours(passed),
        hours(lasts),
        left.as_secs()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Count;

    fn moment() -> Moment {
        let ms = Duration::from_millis;
        Moment {
            model: LoadModel::Open,
            elapsed: ms(12_000),
            lasts: ms(29_500),
            stage: (1, 3),
            planned: 500.0,
            answers: 497,
            in_flight: 12,
            p50: ms(3),
            p95: Duration::from_micros(12_340),
            p99: ms(140),
            unavailable: Count { bad: 6, total: 5_964 },
            budget_left: Some(0.92),
            unsent: 0,
        }
    }

    #[test]
    fn a_terminal_gets_a_block() {
        assert_eq!(
            block(&moment()).join("\n"),
            "        rate 497/s of 500/s, 12 in flight, stage 2 of 3\n     \
             latency p50 3.0 p95 12.3 p99 140.0 ms\n      \
             errors 6 bad of 5964 (0.10 %), budget left 92 %"
        );
        assert_eq!(left(&moment()), "18 s left");
    }

    #[test]
    fn everything_else_gets_the_same_in_one_line() {
        assert_eq!(
            line(&moment()),
            "   12 s of 30 s, 18 s left: 497/s of 500/s, p50 3.0 p95 12.3 p99 140.0 ms, 12 in flight, \
             6 bad of 5964 (0.10 %), budget left 92 %, stage 2 of 3"
        );
        for part in
            block(&moment()).iter().flat_map(|line| line[13..].split(", ").map(str::to_owned).collect::<Vec<_>>())
        {
            assert!(line(&moment()).contains(&part), "{part}");
        }
    }

    #[test]
    fn what_is_overdrawn_or_unsent_is_told_and_what_is_not_promised_is_not() {
        let unavailable = Count { bad: 60, total: 600 };
        let overdrawn = Moment { unavailable, budget_left: Some(-1.5), unsent: 7, ..moment() };
        assert_eq!(errors(&overdrawn), "60 bad of 600 (10.00 %), budget left -150 %, 7 unsent");
        assert_eq!(errors(&Moment { budget_left: None, ..moment() }), "6 bad of 5964 (0.10 %)");
        let nothing = Moment { unavailable: Count::default(), budget_left: Some(1.0), ..moment() };
        assert_eq!(errors(&nothing), "0 bad of 0 (0.00 %), budget left 100 %");
    }

    #[test]
    fn players_are_no_rate() {
        let closed = Moment { model: LoadModel::Closed, planned: 20.0, ..moment() };
        assert_eq!(block(&closed)[0], "        rate 497/s, 12 players of 20, stage 2 of 3");
    }

    #[test]
    fn after_the_plan_nothing_is_left() {
        let over = Moment { elapsed: Duration::from_secs(31), ..moment() };
        assert_eq!(left(&over), "0 s left");
    }
}
