//! Who a player is, and when they do what: drawn from a random stream of the player's own, so that a player comes out the same
//! alone, in any order and on any thread. What becomes of the cookie is left to `loss`.

use super::loss::Loss;
use crate::journey::Draws;
use crate::scenario::{AudiencePlan, Browser, Device, Funnel, JourneyPlan, ParallelPlan};

/// A player. Times are whole seconds since 1970; shares of what is published are turned into what holds of this one.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is drawn by a share of its own, and any may come with any other"
)]
pub(super) struct Person {
    /// With what the link was clicked.
    pub(super) clicks_with: Tool,
    /// With what the deposit is made, if one is.
    pub(super) deposits_with: Tool,
    /// What keeps the cookie of the click from the deposit, where they are made with different tools.
    pub(super) moved: Option<Loss>,
    /// The number of the brand among the journeys' brands.
    pub(super) brand: usize,
    /// The number of the affiliate among the journeys' affiliates.
    pub(super) affiliate: usize,
    /// The number of the country among the audience's.
    pub(super) country: usize,
    /// The number of the way among the audience's.
    pub(super) path: usize,
    /// Whether cookies were refused.
    pub(super) refuses: bool,
    /// Whether the click was made in a private window.
    pub(super) is_private: bool,
    /// Whether third-party cookies are turned off where the browser would give them out.
    pub(super) third_party_off: bool,
    /// Whether the click domain is a classified tracker to this browser, if that is Safari.
    pub(super) classified: bool,
    /// The ad blocker, if there is one: how eager it is, 0 (stops everything) to 1.
    pub(super) blocker: Option<f64>,
    /// How long cookies are left alone, in units of the mean: exponential, so that deleting goes on at an even pace.
    pub(super) patience_with_cookies: f64,
    /// When the link was clicked.
    pub(super) clicked: i64,
    /// Whether the click got anywhere; a blocker may stop the click domain.
    pub(super) arrives: bool,
    /// When the player registers, if ever.
    pub(super) registered: Option<i64>,
    /// When the first deposit is made, if ever.
    pub(super) deposited: Option<i64>,
}

/// A browser on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tool {
    pub(super) device: Device,
    pub(super) browser: Browser,
}

/// What players are drawn from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'p> {
    pub(super) plan: &'p ParallelPlan,
    pub(super) journeys: &'p JourneyPlan,
}

impl Source<'_> {
    /// Draws the player who clicks at that time. The order of draws is part of what a seed means: append, never insert.
    pub(super) fn person(&self, clicked: i64, draws: &mut Draws) -> Person {
        let audience = &self.plan.audience;
        let mix = &self.journeys.mix;
        let (brand, affiliate) = (mix.brands.index(draws.word()), mix.affiliates.index(draws.word()));
        let (country, path) = (audience.countries.index(draws.word()), audience.paths.index(draws.word()));
        let is_asked = audience.consent.asked.get(country).is_some_and(|asked| *asked);
        let refuses = draws.unit() < audience.consent.refused && is_asked;
        let is_private = draws.unit() < audience.private_windows;
        let third_party_off = draws.unit() < audience.third_party_off;
        let classified = draws.unit() < audience.classified;
        let patience_with_cookies = -libm::log1p(-draws.unit());
        let (clicks_with, deposits_with, moved) = tools(audience, draws);
        let (blocker, arrives) = blocker(audience, clicks_with, draws);
        let registered = self.registered(clicked, draws).filter(|_| arrives);
        let deposited = self.deposited(draws).zip(registered).map(|(lag, registered)| registered + lag);
        Person {
            clicks_with,
            deposits_with,
            moved,
            brand,
            affiliate,
            country,
            path,
            refuses,
            is_private,
            third_party_off,
            classified,
            blocker,
            patience_with_cookies,
            clicked,
            arrives,
            registered,
            deposited,
        }
    }

    fn registered(&self, clicked: i64, draws: &mut Draws) -> Option<i64> {
        let goes_on = draws.unit() < self.journeys.funnel.registration;
        let lag = draws.seconds(self.journeys.delays.registration);
        goes_on.then(|| clicked + lag)
    }

    /// How long after the registration the first deposit is made.
    fn deposited(&self, draws: &mut Draws) -> Option<i64> {
        let Funnel { kyc, ftd, .. } = self.journeys.funnel;
        let (is_known, pays) = (draws.unit() < kyc, draws.unit() < ftd);
        let lag = draws.seconds(self.plan.lag);
        (is_known && pays).then_some(lag)
    }
}

/// With what the player clicks and deposits. Words are drawn whether or not they are needed, so that another share of one thing
/// leaves every other thing as it was.
fn tools(audience: &AudiencePlan, draws: &mut Draws) -> (Tool, Tool, Option<Loss>) {
    let device = audience.devices.pick(draws.word());
    let own = Tool { device, browser: browser(audience, device, draws) };
    let is_in_app = draws.unit() < audience.in_app.share && device.is_mobile();
    let leaves_app = draws.unit() < audience.in_app.left;
    let changes = draws.unit() < audience.other_device;
    let other = other_device(audience, device, draws.word());
    let elsewhere = Tool { device: other, browser: browser(audience, other, draws) };
    let clicks_with = if is_in_app { Tool { browser: Browser::InApp, ..own } } else { own };
    if is_in_app && leaves_app {
        (clicks_with, own, Some(Loss::InApp))
    } else if changes {
        (clicks_with, elsewhere, Some(Loss::OtherDevice))
    } else {
        (clicks_with, clicks_with, None)
    }
}

fn browser(audience: &AudiencePlan, device: Device, draws: &mut Draws) -> Browser {
    audience.browsers[device as usize].pick(draws.word())
}

/// From phone to desktop and back, as far as the audience has both.
fn other_device(audience: &AudiencePlan, device: Device, word: u64) -> Device {
    let drawn = audience.devices.pick(word);
    if drawn.is_mobile() != device.is_mobile() {
        return drawn;
    }
    let others = audience.devices.values().iter();
    others.copied().find(|other| other.is_mobile() != device.is_mobile()).unwrap_or(drawn)
}

/// The ad blocker, and whether the click gets past it. Brave has one that is on; the browser inside an app has none.
fn blocker(audience: &AudiencePlan, tool: Tool, draws: &mut Draws) -> (Option<f64>, bool) {
    let share = if tool.device.is_mobile() { audience.blockers.mobile } else { audience.blockers.desktop };
    let is_blocking = draws.unit() < share;
    let (eagerness, stops_click) = (draws.unit(), draws.unit() < audience.blockers.stop_click);
    let has_one = match tool.browser {
        Browser::Brave => true,
        Browser::InApp => false,
        _ => is_blocking,
    };
    (has_one.then_some(eagerness), !(has_one && stops_click))
}
