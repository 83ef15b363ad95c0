//! Which of the two cookies tells the tracker of a click, and how the brand's own is written.

use serde::Deserialize;

/// How the cookie side is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CookieSettings {
    /// The cookie that pixels go by.
    pub setup: CookieSetup,
    /// Who writes the brand's own cookie.
    pub first_party: FirstPartyCookie,
}

/// The cookie that pixels go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CookieSetup {
    /// The one that the landing page sets for the brand's site; the thank-you page writes it into the pixel's address.
    #[default]
    FirstParty,
    /// The one that the tracker sets at the click for its own site. Browsers that block third-party cookies send none.
    ThirdParty,
    /// The same, where the tracker has a name below the brand's site, so that its cookie passes for the brand's own.
    Cname,
}

/// Who writes the brand's own cookie. Browsers let a script's live for a shorter time than a server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FirstPartyCookie {
    /// A script of the landing page; the text that it writes stands in its `data-cookie`.
    #[default]
    Script,
    /// The landing page's `Set-Cookie` header.
    Header,
}
