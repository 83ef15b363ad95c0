//! `signature.sha512`: an HMAC by SHA-512 under its own name, `sha512=`.

use crate::contract::{Card, Case, Hash, Scene, Seal};
use crate::sign::Digest;

pub(super) struct Sha512;

impl Case for Sha512 {
    fn card(&self) -> Card {
        Card { id: "signature.sha512", rule: "seed 003 §5 (HMAC-SHA256)", expected: "401 or 403, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_under(scene, Seal { digest: Hash::Named(Digest::Sha512), ..Seal::default() });
    }
}
