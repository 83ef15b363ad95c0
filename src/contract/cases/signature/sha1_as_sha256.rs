//! `signature.sha1-as-sha256`: an HMAC by SHA-1 under the name of the agreed hash, `sha256=`.

use crate::contract::{Card, Case, Hash, Scene, Seal};
use crate::sign::Digest;

pub(super) struct Sha1AsSha256;

impl Case for Sha1AsSha256 {
    fn card(&self) -> Card {
        Card { id: "signature.sha1-as-sha256", rule: "seed 003 §5 (HMAC-SHA256)", expected: "401 or 403, no credit" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        super::refused_under(scene, Seal { digest: Hash::Disguised(Digest::Sha1), ..Seal::default() });
    }
}
