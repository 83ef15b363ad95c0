//! The causes that refusals are counted and logged under: a fixed list, so that no label comes from the network.

/// A cause by its place in [`CAUSES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cause(usize);

/// How many causes there are.
pub(super) const COUNT: usize = CAUSES.len();

/// Every cause; what is not among them counts as the last one.
const CAUSES: &[&str] = &[
    "address_not_allowed",
    "body_incomplete",
    "body_too_large",
    "brand_mismatch",
    "busy",
    "client_certificate",
    "content_type_unsupported",
    "event_id_conflict",
    "internal",
    "json_invalid",
    "method_not_allowed",
    "queue_full",
    "rate_limited",
    "request_timeout",
    "schema_invalid",
    "signature_expired",
    "signature_invalid",
    "signature_premature",
    "signature_repeated",
    "store_slow",
    "store_unavailable",
    "store_unreadable",
    "token_expired",
    "token_invalid",
    "token_lifetime",
    "token_missing",
    "token_premature",
    "unknown_click",
    "other",
];

impl Cause {
    /// The cause of a refusal with that code.
    pub(crate) fn of(code: &str) -> Self {
        Self(CAUSES.iter().position(|cause| *cause == code).unwrap_or(COUNT - 1))
    }

    /// Every cause, in the order of the list.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..COUNT).map(Self)
    }

    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        CAUSES[self.0]
    }

    pub(super) fn index(self) -> usize {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_known_or_other() {
        assert!(Cause::all().all(|cause| Cause::of(cause.name()) == cause));
        assert_eq!(Cause::of("token_expired").name(), "token_expired");
        assert_eq!(Cause::of("anything else").name(), "other");
    }
}
