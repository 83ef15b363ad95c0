//! The suite on the operator's pages: visits are played as `run --through operator` plays its journeys, and the operator's
//! dead letters are looked through for what it could not deliver. What it all means is the contract's.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use url::Url;

use super::folder::RunFolder;
use super::journey::{Field, Ground, Played};
use super::site::{OperatorSite, Site};
use super::suite::Suite;
use super::through::below;
use super::{CheckOptions, Inputs, RunError};
use crate::contract::{Arrival, Letters, Plan, Visit, Visited};
use crate::model::{Cause, Purpose};
use crate::scenario::{FaultPlan, Speed};

/// First wait between two looks at the dead letters; it doubles up to [`LONGEST`].
const SHORTEST: Duration = Duration::from_millis(50);
/// Longest wait between two looks.
const LONGEST: Duration = Duration::from_secs(1);
/// So long the operator's sender may take until what was refused is among the dead letters.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest page of dead letters that is read.
const MAX_LETTERS: usize = 8 * 1024 * 1024;

/// The operator's pages.
pub(super) struct Pages {
    pub(super) field: Arc<Field>,
    pub(super) operator: OperatorSite,
    /// Where the operator shows what it could not deliver.
    pub(super) letters: Option<Url>,
    /// Where it is asked to deliver that once more.
    pub(super) redeliver: Option<Url>,
}

impl Pages {
    /// The pages of an operator, ready to be visited.
    pub(super) fn open(
        options: &CheckOptions,
        inputs: &Inputs,
        folder: &RunFolder,
        site: &Arc<Site>,
        operator: OperatorSite,
    ) -> Result<Self, RunError> {
        let mut scenario = options.scenario.clone();
        scenario.journeys.speed = Speed::Max;
        let within = |path: &Option<String>| Some(below(&operator.url, path.as_deref()?.split('/').skip(1)));
        let letters = within(&scenario.operator.paths.dead_letters);
        let redeliver = within(&scenario.operator.paths.redeliver);
        let (stop, watch) = (&options.stop, &options.watch);
        let ground = Ground { scenario: &scenario, inputs, folder, site, stop, watch };
        // What is done to deliveries on purpose is for runs.
        let none = FaultPlan { at_least: 0, rates: Vec::new() };
        let field = Arc::new(Field::logging_to(&ground, &none, "steps.ndjson")?);
        Ok(Self { field, operator, letters, redeliver })
    }

    /// Plays a visit.
    async fn visit(&self, suite: &Suite, case: Cause, visit: &Visit) -> Visited {
        let mut journey = visit.journey(&suite.sample);
        let mut played = Played::default();
        let clicks = visit.arrival == Arrival::Clicked;
        self.field.go(&self.operator, &mut journey, clicks, &mut played).await;
        let trouble = self.trouble(visit, &played);
        let click_id = journey.player.click_id.as_str().to_owned();
        let mut visited = Visited { click_id, deliveries: played.deliveries, trouble, ..Visited::default() };
        for delivery in &mut visited.deliveries {
            // What a stray player's event owes nobody can say, nor which credit is that of an event without a name. A step
            // that the operator did not take says nothing of the tracker.
            if !clicks || !delivery.any_ok() || crate::oracle::is_unnamed(delivery, &self.field.ids) {
                delivery.purpose = Purpose::Untold(case);
            }
        }
        if let (false, None, Some(letters)) = (clicks, &visited.trouble, &self.letters) {
            visited.letters = Some(self.look_through(letters, &visited).await);
        }
        visited
    }

    /// Why a visit got no further, or cannot be told by its credits.
    fn trouble(&self, visit: &Visit, played: &Played) -> Option<String> {
        if let Some(Err(why)) = played.click.as_ref().map(|click| &click.click_id) {
            return Some(format!("there is no click id: {why}"));
        }
        let refused = played.deliveries.iter().find(|delivery| !delivery.any_ok());
        if let Some(delivery) = refused {
            let told = delivery.attempts.last().map_or_else(|| "not tried".to_owned(), |last| last.outcome.to_string());
            return Some(format!("the step of the {} was {told} by the operator", delivery.sent.kind().name()));
        }
        if played.deliveries.len() < visit.deeds.len() {
            let account = &self.field.scenario.operator.account_id;
            return Some(match played.passage.account {
                None => format!("the answer to the registration names no account at {account}"),
                Some(_) => "it was cut short before everything was done".to_owned(),
            });
        }
        let unnamed = |delivery| crate::oracle::is_unnamed(delivery, &self.field.ids);
        let pointer = self.field.scenario.operator.event_id.as_deref().unwrap_or_default();
        played
            .deliveries
            .iter()
            .any(unnamed)
            .then(|| format!("an answer of the operator names no event id at {pointer}, so no credit can be its own"))
    }

    /// Looks through the dead letters until a visit's event is among them, or the time is up.
    async fn look_through(&self, letters: &Url, visited: &Visited) -> Letters {
        let (began, mut wait) = (Instant::now(), SHORTEST);
        let told: Vec<&str> = visited.deliveries.iter().map(|delivery| delivery.sent.event_id.as_str()).collect();
        loop {
            let found = self.read(letters).await;
            match found.map(|text| told.iter().all(|id| text.contains(id))) {
                Ok(true) => return Letters::Kept,
                Ok(false) if began.elapsed() >= PATIENCE || self.field.courier.stopped() => {
                    return Letters::Missing(began.elapsed());
                }
                Err(why) if began.elapsed() >= PATIENCE || self.field.courier.stopped() => return Letters::Unread(why),
                Ok(false) | Err(_) => {}
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST);
        }
    }
}

impl Pages {
    /// The dead letters as they stand there.
    pub(super) async fn read(&self, letters: &Url) -> Result<String, String> {
        let client = &self.field.courier.site.client;
        match client.get(letters.clone(), self.operator.bearer.as_deref(), MAX_LETTERS).await {
            Ok(answer) if answer.status == 200 => Ok(String::from_utf8_lossy(&answer.body).into_owned()),
            Ok(answer) => Err(format!("{} answers {}", letters.path(), answer.status)),
            Err(why) => Err(format!("{}: {why}", letters.path())),
        }
    }
}

impl Suite {
    /// Plays the visits of a case, all at once.
    pub(super) async fn visits(self: &Arc<Self>, case: Cause, plan: &Plan) -> Vec<Visited> {
        let Some(pages) = &self.pages else { return Vec::new() };
        let mut tasks = JoinSet::new();
        for (place, visit) in plan.visits.iter().cloned().enumerate() {
            let (suite, pages) = (Arc::clone(self), Arc::clone(pages));
            tasks.spawn(async move { (place, pages.visit(&suite, case, &visit).await) });
        }
        let cut = || Visited { trouble: Some("it was not played".to_owned()), ..Visited::default() };
        let mut visited: Vec<Visited> = plan.visits.iter().map(|_| cut()).collect();
        while let Some(ended) = tasks.join_next().await {
            if let Ok((place, one)) = ended {
                visited[place] = one;
            }
        }
        if plan.revives {
            let revival = pages.revive(&visited).await;
            for visited in &mut visited {
                visited.revival = Some(revival.clone());
            }
        }
        visited
    }
}
