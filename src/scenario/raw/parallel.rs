//! The table `[parallel]` as it is typed. Judged by `scenario::parallel`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{RawCompare, RawDelay, RawWeights};

/// How cookie and S2S tracking are run side by side.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawParallel {
    /// How long both run, in hours of the players' time; 48 by default.
    pub hours: Option<u64>,
    /// How many players click in these hours; 5000 by default.
    pub players: Option<u64>,
    /// How the cookie side tracks: "first-party" (a cookie of the operator's site, the default), "third-party" (a cookie of the
    /// tracker's domain, read by its pixel) or "cname" (the tracker behind a name of the operator's domain).
    pub setup: Option<String>,
    /// Who sets the first-party cookie: "script" (the page, the default) or "http" (the server's answer).
    pub first_party_cookie: Option<String>,
    /// What the gap is held against: "modelled" (what this audience's browsers lose anyway, the default) or "none".
    pub baseline: Option<String>,
    /// How long an S2S message may take before a conversion counts as seen by the cookie alone; "1h" by default.
    pub grace: Option<String>,
    /// Gap from which on there is something to look at; "5%" by default.
    pub attention: Option<String>,
    /// Gap from which on there is a mistake in the set-up; "10%" by default.
    pub error: Option<String>,
    /// How many times faster than real time it is played, 1 or more; 1 by default.
    pub speed: Option<f64>,
    /// From the registration to the first deposit; { median = "12h", p90 = "60h" } by default.
    pub lag: Option<RawDelay>,
    /// The players' browsers, and what happens to cookies in them.
    pub audience: RawAudience,
    /// By what name browsers know the tracker, where its click URL's host is not it: "tracker.test" on loopback, and
    /// "track.{brand}.example" with `setup = "cname"`, as the reference stack has it.
    pub tracker_site: Option<String>,
    /// Where the tracker shows first deposits as each method saw them: it is asked with `method=cookie` and `method=s2s`, and
    /// `after=` the `next` of its last answer.
    pub conversions: Option<String>,
    /// The pixel's address, for a target without operator pages: postproof fires it itself then, and the postbacks too. In its query
    /// stand `{click_id}`, `{transaction_id}`, `{account}`, `{amount}`, `{currency}`, `{brand_id}` and `{ts}` for what it tells.
    pub pixel: Option<String>,
    /// Where the target tells its own time as JSON with `now`, where that is not the real time: the `/clock` of a reference stack whose
    /// `[clock]` goes as fast as `speed`.
    pub clock: Option<String>,
    /// Two exported logs in place of a run, for `postproof parallel compare`.
    pub compare: RawCompare,
}

/// The players' browsers, and what happens to cookies in them.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawAudience {
    /// Devices that players click on: "ios", "android", "desktop", with their weights.
    pub devices: Option<RawWeights>,
    /// Countries; those of `[journeys.mix] geo` by default.
    pub countries: Option<RawWeights>,
    /// Ways from the landing page to the registration: names of pages joined by ">".
    pub paths: Option<RawWeights>,
    /// The browsers on each device.
    pub browsers: RawBrowsers,
    /// Of the players in `consent_countries`, who refuses cookies; "10%" by default.
    pub consent_refused: Option<String>,
    /// Countries in which players are asked; by default those of `countries` that are in the EEA, Switzerland or the UK.
    pub consent_countries: Option<Vec<String>>,
    /// Who clicks in a private window; "5%" by default.
    pub private_windows: Option<String>,
    /// How long a private window stays open after the click; "10m" by default.
    pub session: Option<String>,
    /// Of the clicks on phones, which are made in the browser inside another app; "9%" by default.
    pub in_app: Option<String>,
    /// Of those, who goes on in the phone's own browser before the deposit; "60%" by default.
    pub in_app_left: Option<String>,
    /// Who registers on one device and deposits on another; "10%" by default.
    pub other_device: Option<String>,
    /// In browsers that take third-party cookies, who has turned them off; "1%" by default.
    pub third_party_off: Option<String>,
    /// In whose Safari the click domain is a classified tracker; "50%" by default.
    pub classified: Option<String>,
    /// How long Safari keeps a cookie that a script has set; "7d" by default.
    pub script_cap: Option<String>,
    /// The same where a classified tracker has led there by a link with parameters; "1d" by default.
    pub decorated_cap: Option<String>,
    /// How long Safari keeps the cookie of a tracker behind a CNAME; "7d" by default.
    pub cname_cap: Option<String>,
    /// Who blocks ads on a desktop; "27%" by default.
    pub blockers_desktop: Option<String>,
    /// Who blocks ads on a phone; "22%" by default.
    pub blockers_mobile: Option<String>,
    /// Of the blockers, which stop a pixel of another domain; "50%" by default.
    pub blockers_stop_third_party: Option<String>,
    /// Of the blockers, which stop a pixel of the operator's own domain; "25%" by default, and never more than the former.
    pub blockers_stop_first_party: Option<String>,
    /// Of the blockers, which stop the click domain, so that the player never arrives; "5%" by default.
    pub blockers_stop_click: Option<String>,
    /// Share of first-party cookies that are deleted within 30 days; "31%" by default.
    pub deleted_first_party: Option<String>,
    /// Share of third-party cookies that are deleted within 30 days; "27%" by default.
    pub deleted_third_party: Option<String>,
}

/// The browsers on each device, with their weights: "chrome", "safari", "firefox", "edge", "samsung", "brave".
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawBrowsers {
    /// On iPhones and iPads, where each of them is Safari's engine.
    pub ios: Option<RawWeights>,
    /// On Android.
    pub android: Option<RawWeights>,
    /// On desktops.
    pub desktop: Option<RawWeights>,
}
