//! The players' browsers, and what happens to cookies in them. Each figure is a setting: most of what is published is old, from one
//! country, or somebody's estimate, and the doc comment of each says which.

use std::time::Duration;

use super::{Browser, Device};
use crate::model::Label;
use crate::scenario::Weighted;

/// The players' browsers, and what happens to cookies in them. Shares go from 0 to 1.
#[derive(Clone, Debug)]
pub struct AudiencePlan {
    /// The devices that players click on. By default 58 % are phones (gitnux.org's share of online gambling revenue, 2023), and as
    /// many of them iPhones as makes Safari 26.7 % of mobile browsing (`StatCounter` by bbabo.net, about 2022).
    pub devices: Picked<Device>,
    /// The browsers on iOS, Android and desktop, in the order of [`Device::ALL`]. By default they add up to what `StatCounter` has
    /// of all browsing: Chrome 63 %, Safari 20 %, Firefox 4 %, Edge 4 %; of desktops Safari 9.8 % (bbabo.net, about 2022). Samsung's
    /// browser fills the rest of Android. Brave passes for Chrome and stands in no such count: 1 % is an assumption.
    pub browsers: [Picked<Browser>; 3],
    /// The countries: by default those of the journeys.
    pub countries: Weighted,
    /// The ways from the landing page to the registration: an assumption by default, with the pages of the reference stack.
    pub paths: Weighted,
    /// Who refuses cookies where they are asked.
    pub consent: Consent,
    /// Who clicks in a private window. 5 % is an assumption: one user in five has such windows at all (Google's surveys, by
    /// victorkwong.substack.com; 46 % say so of a month in 2014, domain.md §5), and a quarter of their clicks may be made there.
    pub private_windows: f64,
    /// How long a private window stays open after the click; its cookies end with it. 10 minutes is the median that Firefox's users
    /// had, 22 the 75th percentile (blog.mozilla.org/metrics, 2010).
    pub session: Duration,
    /// Browsers inside other apps.
    pub in_app: InApp,
    /// Who registers on one device and deposits on another: 31 % of online transactions in US retail at the end of 2016
    /// (fifty-five.com); 10 %, the default, is domain.md's figure for gambling. Who changes the device before the registration is
    /// seen by neither method and not counted here.
    pub other_device: f64,
    /// Who has turned third-party cookies off where the browser takes them: 1 % of Chrome's users had them taken away in
    /// January 2024 (cnet.com); in surveys 30-45 % of Europeans say that they restrict cookies somehow (Eurostat by statista.com).
    pub third_party_off: f64,
    /// In whose Safari the click domain is a classified tracker. Safari learns that on each device; 50 % is an assumption.
    pub classified: f64,
    /// How long Safari's engine keeps cookies.
    pub caps: Caps,
    /// Ad blockers.
    pub blockers: Blockers,
    /// Deleting cookies.
    pub deletion: Deletion,
}

/// Values with their weights, of which one is drawn.
#[derive(Clone, Debug)]
pub struct Picked<T> {
    values: Vec<T>,
    weights: Weighted,
}

/// Who refuses cookies where they are asked.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Of those who are asked, who refuses: one in ten American adults usually does (statista.com, 2024). A banner whose "reject"
    /// is as easy as its "accept" gets 40-60 % refused, one that hides it fewer than 10 % (ignite.video's list of 21 studies).
    pub refused: f64,
    /// Whether players are asked, by the number of their country.
    pub asked: Vec<bool>,
}

/// Browsers inside other apps: what was clicked there stays in a cookie store of its own.
#[derive(Clone, Copy, Debug)]
pub struct InApp {
    /// Of the clicks on phones, which are made there: Facebook's had 8.8 % of mobile browsing by Mixpanel's count, and up to 13 % in
    /// places (thehustle.co).
    pub share: f64,
    /// Of those, who goes on in the phone's own browser before the deposit: a vendor's estimate of clicks lost there is 60-80 %
    /// (codaffiliates.pages.dev, low trust).
    pub left: f64,
}

/// How long the engine of Safari and of every browser on iOS keeps cookies at most.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// Those that a script has set: 7 days (`WebKit`, by macrumors.com 2019).
    pub script: Duration,
    /// Those that a script has set after a classified tracker has led there by a link with parameters: 1 day (webkit.org/blog/8828).
    pub decorated: Duration,
    /// Those that a tracker behind a CNAME has set by HTTP: 7 days (webkit.org/blog/11338).
    pub cname: Duration,
}

/// Ad blockers.
#[derive(Clone, Copy, Debug)]
pub struct Blockers {
    /// Who has one on a desktop: 27 % (US, 2023, marketingcharts.com).
    pub desktop: f64,
    /// Who has one on a phone: 22 % (the same).
    pub mobile: f64,
    /// Of them, which stop a pixel of another domain: half, as domain.md §5 reckons.
    pub stop_third_party: f64,
    /// Of them, which stop a pixel of the operator's own domain: a quarter. Lists know domains better than paths, and a quarter is
    /// what makes domain.md's 15 % of its other figures. At most `stop_third_party`: who stops the one stops the other.
    pub stop_first_party: f64,
    /// Of them, which stop the click domain itself, so that the player never arrives and neither method sees anything: 5 %, an
    /// assumption.
    pub stop_click: f64,
}

/// Deleting cookies: the share of them that is gone after 30 days, at an even pace (comScore, 2.7 million US homes, 2006, by
/// econsultancy.com; below 1).
#[derive(Clone, Copy, Debug)]
pub struct Deletion {
    /// Of first-party cookies: 31 %.
    pub first_party: f64,
    /// Of third-party cookies: 27 %.
    pub third_party: f64,
}

impl<T: Copy> Picked<T> {
    /// Values by the names of their weights.
    ///
    /// # Errors
    /// Gives the first name back that stands for no value.
    pub(super) fn new(weights: Weighted, value: impl Fn(&str) -> Option<T>) -> Result<Self, String> {
        let named = |label: &Label| value(label.as_str()).ok_or_else(|| label.as_str().to_owned());
        let values = weights.labels().iter().map(named).collect::<Result<Vec<T>, String>>()?;
        Ok(Self { values, weights })
    }

    /// The value in which `place` falls, `place` being any number; all numbers together keep the weights.
    pub fn pick(&self, place: u64) -> T {
        self.values[self.weights.index(place)]
    }

    /// Every value with a weight.
    pub fn values(&self) -> &[T] {
        &self.values
    }
}
