//! Attribution: which conversions the two methods see, the gap between them, and what explains it. Cookies and browsers are
//! modelled here; logs are read by `reconcile`, pages are played by `run`.

mod sighting;
mod texts;

pub use sighting::{Dimension, Method, NameId, Sighting, TextId, Traits};
pub use texts::{Names, Texts};
