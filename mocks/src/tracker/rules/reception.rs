//! How a request is received and answered.

use super::Check;

/// When the sender gets its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Answer {
    /// Once the booking is durable.
    #[default]
    AfterBooking,
    /// As soon as the request has arrived.
    BeforeChecks,
}

/// What becomes of a refused postback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Refusals {
    /// Nothing.
    #[default]
    Dropped,
    /// It is credited although its sender was told no.
    Credited,
}

/// Whether the postback endpoint answers itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Endpoint {
    /// It does.
    #[default]
    Direct,
    /// It sends everybody somewhere else first.
    Redirecting,
}

/// What bad input is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum BadInput {
    /// A 4xx with a reason.
    #[default]
    Refused,
    /// A 500, as if it were the tracker's fault.
    ServerError,
}

/// Whose word about the sender's address is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Forwarded {
    /// That of the proxies which are trusted.
    #[default]
    Proxies,
    /// Anybody's.
    Anybody,
}

/// What a request has to look like before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Outside {
    /// Whether it has to be a POST.
    pub(crate) method: Check,
    /// Whether its body has to be called JSON.
    pub(crate) content_type: Check,
    /// Whether its length has to be told beforehand.
    pub(crate) length: Length,
    /// How much room there is for its body.
    pub(crate) room: Room,
    /// How long its body may take.
    pub(crate) patience: Patience,
}

/// Whether a body's length has to be told beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Length {
    /// A body may come in chunks.
    #[default]
    Open,
    /// It may not.
    Told,
}

/// How much room there is for a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Room {
    /// As much as any postback needs.
    #[default]
    Bounded,
    /// Hundreds of times that.
    Huge,
}

/// How long a body may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Patience {
    /// As long as a slow line needs.
    #[default]
    Long,
    /// A second.
    Short,
}

/// In which words a postback is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Wording {
    /// A code and a hint, as JSON.
    #[default]
    Plain,
    /// A page for people.
    Page,
    /// With the way through the code that led there.
    Traced,
    /// With the token that was sent.
    Echoed,
}

/// What a rate that was set does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum RateLimit {
    /// Who is too fast is turned away, and told when to come again.
    #[default]
    Told,
    /// Who is too fast is turned away.
    Untold,
    /// Nothing.
    Ignored,
}
