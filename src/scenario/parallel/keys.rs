//! The keys of `[parallel]` and `[parallel.audience]`, checked.

use std::time::Duration;

use super::compare::compare;
use super::pixel::pixel;
use super::{
    AudiencePlan, Baseline, Blockers, Browser, Caps, Consent, Deletion, Device, InApp, ParallelPlan, Picked, SetBy,
    Setup,
};
use crate::model::Label;
use crate::scenario::journeys::delay;
use crate::scenario::quantity::{Weighted, count, duration, share, weighted};
use crate::scenario::raw::{RawAudience, RawBrowsers, RawParallel, RawWeights};
use crate::scenario::target::http_url;
use crate::scenario::{JourneyPlan, Problem};

/// Where players are asked before cookies are set: the EEA, Switzerland and the United Kingdom, whose laws follow the ePrivacy
/// Directive (2002/58/EC, article 5).
const ASKED: &str = "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK";

/// Longest cap on a cookie's life: what browsers allow at all (RFC 6265bis, section 5.5).
const LONGEST_CAP: Duration = Duration::from_hours(24 * 400);

/// Checks `[parallel]`; the journeys say where players come from unless the audience does.
pub(in crate::scenario) fn parallel(raw: &RawParallel, journeys: &JourneyPlan) -> Result<ParallelPlan, Problem> {
    let hours = count("parallel.hours", raw.hours, 48, 1..=720)?;
    let window = Duration::from_hours(hours);
    let grace = duration("parallel.grace", raw.grace.as_deref(), Duration::from_hours(1))?;
    if grace >= window {
        return Err(Problem::new(
            "parallel.grace",
            format!("is no shorter than the {hours} hours of the run, so that no conversion would ever be judged"),
            "write a shorter one, such as \"1h\"",
        ));
    }
    let (attention, error) = limits(raw)?;
    Ok(ParallelPlan {
        window,
        players: count("parallel.players", raw.players, 5000, 1..=1_000_000)?,
        setup: setup(raw)?,
        baseline: baseline(raw.baseline.as_deref())?,
        grace,
        attention,
        error,
        speed: speed(raw.speed)?,
        lag: delay("parallel.lag", raw.lag.as_ref(), ("12h", "60h"))?,
        audience: Box::new(audience(&raw.audience, &journeys.mix.geo)?),
        tracker_site: raw.tracker_site.as_deref().map(site).transpose()?,
        pixel: raw.pixel.as_deref().map(pixel).transpose()?,
        clock: raw.clock.as_deref().map(|url| http_url("parallel.clock", url)).transpose()?,
        compare: Box::new(compare(&raw.compare, grace)?),
        conversions: raw.conversions.as_deref().map(|url| http_url("parallel.conversions", url)).transpose()?,
    })
}

/// The name of a site: letters, digits, hyphens and points, with a place for the brand.
fn site(name: &str) -> Result<String, Problem> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '.';
    let bare = name.replace("{brand}", "x");
    if bare.is_empty() || bare.len() > 253 || !bare.chars().all(plain) {
        let help = "write it such as \"track.{brand}.example\"";
        return Err(Problem::new("parallel.tracker_site", format!("is `{name}`, which is no name of a site"), help));
    }
    Ok(name.to_owned())
}

fn limits(raw: &RawParallel) -> Result<(f64, f64), Problem> {
    let attention = share("parallel.attention", raw.attention.as_deref(), 0.05)?;
    let error = share("parallel.error", raw.error.as_deref(), 0.10)?;
    if attention > 0.0 && attention < error {
        return Ok((attention, error));
    }
    let path = if raw.error.is_some() { "parallel.error" } else { "parallel.attention" };
    Err(Problem::new(
        path,
        "leaves no room between attention and error",
        "keep 0% < attention < error, such as attention = \"5%\" and error = \"10%\"",
    ))
}

