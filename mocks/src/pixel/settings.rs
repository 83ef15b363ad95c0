//! Which of the two cookies tells the tracker of a click, and how the brand's own is written.

/// How the cookie side is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CookieSettings {
    /// The cookie that pixels go by.
    pub setup: CookieSetup,
    /// Who writes the brand's own cookie.
    pub first_party: FirstPartyCookie,
}

/// The cookie that pixels go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FirstPartyCookie {
    /// A script of the landing page; the text that it writes stands in its `data-cookie`.
    #[default]
    Script,
    /// The landing page's `Set-Cookie` header.
    Header,
}

impl CookieSetup {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::FirstParty, Self::ThirdParty, Self::Cname];

    /// The name in configuration files.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstParty => "first-party",
            Self::ThirdParty => "third-party",
            Self::Cname => "cname",
        }
    }

    /// The set-up of that name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setup| setup.name() == name)
    }
}

impl FirstPartyCookie {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Script, Self::Header];

    /// The name in configuration files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Header => "header",
        }
    }

    /// The writer of that name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|writer| writer.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for setup in CookieSetup::ALL {
            assert_eq!(CookieSetup::by_name(setup.name()), Some(setup));
        }
        for writer in FirstPartyCookie::ALL {
            assert_eq!(FirstPartyCookie::by_name(writer.name()), Some(writer));
        }
        assert_eq!((CookieSetup::by_name("cookie"), FirstPartyCookie::by_name("")), (None, None));
    }
}
