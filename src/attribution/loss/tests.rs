//! Tests of the causes: each shown to take a cookie, and to leave it.

use super::*;
use crate::attribution::person::Tool;
use crate::scenario::{self, Browser, Device, Scenario, SetBy};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const SCRIPT: Setup = Setup::FirstParty(SetBy::Script);
const HTTP: Setup = Setup::FirstParty(SetBy::Http);

fn scenario() -> Scenario {
    let raw = scenario::read("test", "").expect("TOML");
    scenario::check(&raw, "test", "").expect("a scenario")
}

fn rules() -> Rules {
    Rules::of(&scenario().parallel.audience)
}

/// Somebody whom nothing happens to, with that browser.
fn anybody(browser: Browser, device: Device) -> Person {
    let tool = Tool { device, browser };
    Person {
        clicks_with: tool,
        deposits_with: tool,
        moved: None,
        brand: 0,
        affiliate: 0,
        country: 0,
        path: 0,
        refuses: false,
        is_private: false,
        third_party_off: false,
        classified: false,
        blocker: None,
        patience_with_cookies: f64::INFINITY,
        clicked: 0,
        arrives: true,
        registered: Some(60),
        deposited: Some(HOUR),
    }
}

fn lost(person: &Person, after: i64) -> [Option<Loss>; 4] {
    Setup::ALL.map(|setup| rules().loss(person, setup, after))
}

#[test]
fn chrome_keeps_its_cookies() {
    assert_eq!(lost(&anybody(Browser::Chrome, Device::Desktop), 2 * DAY), [None; 4]);
}

#[test]
fn third_party_cookies_are_given_out_by_few() {
    for (browser, device) in [
        (Browser::Safari, Device::Desktop),
        (Browser::Chrome, Device::Ios),
        (Browser::Firefox, Device::Android),
        (Browser::Brave, Device::Desktop),
        (Browser::InApp, Device::Android),
    ] {
        assert_eq!(lost(&anybody(browser, device), HOUR), [None, None, Some(Loss::ThirdParty), None], "{browser}");
    }
    let off = Person { third_party_off: true, ..anybody(Browser::Edge, Device::Desktop) };
    assert_eq!(lost(&off, HOUR), [None, None, Some(Loss::ThirdParty), None]);
}

#[test]
fn safari_s_caps_begin_to_bite_after_a_day_or_after_seven() {
    let safari = anybody(Browser::Safari, Device::Desktop);
    let led = Person { classified: true, ..safari };
    let at = |person: &Person, setup, after| rules().loss(person, setup, after);
    assert_eq!(at(&led, SCRIPT, DAY), None);
    assert_eq!(at(&led, SCRIPT, DAY + 1), Some(Loss::Expired));
    assert_eq!(at(&led, HTTP, 30 * DAY), None);
    assert_eq!(at(&safari, SCRIPT, 2 * DAY), None);
    assert_eq!(at(&safari, SCRIPT, 7 * DAY + 1), Some(Loss::Expired));
    assert_eq!(at(&led, Setup::Cname, 2 * DAY), None);
    assert_eq!(at(&led, Setup::Cname, 7 * DAY + 1), Some(Loss::Expired));
    assert_eq!(at(&Person { classified: true, ..anybody(Browser::Chrome, Device::Desktop) }, SCRIPT, 30 * DAY), None);
}

#[test]
fn a_private_window_keeps_cookies_for_a_session_but_gives_none_to_third_parties() {
    let private = |browser| Person { is_private: true, ..anybody(browser, Device::Desktop) };
    let window = Some(Loss::PrivateWindow);
    assert_eq!(lost(&private(Browser::Chrome), HOUR / 6), [None, None, window, None]);
    assert_eq!(lost(&private(Browser::Chrome), HOUR / 6 + 1), [window; 4]);
    assert_eq!(lost(&private(Browser::Safari), 60), [window; 4]);
}

#[test]
fn whoever_moves_or_refuses_is_lost_to_every_set_up() {
    for loss in [Loss::InApp, Loss::OtherDevice] {
        let moved = Person { moved: Some(loss), ..anybody(Browser::Chrome, Device::Android) };
        assert_eq!(lost(&moved, 60), [Some(loss); 4]);
        assert_eq!(lost(&Person { refuses: true, ..moved }, 60), [Some(Loss::NoConsent); 4]);
    }
}

#[test]
fn blockers_stop_pixels_by_their_eagerness() {
    let with = |eagerness| Person { blocker: Some(eagerness), ..anybody(Browser::Chrome, Device::Desktop) };
    let blocked = Some(Loss::Blocked);
    assert_eq!(lost(&with(0.2), 60), [blocked; 4]);
    assert_eq!(lost(&with(0.4), 60), [None, None, blocked, None]);
    assert_eq!(lost(&with(0.6), 60), [None; 4]);
    // Firefox and Brave see what stands behind a CNAME, and give no third-party cookie out in the first place.
    let firefox = Person { blocker: Some(0.4), ..anybody(Browser::Firefox, Device::Desktop) };
    assert_eq!(lost(&firefox, 60), [None, None, Some(Loss::ThirdParty), blocked]);
}

#[test]
fn cookies_are_deleted_at_the_pace_that_is_published() {
    let deleted_after = |patience| {
        let person = Person { patience_with_cookies: patience, ..anybody(Browser::Chrome, Device::Desktop) };
        (0..60 * DAY).step_by(3600).find(|after| rules().loss(&person, SCRIPT, *after) == Some(Loss::Deleted))
    };
    // A share of 31 % is deleted within 30 days: the one whose patience is the 31st of a hundred goes just then.
    let marginal = -libm::log(1.0 - 0.31);
    assert!(deleted_after(marginal * 0.99).is_some_and(|after| after <= 30 * DAY));
    assert!(deleted_after(marginal * 1.01).is_some_and(|after| after > 30 * DAY));
    assert_eq!(lost(&Person { patience_with_cookies: 0.0, ..anybody(Browser::Chrome, Device::Desktop) }, 0), [None; 4]);
}

#[test]
fn only_refusals_and_blockers_keep_the_pixel_from_leaving() {
    let silent: Vec<Loss> = Loss::ALL.into_iter().filter(|loss| !loss.leaves_pixel()).collect();
    assert_eq!(silent, [Loss::NoConsent, Loss::Blocked]);
    for (place, loss) in Loss::ALL.into_iter().enumerate() {
        assert_eq!(loss as usize, place);
    }
}
