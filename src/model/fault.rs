//! The kinds of faults that are done to deliveries, by name. Where they are placed and how they are done is `fault`'s.

/// What can be done to a delivery. The first six are done to genuine postbacks, the others make forged ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FaultKind {
    /// Sent again, unchanged, after the rest of the run.
    Duplicate,
    /// Several copies at the same moment.
    Concurrent,
    /// Given up by a sender who stopped waiting, then tried again.
    TimeoutRetry,
    /// Answered, but the answer never reached the sender, who tries again.
    AckLost,
    /// The registration arrives after the deposit.
    Reordered,
    /// Arrives after everything else.
    Late,
    /// A value changed after signing.
    TamperedBody,
    /// Signed with another secret.
    WrongSecret,
    /// No signature at all.
    MissingSignature,
    /// Half a signature.
    TruncatedSignature,
    /// Signed over another canonical form than the agreed one.
    WrongCanonicaliser,
    /// The token ran out an hour ago.
    StaleToken,
    /// No token at all.
    MissingToken,
    /// A known `event_id` again, rightly signed, with another amount.
    OtherAmount,
    /// Rightly signed, for a click that never was.
    UnknownClick,
    /// Rightly signed, too long ago for the scheme's time window.
    StaleSignature,
}

impl FaultKind {
    /// Every kind, the genuine ones first. A kind's place here is its number in ids: add new kinds at the end.
    pub const ALL: [Self; 16] = [
        Self::Duplicate,
        Self::Concurrent,
        Self::TimeoutRetry,
        Self::AckLost,
        Self::Reordered,
        Self::Late,
        Self::TamperedBody,
        Self::WrongSecret,
        Self::MissingSignature,
        Self::TruncatedSignature,
        Self::WrongCanonicaliser,
        Self::StaleToken,
        Self::MissingToken,
        Self::OtherAmount,
        Self::UnknownClick,
        Self::StaleSignature,
    ];

    /// The name in scenarios and reports.
    pub fn name(self) -> &'static str {
        self.card().0
    }

    /// What it does, in a few words.
    pub fn about(self) -> &'static str {
        self.card().1
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Its number in ids and hashes.
    pub fn number(self) -> u16 {
        self as u16
    }

    /// Whether it makes a postback of its own that owes no credit.
    pub fn is_forgery(self) -> bool {
        self >= Self::TamperedBody
    }

    fn card(self) -> (&'static str, &'static str) {
        match self {
            Self::Duplicate => ("duplicate", "sent again after the rest of the run"),
            Self::Concurrent => ("concurrent", "several copies at the same moment"),
            Self::TimeoutRetry => ("timeout-retry", "the sender stops waiting, then tries again"),
            Self::AckLost => ("ack-lost", "the answer is thrown away, then the sender tries again"),
            Self::Reordered => ("reordered", "the registration arrives after the deposit"),
            Self::Late => ("late", "arrives after everything else"),
            Self::TamperedBody => ("tampered-body", "a value changed after signing"),
            Self::WrongSecret => ("wrong-secret", "signed with another secret"),
            Self::MissingSignature => ("missing-signature", "no signature"),
            Self::TruncatedSignature => ("truncated-signature", "half a signature"),
            Self::WrongCanonicaliser => {
                ("wrong-canonicaliser", "signed over another canonical form than the agreed one")
            }
            Self::StaleToken => ("stale-token", "a token that ran out an hour ago"),
            Self::MissingToken => ("missing-token", "no token"),
            Self::OtherAmount => ("other-amount", "a known event_id again, rightly signed, with another amount"),
            Self::UnknownClick => ("unknown-click", "rightly signed, for a click that never was"),
            Self::StaleSignature => ("stale-signature", "rightly signed, an hour too long ago for the time window"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_and_names_are_unique() {
        for (place, kind) in FaultKind::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(kind.number()), place);
            assert_eq!(FaultKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(FaultKind::ALL.iter().filter(|kind| kind.is_forgery()).count(), 10);
    }
}
