//! The families of cases. A family is a folder with one file for each case and its list of them in `mod.rs`.

mod accept;
mod attribution;
mod auth;
mod books;
mod ftd;
mod http;
mod idempotency;
mod limits;
mod operator;
mod redirector;
mod refund;
mod schema;
mod signature;
mod tls;
mod volume;

use super::Family;

/// Every family, in the order in which they are listed.
pub const FAMILIES: &[Family] = &[
    Family { name: "accept", cases: accept::CASES },
    Family { name: "signature", cases: signature::CASES },
    Family { name: "auth", cases: auth::CASES },
    Family { name: "idempotency", cases: idempotency::CASES },
    Family { name: "schema", cases: schema::CASES },
    Family { name: "attribution", cases: attribution::CASES },
    Family { name: "ftd", cases: ftd::CASES },
    Family { name: "refund", cases: refund::CASES },
    Family { name: "volume", cases: volume::CASES },
    Family { name: "http", cases: http::CASES },
    Family { name: "limits", cases: limits::CASES },
    Family { name: "redirector", cases: redirector::CASES },
    Family { name: "tls", cases: tls::CASES },
    Family { name: "books", cases: books::CASES },
    Family { name: "operator", cases: operator::CASES },
];

#[cfg(test)]
pub(super) mod tests;
