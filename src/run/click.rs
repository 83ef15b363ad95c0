//! Clicking: a player follows the affiliate's link, exactly one redirect leads to the landing page,
//! and the landing page's address carries the click id.

use std::time::Duration;

use tokio::sync::watch;
use url::Url;

use super::site::Site;
use crate::model::Player;
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
    let Some(base) = &site.click_url else { return Err("there is no click URL".to_owned()) };
    let url = link(base, player);
    let answer = patiently(stop, || site.client.get(url.clone(), None, MAX_PAGE)).await?;
    let location = match (answer.status, answer.location) {
        (300..=399, Some(location)) => location,
        (status, _) => return Err(format!("the click answered {status} and not one redirect to the landing page")),
    };
    let landing = url.join(&location).map_err(|error| format!("the redirect leads to no URL: {error}"))?;
    let click_id = click_id(&landing, &plan.parameters)
        .ok_or_else(|| format!("the landing URL has no parameter {} with a click id", plan.parameters.join(" or ")))?;
    Ok(Clicked { click_id, landing })
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

/// The affiliate's link with everything that a redirector logs (seed 003 §2). No personal data stands in a URL.
fn link(base: &Url, player: &Player<'_>) -> Url {
    let mut url = base.clone();
    url.query_pairs_mut()
        .append_pair("utm_source", player.affiliate.as_str())
        .append_pair("utm_medium", "affiliate")
        .append_pair("utm_campaign", player.campaign.as_str())
        .append_pair("utm_content", player.creative.as_str())
        .append_pair("affiliate", player.affiliate.as_str())
        .append_pair("sub_id", player.aff_sub.as_str())
        .append_pair("brand", player.brand.as_str())
        .append_pair("campaign", player.campaign.as_str())
        .append_pair("creative", player.creative.as_str())
        .append_pair("geo", player.geo.as_str())
        .append_pair("device", player.device.as_str())
        .append_pair("consent_version", player.consent.as_str());
    url
}

fn click_id(landing: &Url, parameters: &[String]) -> Option<String> {
    parameters.iter().find_map(|name| {
        let value = landing.query_pairs().find(|(key, _)| key == name)?.1;
        (!value.is_empty() && value.len() <= 256).then(|| value.into_owned())
    })
}

/// Opens a landing page, where that is wanted and may be.
pub(super) async fn visit(site: &Site, plan: &ClickPlan, landing: Url) -> Landing {
    if !plan.visit_landing || !site.may_fire_at(&landing) {
        return Landing::Unvisited;
    }
    Landing::of(site.client.get(landing, None, MAX_PAGE).await.as_ref())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_click_id_is_found_under_its_names() {
        let names = ["click_id".to_owned(), "clickid".to_owned()];
        let find = |url: &str| click_id(&Url::parse(url).unwrap(), &names);
        assert_eq!(find("https://x.test/?a=1&click_id=abc%2F1"), Some("abc/1".to_owned()));
        assert_eq!(find("https://x.test/?clickid=abc"), Some("abc".to_owned()));
        assert_eq!(find("https://x.test/?click_id="), None);
        assert_eq!(find("https://x.test/?id=abc"), None);
    }
}
