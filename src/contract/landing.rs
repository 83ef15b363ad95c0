//! Landings: where a click led, as its answer says it. Whether it should have led there is for the cases to judge.

use url::Url;

use super::grade::described;
use super::trial::{Finding, Trial, Tried};
use crate::profile::click_id;

/// What an answer to a click does with the player.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// Sends him on to this URL.
    On(Url),
    /// Not that; in words.
    Astray(String),
    /// There is no answer that means anything: none at all, or one that asks for patience.
    Untold(String),
}

impl Trial<'_> {
    /// What each click led to, by the place of its shot.
    pub(super) fn leads(&self) -> impl Iterator<Item = (usize, Lead)> {
        self.shots().filter_map(|(place, _, heard)| Some((place, self.lead(heard.last()?))))
    }

    /// The landing URL of each click, or what is to be said where one led nowhere.
    pub(super) fn landings(&self) -> Result<Vec<(usize, Url)>, Finding> {
        let mut landings = Vec::new();
        for (place, lead) in self.leads() {
            match lead {
                Lead::On(url) => landings.push((place, url)),
                Lead::Astray(what) | Lead::Untold(what) => {
                    return Err(Finding::inconclusive(format!("a click led to no landing page: {what}")));
                }
            }
        }
        if landings.len() < self.plan.shots().count() {
            return Err(Finding::inconclusive("it was cut short before everything was sent"));
        }
        Ok(landings)
    }

    /// The click id of each click, by the place of its shot, and what is to be said where some are missing.
    pub(super) fn click_ids(&self) -> (Vec<(usize, String)>, Option<Finding>) {
        let mut ids = Vec::new();
        let mut first = None;
        for (place, lead) in self.leads() {
            match lead {
                Lead::On(landing) => match self.click_id(&landing) {
                    Some(id) => ids.push((place, id)),
                    None => first = first.or(Some("one had none in its landing URL".to_owned())),
                },
                Lead::Astray(what) | Lead::Untold(what) => first = first.or(Some(format!("one led nowhere: {what}"))),
            }
        }
        let clicks = self.plan.shots().count();
        if ids.len() == clicks {
            return (ids, None);
        }
        let why = first.unwrap_or_else(|| "it was cut short before everything was sent".to_owned());
        let missing = Finding::inconclusive(format!("only {} of {clicks} clicks have an id; {why}", ids.len()));
        (ids, Some(missing))
    }

    /// The click id that a landing URL carries.
    pub(super) fn click_id(&self, landing: &Url) -> Option<String> {
        click_id(landing, &self.terms.clicks.as_ref()?.parameters)
    }

    fn lead(&self, tried: &Tried) -> Lead {
        let (Some(clicks), Some(reply)) = (&self.terms.clicks, &tried.reply) else {
            return Lead::Untold(described(tried));
        };
        let status = reply.status;
        if matches!(status, 429 | 503) {
            return Lead::Untold(format!("it was answered {status}, again and again"));
        }
        let mut locations = reply.headers.iter().filter(|(name, _)| name == "location").map(|(_, value)| value);
        let one = locations.next().filter(|_| locations.next().is_none());
        match (status, one) {
            (301 | 302 | 303 | 307 | 308, Some(location)) => match clicks.url.join(location) {
                Ok(url) => Lead::On(url),
                Err(_) => Lead::Astray(format!("its answer {status} has a Location that is no URL")),
            },
            (300..=399, _) => Lead::Astray(format!("its answer {status} has not one Location")),
            _ => Lead::Astray(format!("it was answered {status}")),
        }
    }
}
