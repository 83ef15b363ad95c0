//! Why a cookie is not there when the pixel wants it, or why the pixel never comes. Decided of one player at a time, from what was
//! drawn for them; nothing is drawn here.

use std::time::Duration;

use super::cookie::{self, Engine};
use super::person::Person;
use crate::scenario::{AudiencePlan, Blockers, Caps, Setup};

/// Why the cookie side does not see a conversion although nothing is set up wrongly. Where several causes come together, the first in
/// this order is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Loss {
    /// The player refused cookies.
    NoConsent,
    /// The click was made in the browser inside an app, and the deposit in the phone's own.
    InApp,
    /// The deposit was made on another device than the click.
    OtherDevice,
    /// The private window of the click was closed, or its browser keeps trackers from it.
    PrivateWindow,
    /// The browser does not give third-party cookies out.
    ThirdParty,
    /// The browser kept the cookie for a shorter time than the player took.
    Expired,
    /// The player deleted it.
    Deleted,
    /// An ad blocker stopped the pixel.
    Blocked,
}

/// What happens to cookies in an audience, ready to be asked of millions of players.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    caps: Caps,
    session: i64,
    blockers: Blockers,
    /// First-party cookies deleted a second, of those that are there; third-party ones.
    deletion: [f64; 2],
}

impl Loss {
    /// All of them, in the order in which they are looked at.
    pub const ALL: [Self; 8] = [
        Self::NoConsent,
        Self::InApp,
        Self::OtherDevice,
        Self::PrivateWindow,
        Self::ThirdParty,
        Self::Expired,
        Self::Deleted,
        Self::Blocked,
    ];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoConsent => "no-consent",
            Self::InApp => "in-app",
            Self::OtherDevice => "other-device",
            Self::PrivateWindow => "private-window",
            Self::ThirdParty => "third-party",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
            Self::Blocked => "blocked",
        }
    }

    /// What it is, for reports.
    pub fn about(self) -> &'static str {
        match self {
            Self::NoConsent => "the player refused cookies",
            Self::InApp => "clicked inside an app, deposited in the phone's own browser",
            Self::OtherDevice => "clicked on one device, deposited on another",
            Self::PrivateWindow => "clicked in a private window",
            Self::ThirdParty => "the browser gives no third-party cookies out",
            Self::Expired => "the browser's cap on the cookie's life",
            Self::Deleted => "the player deleted cookies",
            Self::Blocked => "an ad blocker stopped the pixel",
        }
    }

    /// Whether the pixel is requested all the same, without a cookie: the tracker then sees a conversion of nobody's.
    pub fn leaves_pixel(self) -> bool {
        !matches!(self, Self::NoConsent | Self::Blocked)
    }
}

impl Rules {
    pub(super) fn of(audience: &AudiencePlan) -> Self {
        /// The month that shares of deleted cookies are told for, in seconds.
        const MONTH: f64 = 30.0 * 24.0 * 3600.0;
        let deleted = [audience.deletion.first_party, audience.deletion.third_party];
        Self {
            caps: audience.caps,
            session: seconds(audience.session),
            blockers: audience.blockers,
            deletion: deleted.map(|share| -libm::log1p(-share) / MONTH),
        }
    }

    /// Why a player's cookie of that set-up is not seen at the deposit, so many seconds after the click; `None` where it is.
    pub(super) fn loss(&self, person: &Person, setup: Setup, after: i64) -> Option<Loss> {
        if person.refuses {
            return Some(Loss::NoConsent);
        }
        if person.moved.is_some() {
            return person.moved;
        }
        let engine = Engine::of(person.clicks_with.browser, person.clicks_with.device);
        let third_party = setup == Setup::ThirdParty;
        if person.is_private && (after > self.session || engine == Engine::WebKit || third_party) {
            return Some(Loss::PrivateWindow);
        }
        if third_party && (!engine.gives_third_party() || person.third_party_off) {
            return Some(Loss::ThirdParty);
        }
        if cookie::cap(setup, engine, person.classified, &self.caps).is_some_and(|cap| after > seconds(cap)) {
            return Some(Loss::Expired);
        }
        #[expect(clippy::cast_precision_loss, reason = "a few months in seconds")]
        if person.patience_with_cookies < self.deletion[usize::from(third_party)] * after as f64 {
            return Some(Loss::Deleted);
        }
        let is_seen_through = setup == Setup::Cname && engine.sees_through_cnames();
        self.stops(person, third_party || is_seen_through).then_some(Loss::Blocked)
    }

    /// Whether the player's blocker stops the pixel, which it knows for another domain's or not. One that stops a first-party pixel
    /// stops a third-party one too.
    fn stops(&self, person: &Person, third_party: bool) -> bool {
        let share = if third_party { self.blockers.stop_third_party } else { self.blockers.stop_first_party };
        person.blocker.is_some_and(|eagerness| eagerness < share)
    }
}

fn seconds(span: Duration) -> i64 {
    i64::try_from(span.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
