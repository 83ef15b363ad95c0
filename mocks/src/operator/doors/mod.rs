//! The operator's endpoints, one file each.
//!
//! | door | what comes through it |
//! |---|---|
//! | `register` | `POST /operator/register`: a player, with the click of the visit or installation |
//! | `kyc` | `POST /operator/accounts/{id}/kyc` |
//! | `deposit` | `POST /operator/accounts/{id}/deposits` |
//! | `reversal` | `POST /operator/accounts/{id}/refunds` and `/chargebacks` |
//! | `install` | `POST /operator/installs`: an app that was installed |
//! | `confirmation` | `GET /operator/accounts/{id}/welcome` and `/deposits/{transaction_id}`: what the player is shown |
//! | `account` | `GET /operator/accounts/{id}` |
//! | `dead_letters` | `GET /operator/dlq`, `POST /operator/dlq/redeliver` |
//! | `counts` | `GET /operator/counts` |
//! | `dashboard` | `GET /operator/dashboard` |
//!
//! `fields` and `intake` read what comes in, `answer` writes what goes out, `routes` joins path and door. Players use
//! the first door; the others are the back office's, which a real operator keeps behind a login and this one keeps on
//! loopback.

mod account;
mod answer;
mod confirmation;
mod counts;
mod dashboard;
mod dead_letters;
mod deposit;
mod fields;
mod install;
mod intake;
mod kyc;
mod register;
mod reversal;
mod routes;

pub(super) use answer::Done;
pub(super) use fields::{is_id, is_label};
pub(super) use intake::Intake;
pub(crate) use intake::peer;
pub(super) use routes::{counts_route, routes};
