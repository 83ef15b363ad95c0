//! One player at work: the moves of the itinerary, each when its time has come, each noted before the next one is made.

use std::sync::Arc;

use super::super::click::{Clicked, Landing};
use super::super::journey::{Clicking, Field, Played};
use super::super::passage::Passage;
use super::super::site::OperatorSite;
use super::super::through::below;
use super::browser::Browser;
use super::clock::VirtualClock;
use super::diary::{Diary, Progress};
use super::firing;
use crate::attribution::{Crowd, Itinerary, Move};
use crate::model::{Event, EventKind, Label};

/// What all players share.
pub(super) struct Stage {
    pub(super) field: Arc<Field>,
    pub(super) clock: VirtualClock,
    pub(super) diary: Diary,
}

/// A player while the itinerary is played.
struct Part<'a> {
    stage: &'a Stage,
    /// On whose pages the player is; without any, postproof fires both sides itself.
    operator: Option<&'a OperatorSite>,
    itinerary: &'a mut Itinerary<'a>,
    played: Played,
    progress: Progress,
}

impl Stage {
    /// The players of the run.
    pub(super) fn crowd(&self) -> Crowd<'_> {
        let Field { scenario, inputs, .. } = &*self.field;
        let plan = &scenario.parallel;
        Crowd::new(plan, &scenario.journeys, inputs.seed, inputs.start, plan.players)
    }

    /// Plays one player from where the diary left them to the end, or until the run is cut short.
    ///
    /// # Errors
    /// When the diary cannot be written: what is not noted must not be gone on from.
    pub(super) async fn play(self: Arc<Self>, progress: Progress) -> std::io::Result<Progress> {
        let (crowd, journeys) = (self.crowd(), self.field.journeys());
        let mut itinerary = crowd.itinerary(&journeys, progress.player);
        let operator = self.field.courier.site.operator.as_ref();
        let stops = itinerary.stops.clone();
        let mut played = Played { index: progress.player, ..Played::default() };
        played.passage = Passage {
            cookies: progress.cookies.clone(),
            site: progress.site.clone(),
            account: progress.account.clone(),
            ..Passage::default()
        };
        played.passage.transaction.clone_from(&progress.transaction_id);
        if let Some(click_id) = &progress.click_id {
            itinerary.journey.player.click_id = Label::new(click_id.as_str());
            played.click = Some(Clicking { click_id: Ok(click_id.clone()), landing: Landing::Unvisited });
        }
        let mut part = Part { stage: &self, operator, itinerary: &mut itinerary, played, progress };
        for stop in stops.iter().skip(part.progress.made) {
            if part.progress.stuck.is_some() || !self.due(stop.at).await {
                break;
            }
            if !part.make(stop.action).await {
                break;
            }
            part.note()?;
        }
        Ok(part.progress)
    }

    /// Waits until players' time has come that far; false when the run is cut short before.
    async fn due(&self, at: jiff::Timestamp) -> bool {
        let mut closing = self.field.courier.closing.clone();
        tokio::select! {
            biased;
            _ = closing.wait_for(|closing| *closing) => false,
            () = tokio::time::sleep_until(self.clock.instant(at)) => true,
        }
    }
}

