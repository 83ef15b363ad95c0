//! The tracker's part of the file: dialect, queue, endpoints, signatures and admission.

use std::net::IpAddr;

use ipnet::IpNet;

use super::problem::{Problem, few, in_range};
use super::raw::{RawAdmission, RawDialect, RawSignature, RawTracker};
use super::variables::{Environment, optional};
use super::{bearer, suggestion};
use crate::tracker::signature::{SCHEMES, Scheme, Secret, SettingsError, Signing};
use crate::tracker::{Admission, Dialect, Rate, TrackerSettings};

/// Most waiting postbacks: some 500 MB.
const LONGEST_QUEUE: u64 = 1_000_000;

/// Most postbacks a second from one address, and at once: more than one machine can send.
const FASTEST: u64 = 1_000_000;

/// Most networks in a list: every one is looked at for each postback.
const MOST_NETWORKS: usize = 256;

/// Most brands with an endpoint of their own, and the longest name of one.
const MOST_BRANDS: usize = 256;
const LONGEST_BRAND: usize = 64;

/// What the tracker is set up with. The secrets in use and the programme are other matters.
pub(super) fn check(raw: RawTracker, environment: Environment<'_>) -> Result<TrackerSettings, Problem> {
    let defaults = TrackerSettings::default();
    let capacity = match raw.queue_capacity {
        Some(found) => in_range("tracker.queue_capacity", found, 1, LONGEST_QUEUE)?,
        None => defaults.queue_capacity,
    };
    Ok(TrackerSettings {
        dialect: match raw.dialect {
            RawDialect::EventId => Dialect::EventId,
            RawDialect::TransactionId => Dialect::TransactionId,
        },
        admission: admission(&raw.admission)?,
        queue_capacity: capacity,
        endpoints: raw.endpoints.map(endpoints).transpose()?,
        signature: signing(&raw.signature, environment)?,
        tokens: bearer::tokens(raw.tokens, environment)?,
        programme: defaults.programme,
    })
}

/// Whether the secret in use is one of the scheme; `path` is where it was named.
pub(super) fn secret_fits(signing: &Signing, secret: &str, path: &str) -> Result<(), Problem> {
    signing.clone().with(Secret::new(secret)).map(drop).map_err(|error| {
        let path = match &error {
            SettingsError::SecretForm { number: 2 } | SettingsError::EmptySecret { number: 2 } => {
                "tracker.signature.previous_secret_env"
            }
            SettingsError::Window { .. } | SettingsError::NoWindow { .. } => "tracker.signature.window_seconds",
            SettingsError::NoCanonicalForm { .. } => "tracker.signature.canonical",
            _ => path,
        };
        let told = error.to_string();
        let (what, help) = told.split_once("; ").unwrap_or((&told, "docs/serve.toml shows what may stand there"));
        Problem::new(path, format!("cannot be used: {what}"), help)
    })
}

fn signing(raw: &RawSignature, environment: Environment<'_>) -> Result<Signing, Problem> {
    let scheme = match raw.scheme.as_deref() {
        None => &SCHEMES[0],
        Some(name) => Scheme::by_name(name).ok_or_else(|| {
            let help = suggestion::instead(name, SCHEMES.iter().map(|scheme| scheme.name));
            Problem::new("tracker.signature.scheme", format!("is `{name}`, which is no signature scheme"), help)
        })?,
    };
    let previous = raw.previous_secret_env.as_deref();
    let previous = optional("tracker.signature.previous_secret_env", previous, environment)?.map(Secret::new);
    // What is too large for the number is too large for the range, which is checked with the scheme.
    let window_seconds = raw.window_seconds.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX));
    Ok(Signing { scheme, canonical: raw.canonical.unwrap_or_default(), window_seconds, previous })
}

fn admission(raw: &RawAdmission) -> Result<Admission, Problem> {
    let rate = match (raw.per_second, raw.burst) {
        (None, None) => None,
        (None, Some(_)) => {
            let message = "has no meaning without `per_second`";
            return Err(Problem::new("tracker.admission.burst", message, "add per_second, or take burst out"));
        }
        (Some(per_second), burst) => {
            let rate = in_range("tracker.admission.per_second", per_second, 1, FASTEST)?;
            let burst = burst.map(|burst| in_range("tracker.admission.burst", burst, 1, FASTEST)).transpose()?;
            Some(Rate { per_second: rate, burst: burst.unwrap_or(rate) })
        }
    };
    Ok(Admission {
        allow: networks("tracker.admission.allow", &raw.allow)?,
        trusted_proxies: networks("tracker.admission.trusted_proxies", &raw.trusted_proxies)?,
        rate,
    })
}

/// Networks, or single addresses.
fn networks(path: &str, written: &[String]) -> Result<Vec<IpNet>, Problem> {
    few(path, written, MOST_NETWORKS)?;
    let network = |(position, text): (usize, &String)| {
        let single = || text.parse::<IpAddr>().ok().map(IpNet::from);
        text.parse().ok().or_else(single).ok_or_else(|| {
            let message = format!("is `{text}`, which is neither a network nor an address");
            Problem::new(
                format!("{path}.{position}"),
                message,
                "write a network such as 203.0.113.0/24 or 2001:db8::/32",
            )
        })
    };
    written.iter().enumerate().map(network).collect()
}

fn endpoints(brands: Vec<String>) -> Result<Vec<String>, Problem> {
    few("tracker.endpoints", &brands, MOST_BRANDS)?;
    for (position, brand) in brands.iter().enumerate() {
        let plain = brand.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !plain || !(1..=LONGEST_BRAND).contains(&brand.len()) {
            let help = format!("write 1 to {LONGEST_BRAND} characters out of a-z, A-Z, 0-9, - and _");
            return Err(Problem::new(format!("tracker.endpoints.{position}"), "is no name of a brand", help));
        }
    }
    Ok(brands)
}
