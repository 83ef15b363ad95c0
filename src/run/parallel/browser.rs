//! A player's browser at work: pages are looked at, their cookies kept, their pixels loaded, with the cookies that the model leaves it.

use url::Url;

use super::super::click::{Clicked, affiliate_link, patiently};
use super::super::journey::Field;
use super::super::passage::Passage;
use crate::attribution::{Loss, Visitor};
use crate::model::Player;
use crate::scenario::{ParallelPlan, Setup};
use crate::send::{self, Image, Page, by_name, is_loopback};

/// What stands for the brand in the name of the tracker's site.
const BRAND: &str = "{brand}";

/// A browser that is being used.
pub(super) struct Browser<'a> {
    pub(super) field: &'a Field,
    pub(super) user_agent: &'a str,
    /// Where its cookies are, and whose pages it is on.
    pub(super) passage: &'a mut Passage,
}

/// A page that was looked at.
pub(super) struct Looked {
    /// Its address.
    url: Url,
    /// What it asks for.
    page: Page,
}

impl Browser<'_> {
    /// Follows the affiliate's link, at the tracker's own name.
    ///
    /// # Errors
    /// What the link did instead, in words.
    pub(super) async fn click(&mut self, visitor: &Visitor<'_>, player: &Player<'_>) -> Result<Clicked, String> {
        let field = self.field;
        let url = affiliate_link(&field.courier.site, player)?;
        let tracker = tracker_site(&field.scenario.parallel, &url, visitor.brand.as_str());
        let answer = self.get(&url, tracker.as_deref()).await?;
        Clicked::of(&url, &answer, &field.scenario.click)
    }

    /// Looks at a page of the brand: keeps the cookies that its answer and its scripts set.
    ///
    /// # Errors
    /// When the page is not there; in words.
    pub(super) async fn look(&mut self, url: &Url) -> Result<Looked, String> {
        let site = &self.field.courier.site;
        if !site.may_fire_at(url) {
            let host = url.host_str().unwrap_or_default();
            return Err(format!("{}: its host may not be asked: --allow-host {host}", url.path()));
        }
        let known = self.passage.site.clone();
        let answer = self.get(url, known.as_deref()).await?;
        if answer.status >= 300 {
            return Err(format!("{} answers {}", url.path(), answer.status));
        }
        let page = Page::read(&answer.body);
        if page.site.is_some() && page.site != known {
            // The first page says under what name its answer's cookies are to be kept.
            self.passage.site.clone_from(&page.site);
            self.keep(url, &answer.cookies);
        }
        self.keep(url, &page.cookies);
        Ok(Looked { url: url.clone(), page })
    }

    /// Loads the images of a page as this browser does.
    ///
    /// # Errors
    /// When one is not there; in words.
    pub(super) async fn load(&mut self, looked: &Looked, cookie: Result<(), Loss>) -> Result<(), String> {
        if cookie.is_err_and(|loss| !loss.leaves_pixel()) {
            return Ok(());
        }
        for image in &looked.page.images {
            let Ok(url) = looked.url.join(&image.src) else { continue };
            if !self.field.courier.site.may_fire_at(&url) {
                continue;
            }
            let bare = cookie == Err(Loss::ThirdParty) && self.is_third_party(&url, image);
            self.dot(&url, image.site.as_deref(), bare).await?;
        }
        Ok(())
    }

    /// Loads a pixel, with the cookies of its site unless it is to go bare.
    ///
    /// # Errors
    /// When it is not there; in words.
    pub(super) async fn dot(&mut self, url: &Url, site: Option<&str>, bare: bool) -> Result<(), String> {
        let sent = if bare { self.ask(url, site, &send::Cookies::default()).await } else { self.get(url, site).await };
        let status = sent?.status;
        if status >= 400 {
            return Err(format!("{} answers {status}", url.path()));
        }
        Ok(())
    }

    /// Loses the tracking cookies of a click, as the model has it: all whose value holds the click id.
    pub(super) fn lose(&mut self, click_id: &str, cookie: Result<(), Loss>) {
        let loses = |loss| !matches!(loss, Loss::ThirdParty | Loss::Blocked);
        if cookie.is_err_and(loses) {
            self.passage.cookies.forget(click_id);
        }
    }

    fn is_third_party(&self, url: &Url, image: &Image) -> bool {
        let host = image.site.as_deref().or(url.host_str()).unwrap_or_default();
        let Some(site) = self.passage.site.as_deref() else { return false };
        host != site && !host.strip_suffix(site).is_some_and(|rest| rest.ends_with('.'))
    }

    async fn get(&mut self, url: &Url, site: Option<&str>) -> Result<send::Answer, String> {
        let answer = self.ask(url, site, &self.passage.cookies).await?;
        let place = by_name(url, site);
        answer.cookies.iter().for_each(|cookie| self.passage.cookies.keep(&place, cookie));
        Ok(answer)
    }

    async fn ask(&self, url: &Url, site: Option<&str>, cookies: &send::Cookies) -> Result<send::Answer, String> {
        let courier = &self.field.courier;
        let visitor = send::Visitor { user_agent: self.user_agent, cookies, site };
        patiently(&courier.closing, || courier.site.client.page(url, visitor)).await
    }

    fn keep(&mut self, url: &Url, cookies: &[String]) {
        let place = by_name(url, self.passage.site.as_deref());
        for cookie in cookies {
            self.passage.cookies.keep(&place, cookie);
        }
    }
}

/// By what name the tracker is spoken to: as the scenario says, or on loopback as the reference stack is called there; else by the host of
/// its URL.
pub(super) fn tracker_site(plan: &ParallelPlan, url: &Url, brand: &str) -> Option<String> {
    let name = match &plan.tracker_site {
        Some(name) => name.as_str(),
        None if is_loopback(url) => reference_site(plan.setup),
        None => return None,
    };
    let simple = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    let brand: String = brand.chars().map(simple).collect();
    Some(name.replace(BRAND, brand.trim_matches('-')))
}

/// By what name the reference stack's tracker is spoken to, for each set-up of the cookie side.
fn reference_site(setup: Setup) -> &'static str {
    match setup {
        Setup::Cname => "track.{brand}.example",
        Setup::FirstParty(_) | Setup::ThirdParty => "tracker.test",
    }
}
