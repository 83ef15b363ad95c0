//! Amounts that the two sides tell in another currency: another code, or another amount at one rate throughout.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::attribution::diagnosis::CERTAINTY;
use crate::attribution::diagnosis::concentration::ratio;
use crate::attribution::diagnosis::evidence::Couple;
use crate::attribution::diagnosis::phrase::{counted, median};
use crate::attribution::diagnosis::{Cause, Evidence, Found, Subject};
use crate::model::Currency;
use crate::stats::{Count, p_broken};

/// The cause.
pub(super) struct WrongCurrency;

/// Two amounts of one conversion that differ.
struct Differing {
    subjects: Vec<Subject>,
    cookie: Decimal,
    s2s: Decimal,
}

/// Rates move within a day, and converted amounts are rounded: a hundredth either way is still one rate.
const LOOSE: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// Smaller amounts are rounded more coarsely; two cents either way are rounding.
const CENTS: Decimal = Decimal::from_parts(2, 0, 0, false, 2);

/// So many of the amounts that differ have to follow one rate.
const MOST: f64 = 0.8;

/// The share of amounts without any relation that would be taken for one rate. Ratios of unrelated deposits are spread over decades; of
/// those within a factor of two either way, a window of 2 % holds far less.
const BY_CHANCE: f64 = 0.2;

impl Cause for WrongCurrency {
    fn id(&self) -> &'static str {
        "currency"
    }

    fn about(&self) -> &'static str {
        "one side tells amounts in another currency"
    }

    fn advice(&self) -> &'static str {
        "let pixel and postback both tell the amount and the currency of the deposit itself; whoever converts does it once, at the tracker"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        let mut by_currencies: BTreeMap<(Currency, Currency), Vec<Differing>> = BTreeMap::new();
        for (currencies, differing) in evidence.couples().filter_map(differing) {
            by_currencies.entry(currencies).or_default().push(differing);
        }
        let mut explained: Vec<(usize, String, Vec<Subject>)> = Vec::new();
        for ((cookie, s2s), all) in by_currencies {
            let (rate, kept) = one_rate(&all);
            let told = match &rate {
                Some(rate) if rate.round_dp(4) != Decimal::ONE => {
                    format!(
                        "{cookie} by cookie and {s2s} by S2S, whose amounts are {} times as large",
                        rate.round_dp(4).normalize()
                    )
                }
                _ => format!("{cookie} by cookie and {s2s} by S2S"),
            };
            if cookie != s2s {
                explained.push((all.len(), told, all.into_iter().flat_map(|differing| differing.subjects).collect()));
            } else if rate.is_some_and(|rate| (rate - Decimal::ONE).abs() > LOOSE) {
                let subjects = kept.iter().flat_map(|differing| differing.subjects.iter().copied()).collect();
                explained.push((kept.len(), told, subjects));
            }
        }
        let count: usize = explained.iter().map(|(count, ..)| count).sum();
        let (most, told, _) = explained.iter().max_by_key(|(count, ..)| *count)?;
        let sentence = format!(
            "{} told in two currencies by the same ids; {most} of them in {told}.",
            if count == 1 { "1 conversion is".to_owned() } else { format!("{} are", counted(count, "conversion")) }
        );
        Found::proof(explained.into_iter().flat_map(|(.., subjects)| subjects).collect(), sentence)
    }
}

fn differing(couple: Couple<'_>) -> Option<((Currency, Currency), Differing)> {
    let ((cookie, from), (s2s, to)) = (couple.cookie.money?, couple.s2s.money?);
    let differs = cookie != s2s || from != to;
    let subjects = couple.subjects().collect();
    differs.then_some(((from, to), Differing { subjects, cookie: cookie.decimal(), s2s: s2s.decimal() }))
}

/// The rate that most follow, where there is one, and those that do.
fn one_rate(all: &[Differing]) -> (Option<Decimal>, Vec<&Differing>) {
    let rates = all.iter().filter_map(|differing| differing.s2s.checked_div(differing.cookie)).collect();
    let Some(rate) = median(rates) else { return (None, Vec::new()) };
    let kept: Vec<_> = all.iter().filter(|differing| follows(differing, rate)).collect();
    let count = Count { bad: kept.len() as u64, total: all.len() as u64 };
    let clear = ratio(count) >= MOST && p_broken(count, BY_CHANCE) <= CERTAINTY;
    (clear.then_some(rate), kept)
}

fn follows(differing: &Differing, rate: Decimal) -> bool {
    let off = differing.cookie.checked_mul(rate).and_then(|converted| converted.checked_sub(differing.s2s));
    let loose = differing.s2s.abs().checked_mul(LOOSE).unwrap_or_default().max(CENTS);
    off.is_some_and(|off| off.abs() <= loose)
}
