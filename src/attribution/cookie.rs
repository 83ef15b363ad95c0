//! What each engine does to a cookie: whether third-party ones are given out, and how long one is kept. The facts are those of
//! domain.md §5; whose browser has which engine stands here too.

use std::time::Duration;

use crate::scenario::{Browser, Caps, Device, SetBy, Setup};

/// What decides over cookies in a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    /// Safari, and every browser on iOS: Intelligent Tracking Prevention.
    WebKit,
    /// Firefox: each site has a cookie jar of its own (Total Cookie Protection, on for everybody since 2022).
    Gecko,
    /// Chrome and those made of it.
    Chromium,
    /// Brave: Chromium with third-party cookies blocked, and an ad blocker that is on.
    Brave,
    /// Android's web view inside an app: no third-party cookies unless the app asks for them (`CookieManager`'s default for apps
    /// since Android 5).
    WebView,
}

impl Engine {
    pub(super) fn of(browser: Browser, device: Device) -> Self {
        match (browser, device) {
            (_, Device::Ios) | (Browser::Safari, _) => Self::WebKit,
            (Browser::InApp, _) => Self::WebView,
            (Browser::Firefox, _) => Self::Gecko,
            (Browser::Brave, _) => Self::Brave,
            (Browser::Chrome | Browser::Edge | Browser::Samsung, _) => Self::Chromium,
        }
    }

    /// Whether a tracker's cookie is given out on another site's page, by default and in an ordinary window.
    pub(super) fn gives_third_party(self) -> bool {
        self == Self::Chromium
    }

    /// Whether an ad blocker in it learns what stands behind a CNAME: Brave's own does, and Firefox tells its extensions (Brave
    /// 1.17 and uBlock Origin 1.25, both 2020).
    pub(super) fn sees_through_cnames(self) -> bool {
        matches!(self, Self::Brave | Self::Gecko)
    }
}

/// How long a cookie of that set-up is kept at most; `None` where it lives as long as it was set for, which is longer than any run.
/// `classified`: the player was led there by a classified tracker, whose link had parameters as every click's link has.
pub(super) fn cap(setup: Setup, engine: Engine, classified: bool, caps: &Caps) -> Option<Duration> {
    if engine != Engine::WebKit {
        return None;
    }
    match setup {
        Setup::FirstParty(SetBy::Script) if classified => Some(caps.decorated.min(caps.script)),
        Setup::FirstParty(SetBy::Script) => Some(caps.script),
        Setup::Cname => Some(caps.cname),
        // The operator's own server is no tracker's; a third-party cookie is not given out at all.
        Setup::FirstParty(SetBy::Http) | Setup::ThirdParty => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    fn caps() -> Caps {
        Caps { script: 7 * DAY, decorated: DAY, cname: 7 * DAY }
    }

    #[test]
    fn every_browser_on_ios_is_webkit() {
        for browser in Browser::ALL {
            assert_eq!(Engine::of(browser, Device::Ios), Engine::WebKit, "{browser}");
        }
        assert_eq!(Engine::of(Browser::Safari, Device::Desktop), Engine::WebKit);
        assert_eq!(Engine::of(Browser::Chrome, Device::Desktop), Engine::Chromium);
    }

    #[test]
    fn only_chromium_gives_third_party_cookies_out() {
        let giving: Vec<Browser> = Browser::ALL
            .into_iter()
            .filter(|browser| Engine::of(*browser, Device::Android).gives_third_party())
            .collect();
        assert_eq!(giving, [Browser::Chrome, Browser::Edge, Browser::Samsung]);
    }

    #[test]
    fn only_webkit_caps_and_by_who_set_the_cookie() {
        let script = Setup::FirstParty(SetBy::Script);
        assert_eq!(cap(script, Engine::WebKit, false, &caps()), Some(7 * DAY));
        assert_eq!(cap(script, Engine::WebKit, true, &caps()), Some(DAY));
        assert_eq!(cap(Setup::FirstParty(SetBy::Http), Engine::WebKit, true, &caps()), None);
        assert_eq!(cap(Setup::Cname, Engine::WebKit, true, &caps()), Some(7 * DAY));
        for engine in [Engine::Gecko, Engine::Chromium, Engine::Brave, Engine::WebView] {
            for setup in Setup::ALL {
                assert_eq!(cap(setup, engine, true, &caps()), None, "{setup:?} {engine:?}");
            }
        }
    }
}
