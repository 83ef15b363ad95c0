//! The configuration file of a stack: TOML in, a checked [`crate::Config`] out, or a mistake with its place.
//!
//! `raw` mirrors the file and judges nothing; `file` reads it and puts the checked parts together; `tracker`, `bearer`,
//! `books` and `doors` check the parts that have no room of their own to do it. `problem` is what a mistake is told in, `place`
//! finds it in the text, `blotting` keeps secrets out of it, `suggestion` knows what was meant, and `variables` fetches secrets from the environment:
//! the file holds their names and nothing else of them.

mod bearer;
mod blotting;
mod books;
mod clock;
mod doors;
mod file;
mod place;
mod problem;
mod raw;
mod suggestion;
mod tracker;
mod variables;

pub use file::{FileConfig, read};
pub use problem::ConfigError;
pub use variables::{Environment, Surroundings};
