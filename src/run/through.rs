//! A journey through an operator: the player clicks, looks at pages, registers and pays there, step by step, and the
//! operator's own sender fires the postbacks. What a step says is made by `journey`; what became of it is the oracle's.

use std::sync::Arc;

use url::Url;

use super::click::{Landing, click, patiently};
use super::courier::{Errand, Parcel, Private};
use super::journey::{Clicking, Field, Played, private};
use super::passage::{Passage, excerpt, id_at};
use super::site::OperatorSite;
use crate::fault::Course;
use crate::journey::{Journey, Steps, Told};
use crate::model::{Delivery, Detail, Event, EventKind, Label, Player, Purpose, Sent};
use crate::scenario::Scenario;
use crate::send::{Answer, Form, Redactor, Visitor, by_name};

impl Field {
    /// Plays a journey on the operator's pages. A step that is not taken ends it: nobody pays into an account that was
    /// not opened, and nothing that follows from a refusal is held against anybody.
    pub(super) async fn pass(self: Arc<Self>, index: u64) -> Played {
        let mut played = Played { index, ..Played::default() };
        let mut journey = self.journeys().journey(index);
        let Some(operator) = &self.courier.site.operator else { return played };
        let clicks = self.courier.site.click_url.is_some();
        self.go(operator, &mut journey, clicks, &mut played).await;
        played
    }

    /// Plays the steps of a journey; the player comes by a click, or with the click id that the journey has.
    pub(super) async fn go(
        &self,
        operator: &OperatorSite,
        journey: &mut Journey<'_>,
        clicks: bool,
        played: &mut Played,
    ) {
        self.due(journey.clicked_at).await;
        if self.courier.stopped() || !self.arrived(operator, journey, clicks, played).await {
            return;
        }
        for event in &journey.events {
            self.due(event.at).await;
            if self.courier.stopped() || !self.step(operator, journey, event, played).await {
                break;
            }
        }
    }

    /// The steps that come once more after the rest of the run, unchanged and under the same keys.
    pub(super) async fn pass_again(self: Arc<Self>, mut played: Played) -> Played {
        let Some(journey) = self.resumed(&played) else { return played };
        for (key, form) in std::mem::take(&mut played.passage.repeats) {
            let place = played.deliveries.iter().position(|delivery| delivery.sent.key == key);
            let (Some(place), false) = (place, self.courier.stopped()) else { continue };
            let _sending = self.senders.acquire().await;
            let private = with_session(private(&journey.player), &played.passage);
            let delivery = &mut played.deliveries[place];
            let (parcel, accepted) = (Parcel::Step(form), Vec::new());
            let mut errand = Errand { delivery, parcel, private: &private, accepted };
            self.courier.until_settled(&mut errand).await;
            let accepted = errand.accepted;
            self.hear(&private, &accepted, place, &mut played);
        }
        played
    }

    /// From the click to the last page before the form; false when the player got nowhere.
    pub(super) async fn arrived(
        &self,
        operator: &OperatorSite,
        journey: &mut Journey<'_>,
        clicks: bool,
        played: &mut Played,
    ) -> bool {
        let _sending = self.senders.acquire().await;
        let site = &self.courier.site;
        let landing = if clicks {
            match click(site, &self.scenario.click, &journey.player, &self.courier.closing).await {
                Ok(clicked) => {
                    journey.player.click_id = Label::new(clicked.click_id.as_str());
                    let click_id = Ok(clicked.click_id);
                    played.click = Some(Clicking { click_id, landing: Landing::Unvisited });
                    clicked.landing
                }
                Err(error) => {
                    played.click = Some(Clicking { click_id: Err(error), landing: Landing::Unvisited });
                    return false;
                }
            }
        } else {
            direct(&self.scenario, &operator.url, &journey.player)
        };
        let found = self.look(&landing, journey, &mut played.passage).await;
        let open = matches!(found, Landing::Open);
        if let (false, Landing::Absent(why)) = (open, &found) {
            played.passage.counts.page_is_closed(|| format!("{}: {why}", landing.path()));
        }
        if let Some(click) = &mut played.click {
            click.landing = found;
        }
        if open {
            self.browse(&landing, journey, &mut played.passage).await;
        }
        open
    }

