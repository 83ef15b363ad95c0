//! Journeys made again from the seed, in their order, on two threads: making one takes longer than looking at it.

use std::sync::mpsc::sync_channel;
use std::thread;

use super::attempts::Bulk;
use crate::journey::Journey;

/// Journeys that are made before any of them is looked at: few enough to stay in the cache.
const BLOCK: usize = 128;

/// Blocks that the other thread may be ahead.
const AHEAD: usize = 8;

/// Makes every journey again that anything was sent of, and shows it.
pub(super) fn made_again<'a>(bulk: &Bulk<'a>, visit: &mut dyn FnMut(usize, &Journey<'a>)) {
    let count = bulk.layout.journeys();
    let block = |number: usize| -> Vec<(usize, Journey<'a>)> {
        let journeys = number * BLOCK..count.min((number + 1) * BLOCK);
        let touched = journeys.filter(|journey| bulk.is_touched(*journey));
        touched.map(|journey| (journey, bulk.terms.journeys.journey(journey as u64))).collect()
    };
    let blocks = count.div_ceil(BLOCK);
    // Who looks at all of them makes one of three.
    let is_ours = |number: usize| number.is_multiple_of(3);
    thread::scope(|scope| {
        let (sender, ready) = sync_channel(AHEAD);
        let theirs = (0..blocks).filter(|number| !is_ours(*number));
        let work = move || theirs.map(block).all(|made| sender.send(made).is_ok());
        // Where there is no other thread, nothing comes from it.
        drop(thread::Builder::new().name("again".to_owned()).spawn_scoped(scope, work));
        for number in 0..blocks {
            let made = if is_ours(number) { block(number) } else { ready.recv().unwrap_or_else(|_| block(number)) };
            for (journey, made) in &made {
                visit(*journey, made);
            }
        }
    });
}
