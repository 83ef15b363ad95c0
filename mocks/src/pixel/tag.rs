//! What the brand's pages carry for the tracker: the script that sets their cookie, and the pixel.
//!
//! A tag is the tracker's text on the brand's page; which page carries it, and what is filled in, is the brand's doing,
//! and so is what goes wrong with it.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::cookies;
use super::settings::{CookieSettings, CookieSetup, FirstPartyCookie};
use super::sites;

/// The script of every tag, so that one hash in a page's policy allows it and nothing else.
const SCRIPT: &str = "document.cookie = document.currentScript.dataset.cookie;";

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(SCRIPT));
    format!("script-src 'sha256-{hash}'; img-src 'self'")
});

/// The tracker's tag on the pages of one set-up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tag(CookieSettings);

/// What a pixel tells. Values are written into its address as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Conversion {
    /// Names and values, in their order.
    pub(crate) told: Vec<(&'static str, String)>,
    /// The brand whose page it is on.
    pub(crate) brand_id: Option<String>,
    /// What the brand's own cookie holds, where the player's browser has sent it.
    pub(crate) click_id: Option<String>,
}

/// How a page sets the brand's cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Remembered {
    /// By a script, which is this HTML.
    Script(String),
    /// By this text in a header.
    Header(String),
}

impl Tag {
    /// The tag of that set-up.
    pub(crate) fn of(settings: CookieSettings) -> Self {
        Self(settings)
    }

    /// What a page's policy has to allow for its tag, beside what the page itself needs.
    pub(crate) fn policy() -> &'static str {
        &POLICY
    }

    /// The click id that the tag finds in a landing page's address.
    pub(crate) fn click(query: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        let (_, value) = pairs.find(|(name, _)| name == "click_id")?;
        cookies::plain(&value).map(str::to_owned)
    }

    /// How a landing page remembers that click, for its own site or for all of `domain`.
    pub(crate) fn remember(self, click_id: &str, domain: Option<&str>) -> Option<Remembered> {
        let text = cookies::by_brand(click_id, domain)?;
        Some(match self.0.first_party {
            FirstPartyCookie::Header => Remembered::Header(text),
            // Nothing in the text has to be escaped: ids and sites are of letters, digits and a few marks.
            FirstPartyCookie::Script => {
                Remembered::Script(format!("<script data-cookie=\"{text}\">{SCRIPT}</script>\n"))
            }
        })
    }

    /// The pixel that tells of a conversion. Where the brand's own cookie counts, its value is written into the address.
    pub(crate) fn pixel(self, conversion: &Conversion) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(conversion.told.iter().map(|(name, value)| (*name, value.as_str())));
        if let (CookieSetup::FirstParty, Some(click_id)) = (self.0.setup, &conversion.click_id) {
            query.append_pair("click_id", click_id);
        }
        let site = match self.0.setup {
            CookieSetup::FirstParty | CookieSetup::ThirdParty => sites::TRACKER.to_owned(),
            CookieSetup::Cname => sites::cname_of(&sites::of_brand(conversion.brand_id.as_deref())),
        };
        let query = query.finish().replace('&', "&amp;");
        format!("<img src=\"/pixel?{query}\" data-site=\"{site}\" width=\"1\" height=\"1\" alt=\"\">\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(setup: CookieSetup, first_party: FirstPartyCookie) -> Tag {
        Tag::of(CookieSettings { setup, first_party })
    }

    #[test]
    fn the_landing_page_remembers_by_script_or_by_header() {
        let remembered = |writer| tag(CookieSetup::FirstParty, writer).remember("clk_1", None);
        let Some(Remembered::Script(html)) = remembered(FirstPartyCookie::Script) else { panic!("a script") };
        assert!(html.starts_with("<script data-cookie=\"aff_click=clk_1; Path=/;") && html.contains(SCRIPT), "{html}");
        assert!(
            matches!(remembered(FirstPartyCookie::Header), Some(Remembered::Header(text)) if text.starts_with("aff_click=clk_1;"))
        );
        assert_eq!(tag(CookieSetup::FirstParty, FirstPartyCookie::Script).remember("\"><script>", None), None);
        assert!(Tag::policy().starts_with("script-src 'sha256-") && !Tag::policy().contains("unsafe"));
    }

    #[test]
    fn the_pixel_is_addressed_to_whom_the_cookie_belongs() {
        let conversion = Conversion {
            told: vec![("event", "deposit_success".to_owned()), ("brand_id", "a&b\"<i>".to_owned())],
            brand_id: Some("aurora".to_owned()),
            click_id: Some("clk_1".to_owned()),
        };
        let html = |setup| tag(setup, FirstPartyCookie::Script).pixel(&conversion);
        let first = html(CookieSetup::FirstParty);
        assert!(first.contains("&amp;click_id=clk_1\" data-site=\"tracker.test\""), "{first}");
        assert!(first.contains("brand_id=a%26b%22%3Ci%3E"), "{first}");
        let third = html(CookieSetup::ThirdParty);
        assert!(third.contains("data-site=\"tracker.test\"") && !third.contains("clk_1"), "{third}");
        assert!(html(CookieSetup::Cname).contains("data-site=\"track.aurora.example\""));
    }

    #[test]
    fn the_tag_reads_the_address_alone() {
        assert_eq!(Tag::click("brand_id=x&click_id=clk_1").as_deref(), Some("clk_1"));
        for query in ["", "clickid=clk_1", "click_id=", "click_id=a%20b", "click_id=a%3B"] {
            assert_eq!(Tag::click(query), None, "{query}");
        }
    }
}