    /// The pages between landing and registering, on the landing page's host. One that is not there keeps nobody from
    /// registering.
    async fn browse(&self, landing: &Url, journey: &Journey<'_>, passage: &mut Passage) {
        for path in &self.scenario.operator.paths.pages {
            let mut page = landing.clone();
            page.set_query(None);
            page.set_path(path);
            let why = match self.look(&page, journey, passage).await {
                Landing::Open | Landing::Unvisited => continue,
                Landing::Redirects => "it redirects".to_owned(),
                Landing::Absent(why) => why,
            };
            passage.counts.page_is_closed(|| format!("{path}: {why}"));
        }
    }

    /// Looks at a page, and keeps the cookies that it sets.
    async fn look(&self, page: &Url, journey: &Journey<'_>, passage: &mut Passage) -> Landing {
        let site = &self.courier.site;
        if !site.may_fire_at(page) {
            let host = page.host_str().unwrap_or_default();
            let why = || format!("{}: its host may not be asked: --allow-host {host}", page.path());
            passage.counts.page_is_closed(why);
            return Landing::Unvisited;
        }
        passage.counts.pages += 1;
        let visitor = Visitor { user_agent: journey.player.user_agent, cookies: &passage.cookies, site: None };
        let answer = patiently(&self.courier.closing, || site.client.page(page, visitor)).await;
        for cookie in answer.iter().flat_map(|answer| &answer.cookies) {
            passage.cookies.keep(page, cookie);
        }
        Landing::of(answer.as_ref())
    }

    /// Takes one step; false when it was not taken, or told no account to go on with.
    pub(super) async fn step(
        &self,
        operator: &OperatorSite,
        journey: &Journey<'_>,
        event: &Event<'_>,
        played: &mut Played,
    ) -> bool {
        let faults = self.placement.of(event.key).genuine;
        let course = Course::new(&faults, event.key, self.inputs.seed);
        let form = Arc::new(self.form(operator, journey, event, played));
        let _sending = self.senders.acquire().await;
        let mut sent = Sent::of(&self.ids, &journey.player, event);
        sent.says_time = self.scenario.operator.fields.occurred_at.is_some();
        let mut delivery =
            Delivery { sent, purpose: Purpose::Genuine, faults, attempts: Vec::new(), dead_lettered: false };
        let private = with_session(private(&journey.player), &played.passage);
        let parcel = Parcel::Step(Arc::clone(&form));
        let mut errand = Errand { delivery: &mut delivery, parcel, private: &private, accepted: Vec::new() };
        self.courier.genuine(&mut errand, course).await;
        let accepted = errand.accepted;
        let taken = delivery.any_ok();
        if !delivery.attempts.is_empty() {
            played.deliveries.push(delivery);
            self.hear(&private, &accepted, played.deliveries.len() - 1, played);
        }
        for cookie in accepted.iter().flat_map(|answer| &answer.cookies) {
            let place = by_name(&form.url, played.passage.site.as_deref());
            played.passage.cookies.keep(&place, cookie);
        }
        if taken && course.again {
            played.passage.repeats.push((event.key, form));
        }
        taken && played.passage.account.is_some()
    }

    /// The step that causes an event, as the operator's earlier answers have it.
    fn form(&self, operator: &OperatorSite, journey: &Journey<'_>, event: &Event<'_>, played: &Played) -> Form {
        let plan = &self.scenario.operator;
        let deposit = matches!(event.detail, Detail::Reversal { .. }).then(|| self.reversed(event, played)).flatten();
        let told = Told { account: played.passage.account.as_deref(), deposit };
        let steps = Steps { plan, ids: &self.ids, seed: self.inputs.seed };
        let step = steps.step(&journey.player, event, told);
        let url = below(&operator.url, step.path.iter().map(String::as_str));
        let Passage { cookies, site, .. } = &played.passage;
        let visitor = Visitor { user_agent: journey.player.user_agent, cookies, site: site.as_deref() };
        Form::new(url, step, visitor, operator.bearer.as_deref())
    }

