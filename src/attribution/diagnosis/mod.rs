//! The diagnosis: what explains that the two methods do not agree. Each cause looks at the evidence by itself and says which
//! conversions it explains; here the causes are ranked, and each conversion is given to one of them. Who belongs to whom is decided by
//! `matching`, and whether the gap is too large by `verdict`: a diagnosis changes neither.
//!
//! Two kinds of evidence count. A *proof* is in the text of a message itself: a click id cut short, a macro left unexpanded. A *pattern*
//! is that conversions of one brand, path or hour go missing more often than the others. A pattern has to be clear beyond the chance of
//! [`CERTAINTY`], corrected for all groups that were looked at, and large besides; browsers lose cookies without any error
//! (domain.md §5), and of that alone no cause is made.

mod causes;
mod claims;
mod concentration;
mod doubles;
mod evidence;
mod explanation;
mod lag;
mod messages;
mod missing;
mod outage;
mod phrase;
mod ranking;
mod silence;
mod unheard_groups;

pub use causes::CAUSES;
pub use evidence::{Evidence, ExpectedLoss, Terms};
pub use explanation::{Explanation, Found, Strength, Subject};
pub use ranking::{Diagnosis, Open};

/// The chance at most of naming a pattern of a cause where there is none. Twelve causes and a log a day still name a wrong one less
/// than once in two years.
pub const CERTAINTY: f64 = 1e-4;

/// Something that can be wrong with either method.
pub trait Cause: Sync {
    /// Its name in reports and files, such as `click-id-truncated`.
    fn id(&self) -> &'static str;

    /// What went wrong, in a few words.
    fn about(&self) -> &'static str;

    /// What to do about it.
    fn advice(&self) -> &'static str;

    /// Whether it tells only that more is missing than a model has it. Such a cause is looked for last, in what no other explains: others
    /// say which conversions they cost, and whatever they cost is more than the model has.
    fn is_residual(&self) -> bool {
        false
    }

    /// What of the evidence it explains, if it is at work.
    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found>;
}

#[cfg(test)]
mod tests;
