//! Databases: `SQLite` files that each room keeps its own things in.
//!
//! `file` opens one, shapes it and tells ours from strangers; `writer` is the thread that owns it from then on and
//! commits what waits together. Which tables there are, and what is written into them, is each room's own matter.

mod file;
mod lock;
mod writer;

pub use file::{Database, DatabaseError};

pub(crate) use file::Shape;
pub(crate) use lock::Lock;
pub(crate) use writer::Writer;