impl Part<'_> {
    /// Makes a move; false when it was cut short, so that it is to be made again.
    async fn make(&mut self, action: Move<'_>) -> bool {
        let made = match action {
            Move::Click => self.click().await,
            Move::Page(name) => self.page(name).await.map_err(|_| String::new()),
            Move::Cause(place) => self.cause(place).await,
            Move::Welcome => self.shown(self.stage.field.scenario.operator.paths.welcome.clone()).await,
            Move::Thanks if self.operator.is_none() => self.pixel().await,
            Move::Thanks => self.shown(self.stage.field.scenario.operator.paths.thanks.clone()).await,
        };
        if self.stage.field.courier.stopped() && made.is_err() {
            return false;
        }
        // A page on the way that is not there keeps nobody from registering; what the comparison needs is told.
        self.progress.stuck = made.err().filter(|why| !why.is_empty());
        true
    }

    async fn click(&mut self) -> Result<(), String> {
        let field = &self.stage.field;
        let _sending = field.senders.acquire().await;
        let Itinerary { journey, visitor, .. } = &mut *self.itinerary;
        let mut browser = Browser { field, user_agent: journey.player.user_agent, passage: &mut self.played.passage };
        let Clicked { click_id, landing } = browser.click(visitor, &journey.player).await?;
        journey.player.click_id = Label::new(click_id.as_str());
        if self.operator.is_some() {
            browser.look(&landing).await?;
        }
        self.progress.click_id = Some(click_id);
        Ok(())
    }

    async fn page(&mut self, name: &str) -> Result<(), String> {
        let Some(operator) = self.operator else { return Ok(()) };
        let field = &self.stage.field;
        let path = field.scenario.operator.paths.page(name);
        let page = below(&operator.url, path.split('/').skip(1));
        let _sending = field.senders.acquire().await;
        let user_agent = self.itinerary.journey.player.user_agent;
        let mut browser = Browser { field, user_agent, passage: &mut self.played.passage };
        let looked = browser.look(&page).await?;
        browser.load(&looked, Ok(())).await
    }

    /// Causes an event, under the same key however often it is repeated.
    async fn cause(&mut self, place: usize) -> Result<(), String> {
        let Some(event) = self.itinerary.journey.events.get(place).copied() else { return Ok(()) };
        let made_at = self.stage.clock.now();
        let event_id = match self.operator {
            Some(operator) => self.step(operator, &event).await?,
            None => self.fire(&event).await?,
        };
        self.progress.account.clone_from(&self.played.passage.account);
        if event.key.kind == EventKind::Deposit {
            self.progress.behind_s = (made_at.as_second() - event.at).max(0);
            self.progress.event_id = event_id;
            self.progress.transaction_id.clone_from(&self.played.passage.transaction);
        }
        Ok(())
    }

    /// Takes a step at the operator; tells the event's id.
    async fn step(&mut self, operator: &OperatorSite, event: &Event<'_>) -> Result<Option<String>, String> {
        let taken = self.stage.field.step(operator, &self.itinerary.journey, event, &mut self.played).await;
        let delivery = self.played.deliveries.pop();
        if taken {
            return Ok(delivery.map(|delivery| delivery.sent.event_id));
        }
        let outcome = delivery.as_ref().and_then(|delivery| delivery.attempts.last());
        let outcome = outcome.map_or_else(|| "not sent".to_owned(), |attempt| attempt.outcome.to_string());
        Err(format!("{} was not taken: {outcome}", event.key.kind.name()))
    }

    /// Fires the event's postback; tells the event's id, which is the transaction's too.
    async fn fire(&mut self, event: &Event<'_>) -> Result<Option<String>, String> {
        let event_id = firing::postback(self.stage, self.itinerary, event).await?;
        self.played.passage.account = Some(self.itinerary.journey.player.account.clone());
        self.played.passage.transaction = Some(event_id.clone());
        Ok(Some(event_id))
    }

    /// Fires the pixel of the deposit as far as the player's browser does.
    async fn pixel(&mut self) -> Result<(), String> {
        let field = &self.stage.field;
        let Some(plan) = &field.scenario.parallel.pixel else { return Ok(()) };
        let _sending = field.senders.acquire().await;
        let passage = &mut self.played.passage;
        let transaction = passage.transaction.clone().unwrap_or_default();
        let user_agent = self.itinerary.journey.player.user_agent;
        let mut browser = Browser { field, user_agent, passage };
        firing::pixel(&mut browser, plan, self.itinerary, &transaction).await
    }

    /// Looks at a page that the operator shows after a step, and loads its pixels as far as the player's browser does.
    async fn shown(&mut self, path: Option<String>) -> Result<(), String> {
        let (Some(operator), Some(path)) = (self.operator, path) else { return Ok(()) };
        let field = &self.stage.field;
        let _sending = field.senders.acquire().await;
        let Itinerary { journey, visitor, .. } = &*self.itinerary;
        let passage = &mut self.played.passage;
        let (account, transaction) = (passage.account.clone(), passage.transaction.clone());
        let fill = |segment: &str| {
            let segment = segment.replace("{account}", account.as_deref().unwrap_or_default());
            segment.replace("{transaction}", transaction.as_deref().unwrap_or_default())
        };
        let segments: Vec<String> = path.split('/').skip(1).map(fill).collect();
        let page = below(&operator.url, segments.iter().map(String::as_str));
        let cookie = visitor.conversion.map_or(Ok(()), |conversion| conversion.cookie);
        let mut browser = Browser { field, user_agent: journey.player.user_agent, passage };
        browser.lose(journey.player.click_id.as_str(), cookie);
        let looked = browser.look(&page).await?;
        browser.load(&looked, cookie).await
    }

    /// Notes that a move is made.
    fn note(&mut self) -> std::io::Result<()> {
        self.progress.made += 1;
        self.progress.cookies.clone_from(&self.played.passage.cookies);
        self.progress.site.clone_from(&self.played.passage.site);
        self.stage.diary.player(&self.progress)
    }
}
