//! Each seeded defect is the first cause named, sound logs give none, and arbitrary pairings do no harm.

mod arbitrary;
mod defects;
mod partial;
mod world;
