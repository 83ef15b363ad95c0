//! What can happen to an account, and what a postback may need to know about it.

use jiff::Timestamp;
use rust_decimal::Decimal;

/// The kinds of event (seed 003 §4, §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EventKind {
    Registration,
    KycApproved,
    DepositSuccess,
    Refund,
    Chargeback,
}

#[expect(clippy::struct_field_names, reason = "`event_id` is the field's own name in every postback")]
/// One event as the operator knows it, with what its account brought along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) kind: EventKind,
    /// Unique for ever; the key of idempotency on the far side.
    pub(super) event_id: String,
    pub(super) click_id: String,
    pub(super) probabilistic: bool,
    pub(super) account_id: String,
    pub(super) brand_id: Option<String>,
    pub(super) at: Timestamp,
    pub(super) kyc_level: Option<String>,
    pub(super) payment: Option<Payment>,
    pub(super) visitor: Visitor,
}

/// The money of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Payment {
    /// Positive, with as many decimals as the currency has; that a refund takes is said by its kind.
    pub(super) amount: Decimal,
    pub(super) currency: String,
    pub(super) transaction_id: String,
    pub(super) method: Option<String>,
    pub(super) is_ftd: bool,
    pub(super) bonus: bool,
    /// The deposit that a refund or chargeback names.
    pub(super) reverses: Option<Reversed>,
}

/// A deposit that is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reversed {
    pub(super) event_id: String,
    pub(super) transaction_id: String,
}

/// What is known of the player's visit; sent with registrations only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Visitor {
    pub(super) geo: Option<String>,
    pub(super) device: Option<String>,
    pub(super) consent_version: Option<String>,
    pub(super) ip: Option<String>,
    pub(super) ua: Option<String>,
}

impl EventKind {
    /// Every kind, in the order of a journey.
    pub(super) const ALL: [Self; 5] =
        [Self::Registration, Self::KycApproved, Self::DepositSuccess, Self::Refund, Self::Chargeback];

    /// The name in stores and postbacks.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::KycApproved => "kyc_approved",
            Self::DepositSuccess => "deposit_success",
            Self::Refund => "refund",
            Self::Chargeback => "chargeback",
        }
    }

    /// The kind of that name.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What event ids of this kind begin with.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Registration => "reg_",
            Self::KycApproved => "kyc_",
            Self::DepositSuccess => "dep_",
            Self::Refund => "ref_",
            Self::Chargeback => "cbk_",
        }
    }

    /// Whether it takes money back.
    pub(super) fn reverses(self) -> bool {
        matches!(self, Self::Refund | Self::Chargeback)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_kind() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::by_name(kind.name()), Some(kind));
        }
        assert_eq!(EventKind::by_name("Registration"), None);
    }
}
