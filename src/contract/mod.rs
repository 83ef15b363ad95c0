//! The contract suite: what an endpoint for postbacks has to do, case by case. A case is a plan (what to send) and a
//! judge (answers and credits to a finding), both pure; `run` performs the plan between them.
//!
//! To add a case, write one file in the folder of its family with a type that implements [`Case`], and add one line to the
//! family's `CASES`. The plan changes one thing of a genuine postback; [`grade`] judges it unless the case knows better.

#[cfg(test)]
mod bench;
mod cases;
mod draft;
mod grade;
mod greeting;
mod guessing;
mod kills;
mod landing;
mod pass;
mod plan;
pub mod probe;
mod request;
mod scene;
mod seal;
mod selection;
mod spelling;
mod spoil;
mod terms;
mod traces;
mod trial;
mod unmade;
mod visit;
mod waiver;

pub use cases::FAMILIES;
pub use draft::Draft;
pub use grade::grade;
pub use greeting::Greeting;
pub use kills::killers;
pub use pass::{Expiry, OddToken, Pass, Signer};
pub use plan::{Owed, Plan, Planned, Shot, Step};
pub use request::{Address, Framing, Listening, Request, TlsVersion, Wire};
pub use scene::{Placed, Scene, Stage};
pub use seal::{Cut, Hash, Key, Over, Seal};
pub use selection::{Selection, UnknownPattern};
pub use spelling::Spelling;
pub use spoil::{Spoilt, in_place_of};
pub use terms::{Claims, Clicks, OperatorTerms, Shown, Terms, Tokens, Unfit};
pub use trial::{DISTRUST, Finding, Heard, Reply, Trial, Tried};
pub use unmade::Unmade;
pub use visit::{Arrival, Deed, Letters, Revival, Visit, Visited};
pub use waiver::{Waived, waive};

/// What a case is, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    /// Family and name, such as `signature.missing`.
    pub id: &'static str,
    /// The rule that it stands on: a section of seed 003, or an RFC.
    pub rule: &'static str,
    /// What the target is expected to do.
    pub expected: &'static str,
}

/// One rule of the contract, tested.
pub trait Case: Sync {
    /// What it is.
    fn card(&self) -> Card;

    /// Whether there is anything to test under these terms.
    ///
    /// # Errors
    /// Why not; the case is skipped.
    fn fits(&self, _terms: &Terms) -> Result<(), Unfit> {
        Ok(())
    }

    /// Whether it has to have the target for itself, because it would disturb others.
    fn alone(&self) -> bool {
        false
    }

    /// Writes what it sends. It may be called more than once, and does the same each time.
    fn plan(&self, scene: &mut Scene<'_>);

    /// Judges what came of it.
    fn judge(&self, trial: &Trial<'_>) -> Finding {
        grade(trial)
    }
}

/// Cases that look at the same thing.
#[derive(Clone, Copy)]
pub struct Family {
    /// The first part of its cases' ids.
    pub name: &'static str,
    /// Its cases.
    pub cases: &'static [&'static dyn Case],
}

/// Every case, in the order in which they are listed, each with its number.
pub fn all() -> impl Iterator<Item = (u64, &'static dyn Case)> {
    (0..).zip(FAMILIES.iter().flat_map(|family| family.cases.iter().copied()))
}

/// The number of a case's player within the run, which stands in ids.
pub fn journey(case: u64, player: u64) -> u64 {
    case * scene::MOST_PLAYERS + player
}

/// The plan of a case, and how many players it has; `clicks` are the click ids that the target gave them.
pub fn planned(stage: Stage<'_>, number: u64, case: &dyn Case, clicks: &[String]) -> (Plan, u64) {
    let mut scene = Scene::new(stage, case.card().id, number, clicks);
    case.plan(&mut scene);
    scene.finish()
}

#[cfg(test)]
mod tests;