fn setup(raw: &RawParallel) -> Result<Setup, Problem> {
    let by = match raw.first_party_cookie.as_deref() {
        None | Some("script") => SetBy::Script,
        Some("http") => SetBy::Http,
        Some(other) => {
            let message = format!("is `{other}`");
            return Err(Problem::new("parallel.first_party_cookie", message, "write one of script, http"));
        }
    };
    match raw.setup.as_deref() {
        None | Some("first-party") => Ok(Setup::FirstParty(by)),
        Some("third-party") => Ok(Setup::ThirdParty),
        Some("cname") => Ok(Setup::Cname),
        Some(other) => {
            Err(Problem::new("parallel.setup", format!("is `{other}`"), "write one of first-party, third-party, cname"))
        }
    }
}

fn baseline(text: Option<&str>) -> Result<Baseline, Problem> {
    match text {
        None | Some("modelled") => Ok(Baseline::Modelled),
        Some("none") => Ok(Baseline::None),
        Some(other) => Err(Problem::new("parallel.baseline", format!("is `{other}`"), "write one of modelled, none")),
    }
}

fn speed(given: Option<f64>) -> Result<f64, Problem> {
    let speed = given.unwrap_or(1.0);
    if (1.0..=1e6).contains(&speed) {
        return Ok(speed);
    }
    let help = "write how many times real time, from 1 to 1000000; 2880 plays 48 hours in a minute";
    Err(Problem::new("parallel.speed", format!("is {speed}"), help))
}

fn audience(raw: &RawAudience, geo: &Weighted) -> Result<AudiencePlan, Problem> {
    let part = |key: &str, given: &Option<String>, default| share(&path(key), given.as_deref(), default);
    let countries = match &raw.countries {
        None => geo.clone(),
        given => weighted(&path("countries"), given.as_ref(), &[])?,
    };
    let ways = [
        ("landing>register", 5),
        ("landing>games>register", 2),
        ("landing>promotions>register", 2),
        ("landing>games>promotions>register", 1),
    ];
    Ok(AudiencePlan {
        devices: picked("devices", raw.devices.as_ref(), &[("android", 41), ("desktop", 42), ("ios", 17)], &DEVICES)?,
        browsers: browsers(&raw.browsers)?,
        consent: Consent {
            refused: part("consent_refused", &raw.consent_refused, 0.10)?,
            asked: asked(raw.consent_countries.as_deref(), &countries)?,
        },
        countries,
        paths: paths(weighted(&path("paths"), raw.paths.as_ref(), &ways)?)?,
        private_windows: part("private_windows", &raw.private_windows, 0.05)?,
        session: duration(&path("session"), raw.session.as_deref(), Duration::from_mins(10))?,
        in_app: InApp { share: part("in_app", &raw.in_app, 0.09)?, left: part("in_app_left", &raw.in_app_left, 0.60)? },
        other_device: part("other_device", &raw.other_device, 0.10)?,
        third_party_off: part("third_party_off", &raw.third_party_off, 0.01)?,
        classified: part("classified", &raw.classified, 0.50)?,
        caps: caps(raw)?,
        blockers: blockers(raw)?,
        deletion: Deletion {
            first_party: deleted("deleted_first_party", raw.deleted_first_party.as_deref(), 0.31)?,
            third_party: deleted("deleted_third_party", raw.deleted_third_party.as_deref(), 0.27)?,
        },
    })
}

/// A key of the audience in full.
fn path(key: &str) -> String {
    format!("parallel.audience.{key}")
}

/// What names stand for, and what they are to say when they stand for nothing.
struct Meaning<T> {
    of: fn(&str) -> Option<T>,
    what: &'static str,
    known: &'static str,
}

const DEVICES: Meaning<Device> = Meaning { of: Device::named, what: "device", known: "ios, android, desktop" };

const BROWSERS: Meaning<Browser> = Meaning {
    of: Browser::own,
    what: "browser with rules of its own here",
    known: "chrome, safari, firefox, edge, samsung, brave; count others with the one whose engine they have",
};

fn picked<T: Copy>(
    key: &str,
    given: Option<&RawWeights>,
    default: &[(&str, u64)],
    meaning: &Meaning<T>,
) -> Result<Picked<T>, Problem> {
    let path = path(key);
    Picked::new(weighted(&path, given, default)?, meaning.of).map_err(|name| {
        let message = format!("names `{name}`, which is no {}", meaning.what);
        Problem::new(path, message, format!("write some of {}", meaning.known))
    })
}

