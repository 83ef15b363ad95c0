//! Quantities as people write them in scenarios: shares ("2%"), durations ("10m"), weights, amounts.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Problem;
use super::raw::RawWeights;
use crate::model::{Amount, Label};

/// Reads a share such as "2%" or "0.5%", from 0 to 100 %.
pub(super) fn share(path: &str, text: Option<&str>, default: f64) -> Result<f64, Problem> {
    let Some(text) = text else { return Ok(default) };
    let number = text.trim().strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
    match number {
        Some(percent) if (0.0..=100.0).contains(&percent) => Ok(percent / 100.0),
        Some(_) => Err(Problem::new(
            path,
            format!("is `{text}`, and a share goes from 0% to 100%"),
            "write a share such as \"2%\"",
        )),
        None => Err(Problem::new(
            path,
            format!("is `{text}`, which is no share"),
            "write a number with a percent sign, such as \"2%\"",
        )),
    }
}

/// Reads a duration such as "500ms", "10s", "1h 30m" or "2d"; days count 24 hours.
pub(super) fn duration(path: &str, text: Option<&str>, default: Duration) -> Result<Duration, Problem> {
    let Some(text) = text else { return Ok(default) };
    text.parse::<jiff::Span>()
        .and_then(|span| span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()))
        .ok()
        .and_then(|signed| Duration::try_from(signed).ok())
        .ok_or_else(|| {
            Problem::new(
                path,
                format!("is `{text}`, which is no duration"),
                "write it such as \"500ms\", \"10s\", \"1h 30m\" or \"2d\"",
            )
        })
}

/// Reads an amount of at least zero.
pub(super) fn amount(path: &str, text: Option<&str>, default: &str) -> Result<Amount, Problem> {
    let text = text.unwrap_or(default);
    match text.parse::<Amount>() {
        Ok(amount) if amount >= Amount::ZERO => Ok(amount),
        Ok(_) => {
            Err(Problem::new(path, format!("is `{text}`, and amounts here are positive"), "write it such as \"25.00\""))
        }
        Err(error) => Err(Problem::new(path, format!("is no amount: {error}"), "write it such as \"25.00\"")),
    }
}

/// Reads a whole number between two bounds.
pub(super) fn count(
    path: &str,
    given: Option<u64>,
    default: u64,
    bounds: std::ops::RangeInclusive<u64>,
) -> Result<u64, Problem> {
    let number = given.unwrap_or(default);
    if bounds.contains(&number) {
        return Ok(number);
    }
    let (least, most) = bounds.into_inner();
    Err(Problem::new(path, format!("is {number}"), format!("write a number from {least} to {most}")))
}

/// Names with weights, of which one is drawn.
#[derive(Clone, Debug)]
pub struct Weighted {
    labels: Vec<Label>,
    ends: Vec<u64>,
}

impl Weighted {
    /// The entry in which `place` falls, `place` being any number; all numbers together keep the weights.
    pub fn pick(&self, place: u64) -> &Label {
        &self.labels[self.index(place)]
    }

    /// The number of that entry.
    pub fn index(&self, place: u64) -> usize {
        let total = self.ends[self.ends.len() - 1];
        let place = u64::try_from((u128::from(place) * u128::from(total)) >> 64).unwrap_or(0);
        self.ends.partition_point(|&end| end <= place)
    }

    /// Every name.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }
}

/// Reads names with weights: at least one of them above zero.
pub(super) fn weighted(path: &str, given: Option<&RawWeights>, default: &[(&str, u64)]) -> Result<Weighted, Problem> {
    let default = || default.iter().map(|&(name, weight)| (name.to_owned(), weight)).collect::<BTreeMap<_, _>>();
    let weights = given.cloned().unwrap_or_else(default);
    let mut total = 0_u64;
    let (mut labels, mut ends) = (Vec::new(), Vec::new());
    for (name, weight) in weights.into_iter().filter(|&(_, weight)| weight > 0) {
        if name.is_empty() || name.len() > 100 || name.chars().any(char::is_control) {
            return Err(Problem::new(
                path,
                format!("has the name {name:?}"),
                "write names of 1 to 100 characters without control characters",
            ));
        }
        // Weights are relative, so a bound on each keeps the sum far from overflow.
        total = total.saturating_add(weight.min(1 << 32));
        labels.push(Label::new(name));
        ends.push(total);
    }
    if labels.is_empty() {
        return Err(Problem::new(
            path,
            "names nothing",
            "write at least one name with a weight, such as { alpha = 3, beta = 1 }",
        ));
    }
    Ok(Weighted { labels, ends })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_need_their_sign_and_their_bounds() {
        assert_eq!(share("x", Some("2.5%"), 0.0).ok(), Some(0.025));
        for text in ["101%", "-1%", "2", "", "%", "NaN%", "inf%"] {
            assert!(share("x", Some(text), 0.0).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, seconds) in [("10s", 10), ("1h 30m", 5400), ("2d", 172_800), ("90m", 5400)] {
            assert_eq!(duration("x", Some(text), Duration::ZERO).ok(), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "10", "-5s", "soon"] {
            assert!(duration("x", Some(text), Duration::ZERO).is_err(), "{text}");
        }
    }

    #[test]
    fn weights_are_kept() {
        let weighted = weighted("x", None, &[("a", 3), ("b", 1), ("never", 0)]).expect("weights");
        let hits = (0..4000_u64).filter(|n| weighted.pick(n * (u64::MAX / 4000)).as_str() == "a").count();
        assert!((2999..=3001).contains(&hits), "{hits}");
        assert_eq!(weighted.labels().len(), 2);
    }
}
