//! The reference stack over real sockets: what it answers, what it books, and what each planted defect does to that.
//!
//! `harness` starts stacks and signs postbacks; every other file holds one side of the behaviour.

#[path = "stack/answers.rs"]
mod answers;
#[path = "stack/books.rs"]
mod books;
#[path = "stack/clicks.rs"]
mod clicks;
#[path = "stack/defects.rs"]
mod defects;
#[path = "stack/harness.rs"]
mod harness;
#[path = "stack/lifetime.rs"]
mod lifetime;
#[path = "stack/processing.rs"]
mod processing;
#[path = "stack/senders.rs"]
mod senders;
