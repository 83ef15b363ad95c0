//! `redirector.*`: clicks on an affiliate's link, from which every attribution begins (seed 003 §2).

mod no_open_redirect;
mod no_pii;
mod no_store;
mod one_redirect;
mod parameters_carried;
mod unguessable_ids;
mod unique_ids;

use crate::contract::{Case, Owed, Request, Scene};

/// The family's cases.
pub(super) const CASES: &[&dyn Case] = &[
    &one_redirect::OneRedirect,
    &unique_ids::UniqueIds,
    &unguessable_ids::UnguessableIds,
    &parameters_carried::ParametersCarried,
    &no_open_redirect::NoOpenRedirect,
    &no_store::NoStore,
    &no_pii::NoPii,
];

/// Clicks that ids are judged by.
const CLICKS: usize = 1_000;
/// Clicks at the same moment: not more than a small server takes connections.
const AT_ONCE: usize = 20;

/// A thousand clicks.
fn thousand(scene: &mut Scene<'_>) {
    let link = scene.link();
    for _ in 0..CLICKS / AT_ONCE {
        scene.ask_all(vec![Request::click(link.clone()); AT_ONCE], Owed::Judged);
    }
}

#[cfg(test)]
mod tests;
