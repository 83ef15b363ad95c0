//! The scheme `shopify`: Shopify's (shopify.dev, webhooks, verify-deliveries; domain.md §3).

use super::Recipe;
use super::digest::Spelling;
use super::exact::Exact;

/// The scheme's name in scenarios.
pub(super) const NAME: &str = "shopify";

/// What it is, for lists.
pub(super) const ABOUT: &str = "<base64 HMAC-SHA256 of the exact bytes> in X-Shopify-Hmac-SHA256, no time";

impl Exact {
    /// Signs as Shopify does.
    pub const SHOPIFY: Self = Self {
        name: NAME,
        header: "X-Shopify-Hmac-SHA256",
        prefix: "",
        spelling: Spelling::Base64,
        expected: "44 base64 characters",
        recipe: Recipe { base64: true, ..Recipe::hex("{s}") },
    };
}
