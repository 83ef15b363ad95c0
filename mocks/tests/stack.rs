//! The reference stack over real sockets: what it answers, what it books, and what each planted defect does to that.
//!
//! `harness` starts stacks and signs postbacks, `player` walks through pages, `browser` does so with cookies of several
//! sites, `scrape` reads
//! figures, `receiver` takes webhooks; every other file holds one side of the behaviour.

#[path = "stack/agreement.rs"]
mod agreement;
#[path = "stack/answers.rs"]
mod answers;
#[path = "stack/books.rs"]
mod books;
#[path = "stack/browser.rs"]
mod browser;
#[path = "stack/clicks.rs"]
mod clicks;
#[path = "stack/cookies.rs"]
mod cookies;
#[path = "stack/defects.rs"]
mod defects;
#[path = "stack/harness.rs"]
mod harness;
#[path = "stack/hostile.rs"]
mod hostile;
#[path = "stack/https.rs"]
mod https;
#[path = "stack/inputs.rs"]
mod inputs;
#[path = "stack/journey.rs"]
mod journey;
#[path = "stack/lifetime.rs"]
mod lifetime;
#[path = "stack/manners.rs"]
mod manners;
#[path = "stack/monitoring.rs"]
mod monitoring;
#[path = "stack/operator.rs"]
mod operator;
#[path = "stack/parallel.rs"]
mod parallel;
#[path = "stack/planted.rs"]
mod planted;
#[path = "stack/player.rs"]
mod player;
#[path = "stack/processing.rs"]
mod processing;
#[path = "stack/receiver.rs"]
mod receiver;
#[path = "stack/reports.rs"]
mod reports;
#[path = "stack/resumed.rs"]
mod resumed;
#[path = "stack/scrape.rs"]
mod scrape;
#[path = "stack/senders.rs"]
mod senders;
