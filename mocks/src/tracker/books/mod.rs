//! The books' money rules: what an amount is worth in reports, and what is owed for it.
//!
//! No clock, no store, and no files but the two tables of a programme. Who calls them, and when, is the processing's
//! matter; what is shown is `reports`'.
//!
//! | room | what it decides |
//! |---|---|
//! | `kind` | which event moves money, and in which direction |
//! | `minor_units` | how an amount is rounded |
//! | `fx` | what an amount of a day is worth in the report currency |
//! | `terms` | the contract: FTD rules, fees, what an affiliate earns, the project's zone |
//! | `contract` | the three ways in which an affiliate earns |
//! | `spend` | what campaigns cost by day |
//! | `programme` | all of that as one checked value, from its configuration |
//! | `valuation` | what is kept with an event when it is booked |
//! | `commission` | what one event accrues for its affiliate |
//! | `settlement` | what a month comes to, with floors and carry-over |
//!
//! Every amount is rounded once, for its own event, so that all views add up the same rounded amounts.

pub(crate) mod commission;
pub(crate) mod contract;
pub(crate) mod fx;
pub(crate) mod kind;
mod minor_units;
pub(crate) mod programme;
pub(crate) mod settlement;
pub(crate) mod spend;
pub(crate) mod terms;
pub(crate) mod valuation;
