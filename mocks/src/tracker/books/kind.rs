//! The events that the books know, and which way each moves money.
//!
//! Their names are those of postbacks (seed 003 §4, §8). What an event must carry is left to the tracker's schema.

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// A player made an account.
    Registration,
    /// A player's papers were accepted.
    KycApproved,
    /// Money came in.
    Deposit,
    /// Money was given back by the operator.
    Refund,
    /// Money was taken back by the player's bank.
    Chargeback,
}

impl Kind {
    /// All of them, in the order of a player's life.
    pub(crate) const ALL: [Self; 5] =
        [Self::Registration, Self::KycApproved, Self::Deposit, Self::Refund, Self::Chargeback];

    /// The name in postbacks and credits.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::KycApproved => "kyc_approved",
            Self::Deposit => "deposit_success",
            Self::Refund => "refund",
            Self::Chargeback => "chargeback",
        }
    }

    /// The event of that name.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether its money is negative income (seed 003 §8).
    pub(crate) fn takes_back(self) -> bool {
        matches!(self, Self::Refund | Self::Chargeback)
    }

    /// Whether its amount counts in the net revenue: the amount of a registration, should there be one, is a note.
    pub(crate) fn moves_money(self) -> bool {
        self == Self::Deposit || self.takes_back()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::by_name(kind.name()), Some(kind));
        }
        assert_eq!(Kind::by_name("deposit"), None);
    }

    #[test]
    fn money_moves_by_three_of_them() {
        let moving: Vec<_> = Kind::ALL.into_iter().filter(|kind| kind.moves_money()).collect();
        assert_eq!(moving, [Kind::Deposit, Kind::Refund, Kind::Chargeback]);
        assert!(!Kind::Deposit.takes_back() && Kind::Refund.takes_back() && Kind::Chargeback.takes_back());
    }
}
