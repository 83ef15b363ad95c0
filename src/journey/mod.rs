//! Journeys: from a seed to players and their events, and to the steps that cause those at an operator. Any journey can be made on its own, in any order,
//! and comes out the same, byte for byte. Writing events down and sending them is left to others.

mod draw;
mod generator;
mod pause;
mod quota;
mod step;

pub(crate) use draw::{Draws, Streams};
pub use generator::{Journey, Journeys, user_agent};
pub use pause::pause;
pub use step::{Step, Steps, Told};
