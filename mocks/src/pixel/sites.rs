//! The names of the parties, as a browser sees them: each brand has a site, the tracker has one of its own, and may
//! have a name below a brand's.
//!
//! The names are reserved ones (RFC 2606), so nobody is reached by mistake.

use axum::http::HeaderMap;
use axum::http::header::HOST;

/// The tracker's own site. No brand's name ends like it.
pub(super) const TRACKER: &str = "tracker.test";

/// What the sites of brands end with.
const BRANDS: &str = ".example";

/// What the tracker is called below a brand's site, where it has a CNAME there.
const CNAME: &str = "track.";

/// The site of whoever names no brand.
const NAMELESS: &str = "brand";

/// Longest label of a name (RFC 1035 §2.3.4).
const LONGEST_LABEL: usize = 63;

/// The site of a brand: what of its name can stand in a site's, in small letters.
pub(crate) fn of_brand(brand: Option<&str>) -> String {
    let plain = |character: char| if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '-' };
    let label: String = brand.unwrap_or_default().chars().take(LONGEST_LABEL).map(plain).collect();
    let label = label.trim_matches('-');
    format!("{}{BRANDS}", if label.is_empty() { NAMELESS } else { label })
}

/// The tracker's name below a brand's site.
pub(super) fn cname_of(site: &str) -> String {
    format!("{CNAME}{site}")
}

/// The brand's site below which a request has found the tracker; nothing where it came to the tracker's own name.
pub(crate) fn cname(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(HOST)?.to_str().ok()?.to_ascii_lowercase();
    let name = host.split(':').next()?;
    let label = name.strip_prefix(CNAME)?.strip_suffix(BRANDS)?;
    let plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (plain && matches!(label.len(), 1..=LONGEST_LABEL)).then(|| format!("{label}{BRANDS}"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn every_brand_has_a_site() {
        let site = |brand: &str| of_brand(Some(brand));
        assert_eq!(
            [site("Lucky Star"), site("aurora"), site("–")],
            ["lucky-star.example", "aurora.example", "brand.example"]
        );
        assert_eq!(of_brand(None), "brand.example");
        assert!(site(&"x".repeat(500)).len() <= 63 + BRANDS.len() && site("tracker") != TRACKER);
    }

    #[test]
    fn the_host_says_whether_the_tracker_goes_by_a_brands_name() {
        let found = |host: &str| {
            let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_bytes(host.as_bytes()).expect("a value"))]);
            cname(&headers)
        };
        let aurora = cname_of(&of_brand(Some("aurora")));
        assert_eq!(aurora, "track.aurora.example");
        assert_eq!(found(&aurora).as_deref(), Some("aurora.example"));
        assert_eq!(found("TRACK.aurora.example:7070").as_deref(), Some("aurora.example"));
        for host in
            ["127.0.0.1:7070", TRACKER, "aurora.example", "track..example", "track.a;b.example", "track.é.example"]
        {
            assert_eq!(found(host), None, "{host}");
        }
        assert_eq!(cname(&HeaderMap::new()), None);
    }
}