    /// The event id of the deposit that a reversal takes back, where the operator named it.
    fn reversed<'a>(&self, event: &Event<'_>, played: &'a Played) -> Option<&'a str> {
        let money = event.detail.money();
        let deposits = played.deliveries.iter().filter(|d| d.sent.kind() == EventKind::Deposit);
        let deposit = deposits.into_iter().find(|delivery| delivery.sent.money == money)?;
        (!crate::oracle::is_unnamed(deposit, &self.ids)).then_some(deposit.sent.event_id.as_str())
    }

    /// Reads what the operator told of a step: its event id, the same in every answer, and the account that it opened.
    fn hear(&self, private: &Private<'_>, accepted: &[Answer], place: usize, played: &mut Played) {
        let plan = &self.scenario.operator;
        let (sent, passage) = (&mut played.deliveries[place].sent, &mut played.passage);
        let redactor = || {
            let hidden = self.courier.site.redactor.clone().and(private.ip.clone()).and(private.user_agent);
            private.session.iter().cloned().fold(hidden, Redactor::and)
        };
        for answer in accepted {
            if sent.key.kind == EventKind::Registration && passage.account.is_none() {
                passage.account = id_at(&answer.body, &plan.account_id);
            }
            if sent.key.kind == EventKind::Deposit {
                passage.transaction = id_at(&answer.body, &plan.transaction_id);
            }
            let Some(pointer) = &plan.event_id else { continue };
            let Some(id) = id_at(&answer.body, pointer) else {
                passage.counts.unnamed.add(|| excerpt(&redactor(), &answer.body));
                continue;
            };
            passage.counts.named += 1;
            if self.ids.parse(&sent.event_id) == Some(sent.key) {
                sent.event_id = id;
            } else if sent.event_id != id {
                passage.counts.changed.add(|| format!("{} and {id}", sent.event_id));
            }
        }
        if let (EventKind::Registration, None, Some(answer)) = (sent.key.kind, &passage.account, accepted.last()) {
            passage.counts.accountless.add(|| excerpt(&redactor(), &answer.body));
        }
    }
}

/// Where a player arrives who did not click: the landing page, with the derived click id as a network appends it.
pub(super) fn direct(scenario: &Scenario, operator: &Url, player: &Player<'_>) -> Url {
    let mut url = below(operator, scenario.operator.paths.landing.split('/').skip(1));
    let parameter = scenario.click.parameters.first().map_or("click_id", String::as_str);
    url.query_pairs_mut()
        .append_pair(parameter, player.click_id.as_str())
        .append_pair("brand_id", player.brand.as_str());
    url
}

/// A URL below the operator's, segment by segment, so that what an answer named cannot lead elsewhere.
pub(super) fn below<'s>(base: &Url, segments: impl Iterator<Item = &'s str>) -> Url {
    let mut url = base.clone();
    // A URL by http or https always has a path.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

fn with_session<'a>(private: Private<'a>, passage: &Passage) -> Private<'a> {
    Private { session: passage.cookies.values().map(str::to_owned).collect(), ..private }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_stay_below_the_operator_whatever_it_answered() {
        let base =
            |base: &str, segments: &[&str]| below(&Url::parse(base).unwrap(), segments.iter().copied()).to_string();
        assert_eq!(base("http://h", &["a", "u_1", "b"]), "http://h/a/u_1/b");
        assert_eq!(base("http://h/api/", &["a"]), "http://h/api/a");
        assert_eq!(base("http://h/api", &["..", "x/../y?z#w"]), "http://h/api/x%2F..%2Fy%3Fz%23w");
    }
}
