//! Which URLs lead to this machine itself. What may be asked besides is the run's to decide.

use url::{Host, Url};

/// Whether a URL's host is loopback: by its address, or by the name `localhost`, which never leads elsewhere (RFC 6761 §6.3).
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_told_by_address_and_by_one_name() {
        for (url, is) in [
            ("http://127.0.0.1:8080/postback", true),
            ("http://127.9.9.9/", true),
            ("http://[::1]:1/", true),
            ("http://LOCALHOST/", true),
            ("http://localhost.evil.test/", false),
            ("http://127.0.0.1.nip.io/", false),
            ("http://10.0.0.1/", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(url).unwrap()), is, "{url}");
        }
    }
}
