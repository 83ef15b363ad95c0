//! The knobs of the operator's behaviour. `Rules::default()` is the sound operator; every other setting is a defect.
//!
//! What turns a knob is left to `defects`; what a setting does stands where it is consulted.

mod tagging;

pub(crate) use tagging::{Departure, Domain, Page, PixelFiring, PixelTimes, Tagging};

/// How the operator behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// What becomes of the click id when the visitor moves to another page.
    pub(crate) navigation: Navigation,
    /// How much of a click id is kept.
    pub(crate) click_id: ClickId,
    /// How many postbacks an event causes.
    pub(crate) firing: Firing,
    /// Whether a failed postback comes again.
    pub(crate) retries: Retries,
    /// What becomes of a postback that was given up.
    pub(crate) dead_letters: DeadLetters,
    /// What becomes of the dead when somebody wants them delivered.
    pub(crate) redelivery: Redelivery,
    /// How amounts are written.
    pub(crate) amounts: Amounts,
    /// How the time of an event is written.
    pub(crate) times: Times,
    /// Whether a postback names its brand.
    pub(crate) brand: Brand,
    /// Which currency a postback names.
    pub(crate) currency: Currency,
    /// Which deposits are told to be the first.
    pub(crate) first_deposit: FirstDeposit,
    /// As what a refund is told.
    pub(crate) refunds: Refunds,
    /// Whether macros are filled in.
    pub(crate) macros: Macros,
    /// Which token is shown.
    pub(crate) token: Token,
    /// Whose events are told at all.
    pub(crate) reach: Reach,
    /// What counts as delivered.
    pub(crate) acknowledgement: Acknowledgement,
    /// When postbacks leave.
    pub(crate) departure: Departure,
    /// What its pages do with the tracker's tag.
    pub(crate) tagging: Tagging,
}

/// What becomes of the click id when the visitor moves to another page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Navigation {
    /// It stays with the session.
    #[default]
    Kept,
    /// A page to look around on takes it from the session, because its links do not carry it on.
    Forgotten,
}

/// How much of a click id is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ClickId {
    /// All of it.
    #[default]
    Whole,
    /// What fits into a column that is too short.
    Truncated,
}

/// How many postbacks an event causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Firing {
    /// One for each network that wants it.
    #[default]
    Once,
    /// Two under one event id.
    TwiceSameId,
    /// Two, each under an event id of its own.
    TwiceNewId,
}

/// Whether a failed postback comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Retries {
    /// It does, within bounds.
    #[default]
    Bounded,
    /// The first failure is the last.
    Never,
}

/// What becomes of a postback that was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum DeadLetters {
    /// It is kept with its history and can be sent again.
    #[default]
    Kept,
    /// It is gone.
    Dropped,
}

/// What becomes of the dead when somebody wants them delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Redelivery {
    /// They are sent again under their event ids.
    #[default]
    SameId,
    /// They are sent again, each under an event id that nothing had yet.
    NewId,
    /// They are counted, and stay where they are.
    Idle,
}

/// How amounts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Amounts {
    /// As numbers with a point.
    #[default]
    Number,
    /// As text.
    Text,
    /// As text with a comma.
    Comma,
}

/// How the time of an event is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Times {
    /// In UTC.
    #[default]
    Utc,
    /// In the time of the operator's office, under the mark of UTC.
    LocalMarkedUtc,
}

/// Whether a postback names its brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Brand {
    /// It does.
    #[default]
    Sent,
    /// It does not.
    LeftOut,
}

/// Which currency a postback names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Currency {
    /// That of the money.
    #[default]
    Own,
    /// Dollars, whatever was paid.
    AlwaysUsd,
}

/// Which deposits are told to be the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum FirstDeposit {
    /// The first one of an account.
    #[default]
    Once,
    /// All of them.
    EveryDeposit,
}

/// As what a refund is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Refunds {
    /// As a refund.
    #[default]
    Own,
    /// As a deposit.
    AsDeposit,
}

/// Whether macros are filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Macros {
    /// They are.
    #[default]
    Expanded,
    /// The click id's is sent as it stands in the template.
    LeftUnexpanded,
}

/// Which token is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Token {
    /// A fresh one with each attempt.
    #[default]
    Fresh,
    /// The one of the day of installation.
    FromInstallation,
}

/// Whose events are told at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Reach {
    /// Everybody's.
    #[default]
    EveryBrand,
    /// Those of the brand that was there first.
    OneBrand,
}

/// What counts as delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Acknowledgement {
    /// What the network's answer says was taken.
    #[default]
    Judged,
    /// Whatever was answered.
    AnyAnswer,
}
