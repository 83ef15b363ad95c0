//! The tracker's reports (seed 003 §2, §7, §11, §16; seed 000, multi-brand tracking): the affiliate's view over all
//! brands, the manager's view by brand, and the operator's counts against the tracker's, day by day.
//!
//! What is booked streams past page by page ([`source`]); only groups are kept, so memory follows the number of groups
//! and not of events. Each formula stands in `docs/formulas.md` with an example that a test computes.
//!
//! | room | what is there |
//! |---|---|
//! | `entry`, `source` | an event as it was booked, and whoever can list all of them |
//! | `calendar` | which day an instant belongs to, and which days are asked for |
//! | `dimension` | by what figures are grouped |
//! | `query` | what a request asks, or why it asks nothing |
//! | `tally`, `cohort` | the sums of one group |
//! | `groups`, `accounts` | the bounded maps: groups of a view, accounts to be settled |
//! | `view` | entries, clicks, spend and settlements put into groups |
//! | `figures` | the formulas: from a group's sums to what is shown |
//! | `sheet`, `cell` | a report as head and rows; written as JSON by `json`, as CSV by `csv` |
//! | `discrepancy`, `working_days` | the operator's counts against the tracker's |
//! | `methods` | first deposits by the method that told of them |
//! | `operator` | fetching the operator's counts |
//! | `collect` | from a source to a finished view |
//! | `handlers` | the addresses |

mod accounts;
pub(crate) mod calendar;
mod cell;
mod cohort;
mod collect;
mod csv;
mod dimension;
mod discrepancy;
pub(crate) mod entry;
mod figures;
mod groups;
pub(crate) mod handlers;
mod json;
pub(crate) mod methods;
pub(crate) mod operator;
mod query;
mod sheet;
pub(crate) mod source;
mod tally;
mod view;
mod working_days;

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod formulas;
#[cfg(test)]
mod shelf;
