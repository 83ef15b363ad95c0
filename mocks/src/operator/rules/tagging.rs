//! The knobs of what the operator does with the tracker's tag on its pages. What a setting does stands where it is
//! consulted: the landing pages, the pages after registration and deposit, and the emission of postbacks.

/// How the operator's pages carry the tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tagging {
    /// For whose site the brand's cookie is set.
    pub(crate) domain: Domain,
    /// Which page carries the pixel.
    pub(crate) page: Page,
    /// How often, and under which name.
    pub(crate) firing: PixelFiring,
    /// Which currency it names.
    pub(crate) currency: super::Currency,
    /// In which zone it dates the deposit.
    pub(crate) times: PixelTimes,
}

/// For whose site the brand's cookie is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Domain {
    /// For that of the page.
    #[default]
    Own,
    /// For that of the brand that was there first, whatever brand's page sets it.
    FirstBrands,
}

/// Which page carries the pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Page {
    /// The one that thanks for a first deposit.
    #[default]
    Deposit,
    /// The one that welcomes after a registration.
    Registration,
}

/// How often a pixel is on its page, and under which name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum PixelFiring {
    /// Once, with the transaction's id.
    #[default]
    Once,
    /// Twice, without one.
    TwiceNameless,
}

/// In which zone a pixel dates the deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum PixelTimes {
    /// In UTC.
    #[default]
    Utc,
    /// In a zone one hour behind it, under the mark of UTC.
    HourBehind,
}

/// When postbacks leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Departure {
    /// At once.
    #[default]
    AtOnce,
    /// When whoever compares has closed the window.
    PastTheWindow,
}
