//! The visits of a case as one line for a shell: who comes, what they send, and where what came of it is looked up, made
//! from the plan and the inputs as the visits themselves were. How a shell plays them is `send`'s.

use std::time::Duration;

use url::Url;

use super::repro::Repro;
use super::through::{below, direct};
use crate::contract::{Arrival, Plan, Visit};
use crate::journey::{Journey, Steps, Told};
use crate::model::{Detail, Event, EventKind, Ids, Money};
use crate::profile::{Sample, link};
use crate::scenario::ReadBackSource;
use crate::send::{ACCOUNT, Entrance, Errand, Look, Outing, Party, Shelf, named};

/// Longest wait for the books, whatever the scenario gives them: somebody sits before the shell.
const LONGEST: Duration = Duration::from_secs(30);

impl Repro<'_> {
    /// The shell's line for the visits of a plan; `None` where there are none, or the operator is the stack inside this
    /// process, which is gone by the time a line could be pasted.
    pub(super) fn outing(&self, plan: &Plan) -> Option<String> {
        self.scenario.target.as_ref()?;
        let operator = &self.scenario.operator;
        let url = operator.url.as_ref().filter(|_| !plan.visits.is_empty())?;
        let stray = plan.visits.iter().any(|visit| visit.arrival != Arrival::Clicked);
        let parties: Vec<Party> = self.parties(plan, url)?;
        let at = |path: &Option<String>, wanted: bool| path.as_deref().filter(|_| wanted).map(|path| within(url, path));
        let read_back = &self.site.read_back.plan;
        let look = Look {
            books: match read_back.source.clone()? {
                ReadBackSource::Url(url) => Shelf::Url(url),
                ReadBackSource::File(path) => Shelf::File(path),
            },
            bearer: read_back.bearer_env.clone(),
            wait: read_back.settle.min(LONGEST),
            letters: at(&operator.paths.dead_letters, stray || plan.revives),
            redeliver: at(&operator.paths.redeliver, plan.revives),
        };
        let files = self.files();
        let outing = Outing {
            parties: &parties,
            pages: &operator.paths.pages,
            parameters: &self.scenario.click.parameters,
            account_id: &operator.account_id,
            event_id: operator.event_id.as_deref().unwrap_or_default(),
            bearer: operator.bearer_env.as_deref(),
            files: &files,
            look: &look,
        };
        Some(outing.line())
    }

    /// The players; those who do the same at the same brand are one party.
    fn parties(&self, plan: &Plan, operator: &Url) -> Option<Vec<Party>> {
        let sample = Sample::new(Ids::new(self.inputs.tag.clone()));
        let mut parties: Vec<(&Visit, Party)> = Vec::new();
        for visit in &plan.visits {
            match parties.iter_mut().find(|(other, _)| is_alike(other, visit)) {
                Some((_, party)) => party.players += 1,
                None => parties.push((visit, self.party(visit, &sample, operator)?)),
            }
        }
        Some(parties.into_iter().map(|(_, party)| party).collect())
    }

    fn party(&self, visit: &Visit, sample: &Sample, operator: &Url) -> Option<Party> {
        let journey = visit.journey(sample);
        let player = &journey.player;
        let entrance = match &visit.arrival {
            Arrival::Clicked => {
                let mut url = self.site.click_url.clone()?;
                url.query_pairs_mut().extend_pairs(link(player));
                Entrance::Click(url)
            }
            Arrival::Stray(click_id) => Entrance::Landing(direct(self.scenario, operator, player), click_id.clone()),
        };
        let plan = &self.scenario.operator;
        let steps = Steps { plan, ids: sample.ids(), seed: self.inputs.seed };
        let errand = |(place, event): (usize, &Event<'_>)| {
            let deposit =
                matches!(event.detail, Detail::Reversal { .. }).then(|| reversed(&journey, event.detail.money()));
            let deposit = deposit.flatten().map(named);
            let told = Told { account: (place > 0).then_some(ACCOUNT), deposit: deposit.as_deref() };
            let step = steps.step(player, event, told);
            let url = below(operator, step.path.iter().map(String::as_str));
            Errand { kind: event.key.kind, url, step }
        };
        let steps = journey.events.iter().enumerate().map(errand).collect();
        Some(Party { players: 1, entrance, user_agent: player.user_agent.to_owned(), steps })
    }
}

/// A path below the operator's URL.
fn within(operator: &Url, path: &str) -> Url {
    below(operator, path.split('/').skip(1))
}

/// Whether two players do the same, so that one line of a shell does for both.
fn is_alike(one: &Visit, other: &Visit) -> bool {
    let deeds = |visit: &Visit| -> Vec<(EventKind, Option<Money>)> {
        visit.deeds.iter().map(|deed| (deed.key.kind, deed.money)).collect()
    };
    one.arrival == other.arrival && one.brand.as_str() == other.brand.as_str() && deeds(one) == deeds(other)
}

/// The step, counted from 1, of the deposit that a reversal takes back: the first of that money.
fn reversed(journey: &Journey<'_>, money: Option<Money>) -> Option<usize> {
    let is_it = |event: &Event<'_>| event.key.kind == EventKind::Deposit && event.detail.money() == money;
    journey.events.iter().position(is_it).map(|place| place + 1)
}
