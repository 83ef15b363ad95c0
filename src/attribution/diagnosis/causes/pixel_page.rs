//! The pixel on the wrong page: at the registration instead of the deposit, so that it tells of players who never deposit, and of the
//! others too early; or on no page that players see, so that it tells of nobody.

use std::collections::BTreeSet;

use crate::attribution::diagnosis::concentration::ratio;
use crate::attribution::diagnosis::evidence::{Couple, Member};
use crate::attribution::diagnosis::lag::{lag, shift};
use crate::attribution::diagnosis::missing::unseen_by;
use crate::attribution::diagnosis::phrase::{counted, median, span};
use crate::attribution::diagnosis::silence::{End, Silence};
use crate::attribution::diagnosis::{CERTAINTY, Cause, Evidence, Found, Subject};
use crate::attribution::{Dimension, Method, NameId, Sighting};
use crate::stats::{Count, p_broken};
use jiff::SignedDuration;

/// The cause.
pub(super) struct PixelPage;

/// A pixel on the right page is loaded within so many seconds of the deposit.
const EARLY: i64 = 120;

/// Up to this share of pixels may tell another instant for reasons of their own.
const STRANGE: f64 = 0.05;

/// No audience is known that loses more cookies than this share (domain.md §5: some 40 % by a third-party pixel).
pub(super) const WORST_AUDIENCE: f64 = 0.6;

/// Of what a brand's cookie side did not see, at least this share comes as a pixel without a cookie where pixels fire at all.
const ANONYMOUS: f64 = 0.2;

/// Fewer lost ones do not show that no pixel fires.
const FEWEST: u64 = 20;

/// At least this share of a brand has to be missing before its pixel is.
const MISSING: f64 = 0.9;

impl Cause for PixelPage {
    fn id(&self) -> &'static str {
        "pixel-page"
    }

    fn about(&self) -> &'static str {
        "the pixel is on the wrong page, or on none"
    }

    fn advice(&self) -> &'static str {
        "put the pixel on the page that follows a completed deposit, with the deposit's transaction and amount, and on no other"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        early(evidence).or_else(|| never(evidence)).or_else(|| never_in_a_brand(evidence))
    }
}

/// The cookie side tells of conversions before they happen.
fn early(evidence: &Evidence<'_>) -> Option<Found> {
    let mut total = 0;
    let mut early: Vec<Couple<'_>> = Vec::new();
    for couple in evidence.couples() {
        total += 1;
        early.extend(Some(couple).filter(|couple| lag(couple) >= EARLY));
    }
    let many = |early: &[Couple<'_>]| p_broken(Count { bad: early.len() as u64, total }, STRANGE) <= CERTAINTY;
    if !many(&early) {
        return None;
    }
    // What a zone puts at another instant is none of the pixel's doing.
    let zone: BTreeSet<_> = shift(evidence).into_iter().flat_map(|shift| shift.subjects).collect();
    early.retain(|couple| !zone.contains(&couple.subject));
    if !many(&early) {
        return None;
    }
    let ahead = median(early.iter().map(lag).collect())?;
    let with_money = early.iter().filter(|couple| couple.cookie.money.is_some()).count();
    let tells_money = with_money * 2 > early.len();
    let brands: BTreeSet<_> = early.iter().map(|couple| brand(couple.cookie)).collect();
    let alike = |sighting: &Sighting| brands.contains(&brand(sighting)) && (tells_money || sighting.money.is_none());
    let alone = evidence.population(Method::Cookie).filter(|member| member.missing && alike(member.sighting));
    let mut subjects: Vec<_> = alone.map(|member| Subject::CookieOnly(member.place)).collect();
    let sentence = format!(
        "In {} of {} conversions the pixel came before the deposit, half of them by more than {}, and {} came without any deposit.",
        early.len(),
        total,
        span(SignedDuration::from_secs(ahead)),
        counted(subjects.len(), "pixel")
    );
    subjects.extend(early.iter().flat_map(Couple::subjects));
    Found::proof(subjects, sentence)
}

/// The cookie side saw nothing, and no pixel came in either.
fn never(evidence: &Evidence<'_>) -> Option<Found> {
    let (pixels, _) = evidence.pixels(None);
    let silence = Silence::find(evidence.population(Method::S2s), End::Last, WORST_AUDIENCE)?;
    if !silence.is_whole() || pixels > 0 {
        return None;
    }
    let sentence =
        format!("The cookie side saw none of {}, and no pixel came in.", counted(silence.total, "conversion"));
    Found::pattern(silence.places.into_iter().map(Subject::S2sOnly).collect(), sentence)
}

/// The cookie side saw next to nothing of a brand, and of that brand alone no pixel without a cookie came in either.
fn never_in_a_brand(evidence: &Evidence<'_>) -> Option<Found> {
    if evidence.pairing.anonymous.is_empty() {
        return None;
    }
    let mut groups = unseen_by(evidence, Dimension::Brand).at_least(MISSING);
    groups.groups.retain(|group| has_no_pixel(evidence, group.key));
    let lost = |member: &Member<'_>| member.missing && groups.has(brand(member.sighting));
    let lost: Vec<_> =
        evidence.population(Method::S2s).filter(lost).map(|member| Subject::S2sOnly(member.place)).collect();
    let names = evidence.listed(groups.groups.iter().map(|group| (group.key, group.count.bad)).collect());
    let sentence = format!(
        "No pixel came in of brand {names}, with or without a cookie, where {} were made; of other brands pixels came.",
        counted(lost.len(), "conversion")
    );
    Found::pattern(lost, sentence)
}

/// Whether pixels without a cookie come in of other brands and none of this one.
pub(super) fn has_no_pixel(evidence: &Evidence<'_>, of: NameId) -> bool {
    let ((pixels, lost), (all_pixels, all_lost)) = (evidence.pixels(Some(of)), evidence.pixels(None));
    let others = Count { bad: all_pixels.saturating_sub(pixels), total: all_lost.saturating_sub(lost) };
    pixels == 0 && lost >= FEWEST && others.total >= FEWEST && ratio(others) >= ANONYMOUS
}

fn brand(sighting: &Sighting) -> Option<NameId> {
    sighting.traits.get(Dimension::Brand)
}
