//! What an operator can get wrong so that cookie and S2S disagree, each mistake under a name.
//!
//! These have a list of their own, beside that of `mistakes`: who checks postbacks one by one cannot see them, because
//! every postback is in order. They show only where both methods are held side by side over hours, and there the
//! comparison of both methods finds them, together with those of `mistakes` that cost either method its conversions.

use super::mistakes::Mistake;
use super::rules::{Currency, Departure, Domain, Page, PixelFiring, PixelTimes};

/// Every mistake that shows in the comparison of both methods alone.
pub const PARALLEL_MISTAKES: &[Mistake] = &[
    Mistake::new(
        "cookie-domain-wrong",
        "every landing page sets its cookie for the first brand's domain, so the other brands' browsers drop it and \
         their conversions are lost to the cookie",
        |rules| rules.tagging.domain = Domain::FirstBrands,
    ),
    Mistake::new(
        "pixel-on-wrong-page",
        "the deposit pixel stands on the page after registration, so sign-ups that never paid are counted as first \
         deposits",
        |rules| rules.tagging.page = Page::Registration,
    ),
    Mistake::new(
        "pixel-fires-twice",
        "the pixel is on its page twice and names no transaction, so each first deposit is counted double",
        |rules| rules.tagging.firing = PixelFiring::TwiceNameless,
    ),
    Mistake::new(
        "pixel-currency-wrong",
        "the pixel names every amount in dollars, so the cookie's sums differ from what was paid",
        |rules| rules.tagging.currency = Currency::AlwaysUsd,
    ),
    Mistake::new(
        "pixel-hour-off",
        "the pixel dates deposits an hour early, so those after midnight fall on the day before and daily counts differ",
        |rules| rules.tagging.times = PixelTimes::HourBehind,
    ),
    Mistake::new(
        "operator-late-postbacks",
        "postbacks leave hours after their events, so the comparison closes before they come and the cookie seems to see more",
        |rules| rules.departure = Departure::PastTheWindow,
    ),
];

/// The name of everything that makes cookie and S2S disagree, of whichever list: what a comparison of both has to find.
pub const PARALLEL_DEFECTS: &[&str] = &[
    "operator-click-lost-in-navigation",
    "operator-click-id-truncated",
    "operator-macro-unexpanded",
    "cookie-domain-wrong",
    "pixel-on-wrong-page",
    "pixel-fires-twice",
    "operator-one-brand-only",
    "operator-late-postbacks",
    "operator-always-usd",
    "pixel-currency-wrong",
    "operator-local-times",
    "pixel-hour-off",
];

#[cfg(test)]
mod tests {
    use super::super::mistakes::MISTAKES;
    use super::super::rules::Rules;
    use super::*;

    #[test]
    fn every_mistake_has_its_own_name_and_changes_something() {
        let mut seen = Vec::new();
        for mistake in PARALLEL_MISTAKES {
            let mut rules = Rules::default();
            mistake.plant(&mut rules);
            assert!(rules != Rules::default() && !seen.contains(&rules), "{}", mistake.name);
            seen.push(rules);
            assert!(MISTAKES.iter().all(|other| other.name != mistake.name), "{}", mistake.name);
        }
    }

    #[test]
    fn what_a_comparison_has_to_find_can_be_planted() {
        for name in PARALLEL_DEFECTS {
            assert!(Mistake::by_name(name).is_some(), "{name}");
        }
        assert!(PARALLEL_MISTAKES.iter().all(|mistake| PARALLEL_DEFECTS.contains(&mistake.name)));
    }
}
