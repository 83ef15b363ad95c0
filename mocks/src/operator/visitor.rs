//! How a visitor is known again: by the session cookie, or, where an app comes without one, by a likeness.
//!
//! The cookie holds a session's id and never a click's. A likeness is no identity: it is what the operator goes by
//! when nothing better is there, and what is found by it is marked as probable (seed 003 §10).

use super::store::sessions::Likeness;

/// The cookie's name.
pub(crate) const COOKIE: &str = "operator_session";

/// The session id in a `Cookie` header: the first that has the form of one.
pub(super) fn cookie(header: Option<&str>) -> Option<String> {
    let pairs = header?.split(';').filter_map(|pair| pair.trim().split_once('='));
    let mut ids = pairs.filter(|(name, _)| *name == COOKIE).map(|(_, value)| value);
    ids.find(|id| is_session_id(id)).map(str::to_owned)
}

/// Whether a text has the form of a session id: 32 random bytes in hexadecimal.
pub(super) fn is_session_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// What a visitor is like: the network of the address, /24 or /48, and the family of the browser's system.
pub(super) fn likeness(ip: Option<&str>, ua: Option<&str>) -> Likeness {
    Likeness { address: ip.map(prefix).unwrap_or_default(), agent: family(ua.unwrap_or_default()).to_owned() }
}

fn prefix(ip: &str) -> String {
    match ip.parse().map(|ip: std::net::IpAddr| ip.to_canonical()) {
        Ok(std::net::IpAddr::V4(ip)) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Ok(std::net::IpAddr::V6(ip)) => {
            let [a, b, c, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
        Err(_) => String::new(),
    }
}

/// The system and not the browser: an app and the browser that led to it share the one and not the other.
fn family(ua: &str) -> &'static str {
    const FAMILIES: [(&str, &str); 7] = [
        ("Android", "android"),
        ("iPhone", "ios"),
        ("iPad", "ios"),
        ("CFNetwork", "ios"),
        ("Windows", "windows"),
        ("Macintosh", "mac"),
        ("Linux", "linux"),
    ];
    FAMILIES.iter().find(|(mark, _)| ua.contains(mark)).map_or("other", |(_, family)| family)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_session_id_is_read_from_cookies() {
        let id = "0a".repeat(32);
        assert_eq!(cookie(Some(&format!("a=b; {COOKIE}={id}; c"))), Some(id.clone()));
        assert_eq!(cookie(Some(&format!("{COOKIE}=clk_1; {COOKIE}={id}"))), Some(id.clone()));
        for header in [format!("{COOKIE}={id}0"), format!("x{COOKIE}={id}"), format!("{COOKIE}={}", id.to_uppercase())]
        {
            assert_eq!(cookie(Some(&header)), None, "{header}");
        }
        assert_eq!(cookie(None), None);
    }

    #[test]
    fn likeness_is_coarse() {
        let phone = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0";
        let app = "Casino/3.1 (Android 14)";
        assert_eq!(likeness(Some("203.0.113.7"), Some(phone)), likeness(Some("203.0.113.200"), Some(app)));
        assert_ne!(likeness(Some("203.0.113.7"), Some(phone)), likeness(Some("203.0.114.7"), Some(phone)));
        assert_ne!(likeness(Some("203.0.113.7"), Some(phone)), likeness(Some("203.0.113.7"), Some("iPhone")));
        assert_eq!(likeness(Some("2001:db8:1:2::3"), None).address, "2001:db8:1::/48");
        assert_eq!(likeness(Some("::ffff:203.0.113.7"), None).address, "203.0.113.0/24");
        assert_eq!(likeness(Some("nonsense"), None).address, "");
    }
}
