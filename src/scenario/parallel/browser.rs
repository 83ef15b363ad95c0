//! The browsers and devices that players have, by name. What a browser does to cookies is left to `attribution`.

use std::fmt;
use std::sync::LazyLock;

use crate::model::Label;

/// The names of devices as labels, in their order.
static LABELS: LazyLock<[Label; 3]> = LazyLock::new(|| Device::ALL.map(|device| Label::new(device.name())));

/// A browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each bears its own name")]
pub enum Browser {
    Chrome,
    Safari,
    Firefox,
    Edge,
    Samsung,
    Brave,
    /// The browser inside another app, such as Facebook's: it has a cookie store of its own.
    InApp,
}

/// A kind of device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Device {
    /// iPhone and iPad.
    Ios,
    /// Android.
    Android,
    /// A desktop or laptop.
    Desktop,
}

impl Browser {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 7] =
        [Self::Chrome, Self::Safari, Self::Firefox, Self::Edge, Self::Samsung, Self::Brave, Self::InApp];

    /// The name in scenarios and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chrome => "chrome",
            Self::Safari => "safari",
            Self::Firefox => "firefox",
            Self::Edge => "edge",
            Self::Samsung => "samsung",
            Self::Brave => "brave",
            Self::InApp => "in-app",
        }
    }

    /// The browser of that name that a player may have; the one inside an app is drawn by a share of its own.
    pub(super) fn own(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|browser| browser.name() == name && *browser != Self::InApp)
    }
}

impl Device {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 3] = [Self::Ios, Self::Android, Self::Desktop];

    /// The name in scenarios and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ios => "ios",
            Self::Android => "android",
            Self::Desktop => "desktop",
        }
    }

    /// The name as postbacks write it.
    pub fn label(self) -> &'static Label {
        &LABELS[self as usize]
    }

    /// Whether it is a phone or a tablet.
    pub fn is_mobile(self) -> bool {
        self != Self::Desktop
    }

    /// The device of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|device| device.name() == name)
    }
}

impl fmt::Display for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
