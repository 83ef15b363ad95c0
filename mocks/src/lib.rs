//! The reference stack: the far side of a postback, complete enough to be proven right or wrong.
//!
//! A [`Stack`] is one process-local server with the rooms that an affiliate tracker has. Each room is a module of
//! its own and knows only the rooms below it:
//!
//! | room | what happens there |
//! |---|---|
//! | `stack` | configuration, start, addresses, the stop |
//! | `connections` | sockets: accept, read timeouts, the bounded drain |
//! | `routes` | which path leads to which room |
//! | `redirector` | `GET /click`: a click id is made and logged, the player is sent on |
//! | `landing` | `GET /landing` and its pages: where the player arrives and registers |
//! | `operator` | players, their money, and the sender that tells the networks |
//! | `pixel` | `GET /pixel`, and the cookies and tags of the pages: tracking by the browser, beside the postbacks |
//! | `networks` | two other networks, which receive in their own dialects |
//! | `tracker` | `POST /postback` and `GET /credits`: checks, booking, money rules, store |
//! | `reports` | `GET /reports/…`: the affiliate's and the manager's view, and the operator's counts against the tracker's |
//! | `monitoring` | what the rooms count: metrics, alerts, structured logs, and what is removed after its time |
//! | `planting` | every fault that can be planted, the operator's too, under one list of names |
//! | `defects` | faults that can be planted, each under a name |
//! | `database` | a file of one room, and the thread that owns it |
//! | `answer` | the JSON that every refusal is told in |
//! | `settings` | the configuration file: what is written in it, checked, and mistakes with their place |
//! | `clock` | what time it is |
//! | `secrets` | the two keys of the postback, and how they stay unprinted |
//!
//! The stack is written from the description of the trade, not from the prover that tests it, and shares no code
//! with it: where the two agree, that is evidence.

mod answer;
mod clock;
mod connections;
mod database;
mod defects;
mod landing;
mod monitoring;
mod networks;
mod operator;
mod pixel;
mod planting;
mod redirector;
mod reports;
mod routes;
mod secrets;
mod settings;
mod stack;
mod start_error;
mod tracker;

pub use clock::{Clock, ClockError};
pub use connections::{Limits, Tls, TlsError, TlsFiles};
pub use database::{Database, DatabaseError};
pub use defects::{DEFECTS, Defect};
pub use monitoring::{
    RawAlert, RawLog, RawMonitoring, RawRetention, Settings as MonitoringSettings,
    SettingsError as MonitoringSettingsError, StartFailed as MonitoringStartFailed,
};
pub use operator::{
    MISTAKES, Mistake, PARALLEL_DEFECTS, PARALLEL_MISTAKES, RawNetwork, RawRetry, RawSettings as RawOperatorSettings,
    RawSigned, RawTemplate, Rules as OperatorRules, Settings as OperatorSettings,
    SettingsError as OperatorSettingsError, TemplateError,
};
pub use pixel::{CookieSettings, CookieSetup, FirstPartyCookie};
pub use planting::plantable;
pub use secrets::Secrets;
pub use settings::{ConfigError, Environment, FileConfig, Surroundings, read as read_config};
pub use stack::{Config, Stack, Urls};
pub use start_error::StartError;
pub use tracker::books::programme::{Programme, ProgrammeError, RawProgramme};
pub use tracker::books::terms::{RawContract, RawFees, RawFtd, RawTerms, TermsError};
pub use tracker::rules::Rules;
pub use tracker::signature::{
    Canonical, RawSettings as RawSignatureSettings, SCHEMES as SIGNATURE_SCHEMES, Scheme as SignatureScheme, Secret,
    Settings as SignatureSettings, SettingsError as SignatureSettingsError, Signing,
};
pub use tracker::{Admission, Dialect, PreviousKey, Rate, Tokens, TrackerSettings};
