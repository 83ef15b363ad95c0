//! What an operator can get wrong, each mistake under a name, and what it costs.
//!
//! A mistake turns one knob of [`Rules`]; what the knob does stands where it is consulted.

use super::parallel::PARALLEL_MISTAKES;
use super::rules::{
    Acknowledgement, Amounts, Brand, ClickId, Currency, DeadLetters, Firing, FirstDeposit, Macros, Navigation, Reach,
    Redelivery, Refunds, Retries, Rules, Times, Token,
};

/// A mistake that the operator can be made to make.
#[derive(Debug, Clone, Copy)]
pub struct Mistake {
    /// What it is called on command lines and in reports.
    pub name: &'static str,
    /// What goes wrong, and for whom.
    pub about: &'static str,
    plant: fn(&mut Rules),
}

/// Every mistake there is.
pub const MISTAKES: &[Mistake] = &[
    Mistake {
        name: "operator-click-lost-in-navigation",
        about: "the click id is gone after a look at games or promotions, so players who look around are credited to nobody",
        plant: |rules| rules.navigation = Navigation::Forgotten,
    },
    Mistake {
        name: "operator-click-id-truncated",
        about: "click ids are cut to 20 characters, so the tracker knows none of them and affiliates get nothing",
        plant: |rules| rules.click_id = ClickId::Truncated,
    },
    Mistake {
        name: "operator-fires-twice",
        about: "each event is told twice under two event ids, so commission is paid double",
        plant: |rules| rules.firing = Firing::TwiceNewId,
    },
    Mistake {
        name: "operator-fires-twice-same-id",
        about: "each event is told twice under one event id, and only the tracker's idempotency saves the double pay",
        plant: |rules| rules.firing = Firing::TwiceSameId,
    },
    Mistake {
        name: "operator-never-retries",
        about: "a postback that fails once waits for somebody to look, so each short outage costs conversions",
        plant: |rules| rules.retries = Retries::Never,
    },
    Mistake {
        name: "operator-no-dead-letters",
        about: "a postback that is given up is gone, so nobody can pay the affiliate later",
        plant: |rules| rules.dead_letters = DeadLetters::Dropped,
    },
    Mistake {
        name: "operator-redelivery-new-id",
        about: "dead letters are delivered again under new event ids, so what was taken before is paid a second time",
        plant: |rules| rules.redelivery = Redelivery::NewId,
    },
    Mistake {
        name: "operator-redelivery-idle",
        about: "redelivery says how many it sends and sends none, so everybody believes that the affiliate was paid",
        plant: |rules| rules.redelivery = Redelivery::Idle,
    },
    Mistake {
        name: "operator-amounts-as-text",
        about: "amounts are sent as text, so deposits are refused and never credited",
        plant: |rules| rules.amounts = Amounts::Text,
    },
    Mistake {
        name: "operator-amounts-with-comma",
        about: "amounts are sent with a decimal comma, so deposits are refused or read a hundredfold",
        plant: |rules| rules.amounts = Amounts::Comma,
    },
    Mistake {
        name: "operator-local-times",
        about: "times are local ones marked as UTC, so late deposits fall on the day before and months do not add up",
        plant: |rules| rules.times = Times::LocalMarkedUtc,
    },
    Mistake {
        name: "operator-brand-left-out",
        about: "postbacks name no brand, so no manager can tell which brand earned what",
        plant: |rules| rules.brand = Brand::LeftOut,
    },
    Mistake {
        name: "operator-always-usd",
        about: "every amount is told as dollars, so commission is paid in the wrong worth",
        plant: |rules| rules.currency = Currency::AlwaysUsd,
    },
    Mistake {
        name: "operator-every-deposit-first",
        about: "every deposit is told as the first, so a bounty is claimed for each",
        plant: |rules| rules.first_deposit = FirstDeposit::EveryDeposit,
    },
    Mistake {
        name: "operator-refund-as-deposit",
        about: "refunds are told as deposits, so money that went back is counted as income twice over",
        plant: |rules| rules.refunds = Refunds::AsDeposit,
    },
    Mistake {
        name: "operator-macro-unexpanded",
        about: "the click id's macro is sent as it stands in the template, so no postback finds its click",
        plant: |rules| rules.macros = Macros::LeftUnexpanded,
    },
    Mistake {
        name: "operator-token-never-refreshed",
        about: "one token from the day of installation is sent for ever, so every postback is refused",
        plant: |rules| rules.token = Token::FromInstallation,
    },
    Mistake {
        name: "operator-one-brand-only",
        about: "only the first brand's events are told, so affiliates of the other brands go unpaid",
        plant: |rules| rules.reach = Reach::OneBrand,
    },
    Mistake {
        name: "operator-any-answer-delivers",
        about: "whatever the network answers counts as delivered, so what it refused or could not take is lost",
        plant: |rules| rules.acknowledgement = Acknowledgement::AnyAnswer,
    },
];

impl Mistake {
    /// A mistake of that name, which turns a knob.
    pub(super) const fn new(name: &'static str, about: &'static str, plant: fn(&mut Rules)) -> Self {
        Self { name, about, plant }
    }

    /// The mistake of that name, among all or among those of [`PARALLEL_MISTAKES`].
    pub fn by_name(name: &str) -> Option<&'static Self> {
        MISTAKES.iter().chain(PARALLEL_MISTAKES).find(|mistake| mistake.name == name)
    }

    /// Turns its knob.
    pub fn plant(&self, rules: &mut Rules) {
        (self.plant)(rules);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_has_its_own_name_and_changes_something() {
        let mut seen = Vec::new();
        for mistake in MISTAKES {
            let mut rules = Rules::default();
            mistake.plant(&mut rules);
            assert_ne!(rules, Rules::default(), "{}", mistake.name);
            assert!(!seen.contains(&rules), "{}", mistake.name);
            let found = MISTAKES.iter().filter(|other| other.name == mistake.name).count();
            assert_eq!((found, Mistake::by_name(mistake.name).map(|found| found.name)), (1, Some(mistake.name)));
            seen.push(rules);
        }
        assert!(Mistake::by_name("none-such").is_none());
    }
}
