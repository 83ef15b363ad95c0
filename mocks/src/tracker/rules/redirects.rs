//! Where a click leads, and by which id.

/// Where a click leads, and by which id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Redirects {
    pub(crate) ids: ClickIds,
    pub(crate) destination: Destination,
    pub(crate) caching: Caching,
    pub(crate) personal: Personal,
    pub(crate) hops: Hops,
    pub(crate) parameters: Parameters,
}

/// How click ids are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ClickIds {
    /// They are drawn.
    #[default]
    Drawn,
    /// Each is the one before and one more.
    Counted,
}

/// Who says where a click leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Destination {
    /// Who runs the redirector.
    #[default]
    Landing,
    /// Who made the link.
    Asked,
}

/// Whether anybody on the way may keep the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Caching {
    /// Nobody.
    #[default]
    Forbidden,
    /// Everybody.
    Allowed,
}

/// What becomes of the player's data that a link brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Personal {
    /// It stays here.
    #[default]
    Kept,
    /// It goes on to the landing page.
    Carried,
}

/// How many redirects there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Hops {
    /// One.
    #[default]
    One,
    /// One to the redirector itself, and one on.
    Two,
}

/// What becomes of the parameters of a click.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Parameters {
    /// They are logged, and what the landing page needs goes on.
    #[default]
    Logged,
    /// They are forgotten.
    Dropped,
}
