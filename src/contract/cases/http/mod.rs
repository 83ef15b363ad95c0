//! `http.*`: the endpoint as a server of HTTP: methods, ways in which a body travels, and what its answers look like.

mod chunked;
mod delete;
mod error_json;
mod expect_continue;
mod get;
mod head;
mod no_leak;
mod no_redirect;
mod plain_on_tls;
mod put;
mod slow_body;

use crate::contract::Case;

/// The family's cases.
pub(super) const CASES: &[&dyn Case] = &[
    &get::Get,
    &put::Put,
    &delete::Delete,
    &head::Head,
    &no_redirect::NoRedirect,
    &error_json::ErrorJson,
    &no_leak::NoLeak,
    &expect_continue::ExpectContinue,
    &chunked::Chunked,
    &slow_body::SlowBody,
    &plain_on_tls::PlainOnTls,
];

/// The status that tells a sender that its method is not the one (RFC 9110 §15.5.6).
const OTHER_METHOD: &[u16] = &[405];
