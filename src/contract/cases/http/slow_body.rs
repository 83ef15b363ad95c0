//! `http.slow-body`: a body that takes three seconds to arrive, as it does over a bad line.

use std::time::Duration;

use crate::contract::{Card, Case, Scene};

pub(super) struct SlowBody;

/// How long the body takes.
const SLOW: Duration = Duration::from_secs(3);

impl Case for SlowBody {
    fn card(&self) -> Card {
        Card {
            id: "http.slow-body",
            rule: "seed 003 §6: nothing is lost on a bad line",
            expected: "200 with {\"status\":\"ok\"}, credited once",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.accepted(deposit.slowly(SLOW));
    }
}
