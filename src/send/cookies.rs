//! A player's cookies: what pages set, and what goes back to them. As much of RFC 6265 as a session of one player on one
//! operator's hosts needs; no list of public suffixes is kept, so a cookie for a whole top-level domain is not refused.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::loopback::is_loopback;

/// Most cookies of one player; RFC 6265 §6.1 asks for 50 a domain at least.
const MOST: usize = 50;

/// Longest cookie, name and value together (RFC 6265 §6.1).
const LONGEST: usize = 4096;

/// The cookies of one player.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cookies {
    kept: Vec<Cookie>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Cookie {
    name: String,
    value: String,
    host: String,
    /// Whether hosts below `host` get it too.
    below: bool,
    path: String,
    secure: bool,
}

impl Cookies {
    /// Takes note of a `Set-Cookie` header of an answer from `url`. What cannot be read, is too much, or is meant for
    /// another host is passed over.
    pub fn keep(&mut self, url: &Url, header: &str) {
        let Some(host) = url.host_str() else { return };
        let mut parts = header.split(';');
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() || name.len() + value.len() > LONGEST || header.chars().any(char::is_control) {
            return;
        }
        let mut cookie = Cookie {
            name: name.to_owned(),
            value: value.to_owned(),
            host: host.to_owned(),
            below: false,
            path: folder(url.path()),
            secure: false,
        };
        let mut gone = false;
        for attribute in parts {
            let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            match (key.trim().to_ascii_lowercase().as_str(), value.trim()) {
                ("path", path) if path.starts_with('/') => path.clone_into(&mut cookie.path),
                ("secure", _) => cookie.secure = true,
                ("max-age", age) => gone = is_over(age).unwrap_or(gone),
                ("domain", domain) if !domain.is_empty() => {
                    let domain = domain.trim_start_matches('.').to_ascii_lowercase();
                    if !within(url, &domain) {
                        return;
                    }
                    (cookie.host, cookie.below) = (domain, true);
                }
                _ => {}
            }
        }
        self.kept.retain(|old| (&old.name, &old.host, &old.path) != (&cookie.name, &cookie.host, &cookie.path));
        if !gone && self.kept.len() < MOST {
            self.kept.push(cookie);
        }
    }

    /// The `Cookie` header for a request to `url`; `None` where no cookie goes there.
    pub fn header(&self, url: &Url) -> Option<String> {
        let fitting: Vec<String> =
            self.kept.iter().filter(|cookie| cookie.goes_to(url)).map(|c| format!("{}={}", c.name, c.value)).collect();
        (!fitting.is_empty()).then(|| fitting.join("; "))
    }

    /// Drops the cookies whose values hold a text, as the click ids of tracking cookies do.
    pub fn forget(&mut self, text: &str) {
        self.kept.retain(|cookie| !cookie.value.contains(text));
    }

    /// The values, which are as good as passwords while their sessions live.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.kept.iter().map(|cookie| cookie.value.as_str())
    }
}

impl Cookie {
    fn goes_to(&self, url: &Url) -> bool {
        let host = if self.below { within(url, &self.host) } else { url.host_str() == Some(&self.host) };
        let rest = url.path().strip_prefix(&self.path);
        let path = rest.is_some_and(|rest| rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/'));
        // Browsers hold loopback for trustworthy, and so is it here.
        host && path && (!self.secure || url.scheme() == "https" || is_loopback(url))
    }
}

/// Whether a URL's host is a domain or stands below it.
fn within(url: &Url, domain: &str) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')),
        Some(host) => host.to_string() == domain,
        None => false,
    }
}

/// Whether a cookie of that `Max-Age` is to be deleted; none where the attribute is no number and so counts for nothing
/// (RFC 6265 §5.2.2).
fn is_over(age: &str) -> Option<bool> {
    let digits = age.strip_prefix('-').unwrap_or(age);
    let number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    number.then(|| age.starts_with('-') || digits.bytes().all(|digit| digit == b'0'))
}

/// The default path of a cookie (RFC 6265 §5.1.4).
fn folder(path: &str) -> String {
    match path.rfind('/') {
        None | Some(0) => "/".to_owned(),
        Some(end) => path.chars().take(end).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    /// What goes back to a place after one answer set one cookie.
    fn sent(from: &str, header: &str, to: &str) -> Option<String> {
        let mut cookies = Cookies::default();
        cookies.keep(&url(from), header);
        cookies.header(&url(to))
    }

    #[test]
    fn a_session_stays_with_its_host_and_path() {
        let set = "sid=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600";
        let from = "http://127.0.0.1:80/landing?x=1";
        assert_eq!(sent(from, set, "http://127.0.0.1:80/operator/register").as_deref(), Some("sid=abc"));
        assert_eq!(sent(from, set, "http://127.0.0.2/operator"), None);
        let narrow = "sid=abc; Path=/land";
        assert_eq!(sent(from, narrow, "http://127.0.0.1/landing"), None);
        assert!(sent(from, narrow, "http://127.0.0.1/land/ing").is_some());
        assert!(sent("http://h/a/b", "sid=abc", "http://h/a/c").is_some(), "the default path is the folder");
        assert_eq!(sent("http://h/a/b", "sid=abc", "http://h/c"), None);
    }

    #[test]
    fn domains_are_shared_upwards_only() {
        let from = "https://www.operator.example/";
        let shared = "sid=abc; Domain=.Operator.example; Path=/";
        assert!(sent(from, shared, "https://api.operator.example/").is_some());
        assert_eq!(sent(from, shared, "https://evil-operator.example/"), None);
        assert_eq!(sent(from, "sid=abc; Domain=other.example", "https://other.example/"), None);
        assert_eq!(sent(from, "sid=abc; Path=/", "https://api.operator.example/"), None);
    }

    #[test]
    fn secure_cookies_stay_off_the_open_net() {
        assert_eq!(sent("https://h/", "sid=abc; Secure", "http://h/"), None);
        assert!(sent("https://h/", "sid=abc; Secure", "https://h/").is_some());
        assert!(sent("http://127.0.0.1/", "sid=abc; Secure", "http://127.0.0.1/").is_some());
    }

    #[test]
    fn cookies_are_replaced_deleted_and_bounded() {
        let (mut cookies, place) = (Cookies::default(), url("http://h/"));
        for header in ["sid=1", "sid=2", "lang=en", "none", "=x", "bad=\u{7}", "sid=3; Max-Age=60"] {
            cookies.keep(&place, header);
        }
        assert_eq!(cookies.header(&place).as_deref(), Some("lang=en; sid=3"));
        for age in ["", " ", "-", "x", "-x", "0x", "1.5"] {
            cookies.keep(&place, &format!("sid=3; Max-Age={age}"));
            assert_eq!(cookies.header(&place).as_deref(), Some("lang=en; sid=3"), "{age}");
        }
        cookies.keep(&place, "sid=3; Max-Age=-1");
        assert_eq!(cookies.header(&place).as_deref(), Some("lang=en"));
        cookies.keep(&place, "sid=4; Max-Age=0; Max-Age=");
        assert_eq!(cookies.header(&place).as_deref(), Some("lang=en"), "what counts for nothing changes nothing");
        cookies.keep(&place, "sid=5");
        cookies.keep(&place, "sid=; Max-Age=0");
        assert_eq!(cookies.header(&place).as_deref(), Some("lang=en"));
        cookies.keep(&place, &format!("long={}", "x".repeat(LONGEST)));
        for number in 0..200 {
            cookies.keep(&place, &format!("c{number}=1"));
        }
        assert_eq!(cookies.values().count(), MOST);
    }
}
