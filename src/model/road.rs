//! Roads: by whom the postbacks of a run are fired.

use std::str::FromStr;

/// By whom the postbacks of a run are fired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Road {
    /// By postproof itself.
    #[default]
    Own,
    /// By the operator's own sender: postproof plays the players on the operator's pages, and the HTTP step that causes an
    /// event stands for its delivery.
    Operator,
}

impl Road {
    /// The name in scenarios, flags and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "self",
            Self::Operator => "operator",
        }
    }
}

impl FromStr for Road {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Own, Self::Operator].into_iter().find(|road| road.name() == text).ok_or(())
    }
}
