//! The causes that refusals are counted and logged under: a fixed list, so that no label comes from the network. Every
//! code that a postback can be refused with, or not be booked for, is one of them, as a test goes to see.

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
    "books_closed",
    "brand_mismatch",
    "busy",
    "client_certificate",
    "content_type_unsupported",
    "event_id_conflict",
    "internal",
    "json_invalid",
    "method_not_allowed",
    "not_found",
    "postback_unreadable",
    "query_invalid",
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
    use std::fs;
    use std::path::Path;

    use super::*;

    /// What stands before a code where a refusal is made.
    const MAKERS: [&str; 5] =
        ["Refusal::new(", "Self::new(", "Refusal::schema(", "Refusal::unavailable(", "Refusal::token("];

    /// The codes in a source, its tests left out. A code is a word in small letters.
    fn codes(source: &str) -> Vec<&str> {
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        let behind = |maker: &'static str| source.split(maker).skip(1).filter_map(|rest| rest.split('"').nth(1));
        let refusals = MAKERS.into_iter().flat_map(behind);
        // Failed bookings have constants; those of one word are names of members.
        let constants = behind(": &str =").filter(|text| text.contains('_'));
        let all = refusals.chain(constants);
        all.filter(|text| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')).collect()
    }

    fn uncounted(source: &str) -> Vec<String> {
        let unknown = |code: &&str| Cause::of(code).name() == "other";
        codes(source).into_iter().filter(unknown).map(str::to_owned).collect()
    }

    /// Every source that a postback passes through.
    fn sources(place: &Path) -> Vec<String> {
        if place.is_dir() {
            let inside = fs::read_dir(place).expect("a folder").map(|entry| entry.expect("an entry").path());
            return inside.flat_map(|path| sources(&path)).collect();
        }
        vec![fs::read_to_string(place).expect("a source")]
    }

    #[test]
    fn causes_are_known_or_other() {
        assert!(Cause::all().all(|cause| Cause::of(cause.name()) == cause));
        assert_eq!(Cause::of("token_expired").name(), "token_expired");
        assert_eq!(Cause::of("anything else").name(), "other");
    }

    #[test]
    fn every_code_that_a_postback_can_meet_is_a_cause() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let places = ["answer.rs", "database", "tracker"].map(|place| root.join(place));
        let sources: Vec<_> = places.iter().flat_map(|place| sources(place)).collect();
        let found: usize = sources.iter().map(|source| codes(source).len()).sum();
        assert!(found > 30, "{found} codes: this test looks in the wrong place");
        let uncounted: Vec<_> = sources.iter().flat_map(|source| uncounted(source)).collect();
        assert_eq!(uncounted, [""; 0], "add these to CAUSES");
    }

    #[test]
    fn a_code_that_is_no_cause_is_found() {
        let source = "Refusal::new(StatusCode::CONFLICT,\n    \"brand_new\", \"a hint\"); Refusal::schema(\"unknown_click\", hint)
                      const GONE: &str = \"books_gone\"; #[cfg(test)] Refusal::schema(\"in_a_test\", hint)";
        assert_eq!(uncounted(source), ["brand_new", "books_gone"]);
    }
}
