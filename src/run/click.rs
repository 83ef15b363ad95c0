//! Clicking: a player follows the affiliate's link, exactly one redirect leads to the landing page,
//! and the landing page's address carries the click id.

use std::time::Duration;

use tokio::sync::watch;
use url::Url;

use super::site::Site;
use crate::model::Player;
use crate::profile::{click_id, link};
use crate::scenario::ClickPlan;
use crate::send::Answer;

/// Longest page that is read; only that it is there matters.
const MAX_PAGE: usize = 1024 * 1024;
/// Tries for a click that the redirector answers with a 5xx or not at all, as a player's impatient second click does.
const TRIES: u32 = 8;
/// Longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// A click that led on.
pub(super) struct Clicked {
    /// The click id that the target made.
    pub(super) click_id: String,
    /// Where it led.
    pub(super) landing: Url,
}

/// What a landing page was.
pub(super) enum Landing {
    /// Not opened: its host may not be fired at, or the scenario says so.
    Unvisited,
    /// There.
    Open,
    /// A redirect again.
    Redirects,
    /// Not there; in words.
    Absent(String),
}

/// Clicks for one player.
///
/// # Errors
/// What the link did instead, in words.
pub(super) async fn click(
    site: &Site,
    plan: &ClickPlan,
    player: &Player<'_>,
    stop: &watch::Receiver<bool>,
) -> Result<Clicked, String> {
    let url = affiliate_link(site, player)?;
    let answer = patiently(stop, || site.client.get(url.clone(), None, MAX_PAGE)).await?;
    Clicked::of(&url, &answer, plan)
}

/// The link that a player clicks.
///
/// # Errors
/// When there is none; in words.
pub(super) fn affiliate_link(site: &Site, player: &Player<'_>) -> Result<Url, String> {
    let Some(base) = &site.click_url else { return Err("there is no click URL".to_owned()) };
    let mut url = base.clone();
    url.query_pairs_mut().extend_pairs(link(player));
    Ok(url)
}

/// Asks again while the answer is one that passes: none at all, a 5xx or a 429.
///
/// # Errors
/// When no answer came at last; in words.
pub(super) async fn patiently<F>(stop: &watch::Receiver<bool>, ask: impl Fn() -> F) -> Result<Answer, String>
where
    F: Future<Output = Result<Answer, String>>,
{
    let mut wait = Duration::from_millis(100);
    let mut tries = 1;
    loop {
        let answer = ask().await;
        let passing = answer.as_ref().map_or(true, |answer| answer.status >= 500 || answer.status == 429);
        if !passing || tries == TRIES || *stop.borrow() {
            return answer;
        }
        tries += 1;
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// Opens a landing page, where that is wanted and may be.
pub(super) async fn visit(site: &Site, plan: &ClickPlan, landing: Url) -> Landing {
    if !plan.visit_landing || !site.may_fire_at(&landing) {
        return Landing::Unvisited;
    }
    Landing::of(site.client.get(landing, None, MAX_PAGE).await.as_ref())
}

impl Clicked {
    /// Where the answer to a click on `url` leads.
    ///
    /// # Errors
    /// What it is instead of one redirect with a click id, in words.
    pub(super) fn of(url: &Url, answer: &Answer, plan: &ClickPlan) -> Result<Self, String> {
        let location = match (answer.status, &answer.location) {
            (300..=399, Some(location)) => location,
            (status, _) => return Err(format!("the click answered {status} and not one redirect to the landing page")),
        };
        let landing = url.join(location).map_err(|error| format!("the redirect leads to no URL: {error}"))?;
        let click_id = click_id(&landing, &plan.parameters).ok_or_else(|| {
            format!("the landing URL has no parameter {} with a click id", plan.parameters.join(" or "))
        })?;
        Ok(Self { click_id, landing })
    }
}

impl Landing {
    /// What an answer makes of a landing page.
    pub(super) fn of(answer: Result<&Answer, &String>) -> Self {
        match answer {
            Ok(answer) if (300..400).contains(&answer.status) => Self::Redirects,
            Ok(answer) if answer.status >= 400 => Self::Absent(format!("it answers {}", answer.status)),
            Ok(_) => Self::Open,
            Err(error) => Self::Absent(error.clone()),
        }
    }
}
