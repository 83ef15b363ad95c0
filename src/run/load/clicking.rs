//! Clicks before the load, so that its postbacks carry click ids that the target made.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::LoadOptions;
use crate::journey::Journeys;
use crate::model::Ids;
use crate::run::click::click;
use crate::run::site::Site;
use crate::run::{Inputs, Phase, RunError, RunEvent};
use crate::scenario::JourneyPlan;

/// Clicks under way at once.
const AT_ONCE: usize = 32;

/// Makes the clicks of the plan; none without a click URL.
///
/// # Errors
/// When a click leads to no click id: without it nothing would be credited.
pub(super) async fn clicks(
    options: &LoadOptions,
    site: &Arc<Site>,
    players: &JourneyPlan,
    inputs: &Inputs,
) -> Result<Vec<String>, RunError> {
    if site.click_url.is_none() {
        return Ok(Vec::new());
    }
    let ids = Ids::new(inputs.tag.clone());
    let count = options.scenario.load.clicks.min(players.players);
    (options.watch)(&RunEvent::Began(Phase::Clicks, Some(count)));
    // Players borrow from the plan, and a task outlives this function's borrow of it.
    let plan = Arc::new((players.clone(), ids, options.scenario.click.clone()));
    let (mut tasks, mut made) = (JoinSet::new(), Vec::new());
    for index in 0..count {
        if *options.stop.borrow() {
            break;
        }
        if tasks.len() >= AT_ONCE {
            take(&mut tasks, &mut made).await?;
            (options.watch)(&RunEvent::Step);
        }
        let (plan, seed, start) = (Arc::clone(&plan), inputs.seed, inputs.start.as_second());
        let (site, stop) = (Arc::clone(site), options.stop.clone());
        tasks.spawn(async move {
            let (players, ids, click_plan) = &*plan;
            let journey = Journeys::new(players, ids, seed, start).journey(index);
            (index, click(&site, click_plan, &journey.player, &stop).await.map(|clicked| clicked.click_id))
        });
    }
    while !tasks.is_empty() {
        take(&mut tasks, &mut made).await?;
        (options.watch)(&RunEvent::Step);
    }
    made.sort_by_key(|(index, _)| *index);
    Ok(made.into_iter().map(|(_, click_id)| click_id).collect())
}

type Made = (u64, Result<String, String>);

async fn take(tasks: &mut JoinSet<Made>, made: &mut Vec<(u64, String)>) -> Result<(), RunError> {
    let Some(Ok((index, click_id))) = tasks.join_next().await else { return Ok(()) };
    let click_id = click_id.map_err(|error| {
        RunError::undone(
            format!("a click before the load led to no click id: {error}"),
            "correct --click-url, or leave it out: then click ids are derived",
        )
    })?;
    made.push((index, click_id));
    Ok(())
}
