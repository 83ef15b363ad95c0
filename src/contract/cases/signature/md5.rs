//! `signature.md5`: an HMAC by MD5 under its own name, `md5=`.

use crate::contract::{Card, Case, Hash, Scene, Seal};
use crate::sign::Digest;

pub(super) struct Md5;

impl Case for Md5 {
    fn card(&self) -> Card {
        Card { id: "signature.md5", rule: "seed 003 §5 (HMAC-SHA256)", expected: "401 or 403, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_under(scene, Seal { digest: Hash::Named(Digest::Md5), ..Seal::default() });
    }
}
