//! The two cookies that a click id waits in, with the attributes that real ones have.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

/// The tracker's cookie.
pub(super) const TRACKER: &str = "tracker_click";

/// The brand's own cookie.
pub(crate) const FIRST_PARTY: &str = "aff_click";

/// How long either is good, in seconds: the usual 30 days between click and registration (domain.md §6). Browsers may
/// keep it for a shorter time.
const LIFE_S: u32 = 30 * 86_400;

/// Longest click id that goes into a cookie; the redirector's own have 36 characters.
const LONGEST: usize = 200;

/// What the tracker sets at a click: a cookie of its own site, which is sent from other sites' pages only because it
/// says `SameSite=None`; or, below a brand's site, one for all of that site.
pub(crate) fn by_tracker(click_id: &str, brand_site: Option<&str>) -> Option<HeaderValue> {
    let click_id = plain(click_id)?;
    let whose = match brand_site {
        None => "; SameSite=None".to_owned(),
        Some(site) => format!("; Domain={site}; SameSite=Lax"),
    };
    HeaderValue::try_from(format!("{TRACKER}={click_id}; Path=/; Max-Age={LIFE_S}; Secure; HttpOnly{whose}")).ok()
}

/// What the landing page sets for its own site, or for all of `domain`. Scripts may read it, as they may any that a
/// script can write.
pub(super) fn by_brand(click_id: &str, domain: Option<&str>) -> Option<String> {
    let click_id = plain(click_id)?;
    let domain = domain.map_or_else(String::new, |domain| format!("; Domain={domain}"));
    Some(format!("{FIRST_PARTY}={click_id}{domain}; Path=/; Max-Age={LIFE_S}; SameSite=Lax"))
}

/// The click id in the cookie of that name: the first that has the form of one.
pub(crate) fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(found, _)| *found == name).find_map(|(_, value)| plain(value)).map(str::to_owned)
}

/// A text that can be a click id and needs no quoting in cookies, pages or addresses.
pub(super) fn plain(text: &str) -> Option<&str> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'~');
    (matches!(text.len(), 1..=LONGEST) && text.bytes().all(fits)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trackers_cookie_is_third_party_or_passes_for_the_brands() {
        let set = |site| by_tracker("clk_1", site).map(|value| value.to_str().expect("text").to_owned());
        let own = "tracker_click=clk_1; Path=/; Max-Age=2592000; Secure; HttpOnly";
        assert_eq!(set(None), Some(format!("{own}; SameSite=None")));
        assert_eq!(set(Some("aurora.example")), Some(format!("{own}; Domain=aurora.example; SameSite=Lax")));
        assert_eq!(by_tracker("a; Domain=evil.test", None), None);
    }

    #[test]
    fn the_brands_cookie_is_for_its_site() {
        let own = "aff_click=clk_1; Path=/; Max-Age=2592000; SameSite=Lax";
        assert_eq!(by_brand("clk_1", None).as_deref(), Some(own));
        assert!(
            by_brand("clk_1", Some("corona.example")).is_some_and(|text| text.contains("; Domain=corona.example;"))
        );
        for hostile in ["", "a b", "a;b", "\"", "<script>", "é"] {
            assert_eq!(by_brand(hostile, None), None, "{hostile}");
        }
    }

    #[test]
    fn a_cookie_comes_back_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=b; aff_click=; aff_click=x y ;tracker_click=clk_2"));
        headers.append(COOKIE, HeaderValue::from_static("aff_click=clk_1; aff_click=clk_9"));
        assert_eq!(value(&headers, FIRST_PARTY).as_deref(), Some("clk_1"));
        assert_eq!(value(&headers, TRACKER).as_deref(), Some("clk_2"));
        assert_eq!(value(&headers, "c"), None);
    }
}
