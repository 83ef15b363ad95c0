//! `signature.sha1`: an HMAC by SHA-1 under its own name, `sha1=`.

use crate::contract::{Card, Case, Hash, Scene, Seal};
use crate::sign::Digest;

pub(super) struct Sha1;

impl Case for Sha1 {
    fn card(&self) -> Card {
        Card { id: "signature.sha1", rule: "seed 003 §5 (HMAC-SHA256)", expected: "401 or 403, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_under(scene, Seal { digest: Hash::Named(Digest::Sha1), ..Seal::default() });
    }
}
