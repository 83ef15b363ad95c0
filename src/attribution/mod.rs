//! Attribution: which conversions the two methods see, the gap between them, and what explains it. Cookies and browsers are
//! modelled here; logs are read by `reconcile`, pages are played by `run`.

mod conversion;
mod cookie;
mod crowd;
mod forecast;
mod loss;
mod pairing;
mod person;
mod sighting;
mod tally;
mod telling;
mod texts;

pub use conversion::{Conversion, Visitor};
pub use crowd::Crowd;
pub use forecast::{Forecast, MODELLED_PLAYERS, Predicted};
pub use loss::Loss;
pub use pairing::{Doubled, Logs, MatchedBy, Pair, Pairing, Side};
pub use sighting::{Dimension, Method, NameId, Sighting, TextId, Traits};
pub use tally::{Cell, Tally};
pub use telling::told;
pub use texts::{Names, Texts};