fn browsers(raw: &RawBrowsers) -> Result<[Picked<Browser>; 3], Problem> {
    let ios = [("chrome", 8), ("firefox", 1), ("safari", 91)];
    let android = [("brave", 1), ("chrome", 88), ("firefox", 2), ("samsung", 9)];
    let desktop = [("brave", 1), ("chrome", 71), ("edge", 10), ("firefox", 8), ("safari", 10)];
    Ok([
        picked("browsers.ios", raw.ios.as_ref(), &ios, &BROWSERS)?,
        picked("browsers.android", raw.android.as_ref(), &android, &BROWSERS)?,
        picked("browsers.desktop", raw.desktop.as_ref(), &desktop, &BROWSERS)?,
    ])
}

/// In which countries players are asked.
fn asked(given: Option<&[String]>, countries: &Weighted) -> Result<Vec<bool>, Problem> {
    let names: Vec<&str> = countries.labels().iter().map(Label::as_str).collect();
    let listed: Vec<&str> = match given {
        None => ASKED.split(' ').collect(),
        Some(given) => given.iter().map(String::as_str).collect(),
    };
    if let (Some(_), Some(unknown)) = (given, listed.iter().find(|name| !names.contains(name))) {
        return Err(Problem::new(
            path("consent_countries"),
            format!("names `{unknown}`, where no player comes from"),
            format!("write some of {}", names.join(", ")),
        ));
    }
    Ok(names.iter().map(|name| listed.contains(name)).collect())
}

/// Ways of pages: each begins at a landing page and goes on from page to page.
fn paths(ways: Weighted) -> Result<Weighted, Problem> {
    let is_way = |way: &str| way.split('>').count() >= 2 && way.split('>').all(is_page);
    match ways.labels().iter().find(|way| !is_way(way.as_str())) {
        None => Ok(ways),
        Some(wrong) => Err(Problem::new(
            path("paths"),
            format!("names `{wrong}`, which is no way from page to page"),
            "write two names of pages or more, joined by `>`, such as \"landing>register\"",
        )),
    }
}

fn is_page(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
}

fn caps(raw: &RawAudience) -> Result<Caps, Problem> {
    let cap = |key: &str, given: &Option<String>, days: u64| {
        let cap = duration(&path(key), given.as_deref(), Duration::from_hours(24 * days))?;
        if cap <= LONGEST_CAP {
            return Ok(cap);
        }
        Err(Problem::new(path(key), "is longer than any browser keeps a cookie", "write a duration up to \"400d\""))
    };
    Ok(Caps {
        script: cap("script_cap", &raw.script_cap, 7)?,
        decorated: cap("decorated_cap", &raw.decorated_cap, 1)?,
        cname: cap("cname_cap", &raw.cname_cap, 7)?,
    })
}

fn blockers(raw: &RawAudience) -> Result<Blockers, Problem> {
    let part = |key: &str, given: &Option<String>, default| share(&path(key), given.as_deref(), default);
    let stop_third_party = part("blockers_stop_third_party", &raw.blockers_stop_third_party, 0.50)?;
    let default = stop_third_party.min(0.25);
    let stop_first_party = part("blockers_stop_first_party", &raw.blockers_stop_first_party, default)?;
    if stop_first_party > stop_third_party {
        return Err(Problem::new(
            path("blockers_stop_first_party"),
            "is more than blockers_stop_third_party",
            "write at most as much: who stops a pixel of the operator's own domain stops one of another domain",
        ));
    }
    Ok(Blockers {
        desktop: part("blockers_desktop", &raw.blockers_desktop, 0.27)?,
        mobile: part("blockers_mobile", &raw.blockers_mobile, 0.22)?,
        stop_third_party,
        stop_first_party,
        stop_click: part("blockers_stop_click", &raw.blockers_stop_click, 0.05)?,
    })
}

/// A share of cookies deleted within a month; of all of them no even pace can be told.
fn deleted(key: &str, given: Option<&str>, default: f64) -> Result<f64, Problem> {
    let deleted = share(&path(key), given, default)?;
    if deleted < 1.0 {
        return Ok(deleted);
    }
    Err(Problem::new(path(key), "is all of them, and an even pace has some left", "write less than 100%"))
}
