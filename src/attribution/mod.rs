//! Attribution: which conversions the two methods see, the gap between them, and what explains it. Cookies and browsers are
//! modelled here; logs are read by `reconcile`, pages are played by `run`.

mod conversion;
mod cookie;
mod crowd;
pub mod diagnosis;
mod forecast;
mod gap;
mod itinerary;
mod loss;
mod matching;
mod pairing;
mod person;
mod sighting;
mod tally;
mod telling;
mod texts;
mod verdict;

pub use conversion::{Conversion, Visitor};
pub use crowd::Crowd;
pub use forecast::{Forecast, MODELLED_PLAYERS, Predicted};
pub use gap::{Aspect, Counts, Gap, Part, UNKNOWN};
pub use itinerary::{Itinerary, Move, Stop};
pub use loss::Loss;
pub use matching::Matching;
pub use pairing::{Doubled, Logs, MatchedBy, Pair, Pairing, Side};
pub use sighting::{Dimension, Method, NameId, Sighting, TextId, Traits};
pub use tally::{Cell, Tally};
pub use telling::told;
pub use texts::{Names, Texts};
pub use verdict::{Baseline, Expected, Judged, Measure, Needed, Ruled, Rules};

#[cfg(test)]
mod tests;
