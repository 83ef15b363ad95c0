//! Attribution: which conversions the two methods see, the gap between them, and what explains it. Cookies and browsers are
//! modelled here; logs are read by `reconcile`, pages are played by `run`.

pub mod diagnosis;
mod pairing;
mod sighting;
mod texts;

pub use pairing::{Doubled, Logs, MatchedBy, Pair, Pairing, Side};
pub use sighting::{Dimension, Method, NameId, Sighting, TextId, Traits};
pub use texts::{Names, Texts};
