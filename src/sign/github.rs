//! The scheme `github`: GitHub's (docs.github.com, webhooks, securing; domain.md §3).

use super::Recipe;
use super::digest::Spelling;
use super::exact::Exact;

/// The scheme's name in scenarios.
pub(super) const NAME: &str = "github";

/// What it is, for lists.
pub(super) const ABOUT: &str = "sha256=<hex HMAC-SHA256 of the exact bytes> in X-Hub-Signature-256, no time";

impl Exact {
    /// Signs as GitHub does.
    pub const GITHUB: Self = Self {
        name: NAME,
        header: "X-Hub-Signature-256",
        prefix: "sha256=",
        spelling: Spelling::Hex,
        expected: "sha256=<64 lower-case hex digits>",
        recipe: Recipe::hex("sha256={s}"),
    };
}
