//! Every member that a body of `s2s-json` may have, in the order in which RFC 8785 has them (seed 003 §3, §4 and §9).

use crate::model::EventKind;
use crate::profile::member::{ALL, Form, MONEY, Member, REGISTRATION};

const DEPOSIT: &[EventKind] = &[EventKind::Deposit];
const KYC: &[EventKind] = &[EventKind::KycApproved];

pub(super) const MEMBERS: &[Member] = &[
    Member::usual("account_id", Form::Text, ALL, "the player on the operator's side"),
    Member::usual("aff_sub", Form::Text, REGISTRATION, "the affiliate's own mark on the click"),
    Member::owed("amount", Form::Amount, MONEY, "what was paid in or went back, in the currency beside it"),
    Member::usual("brand_id", Form::Text, ALL, "the brand that the player registered with"),
    Member::usual("campaign", Form::Text, REGISTRATION, "the campaign of the click"),
    Member::owed("click_id", Form::Id, ALL, "the click, as the redirector named it"),
    Member::usual("consent_version", Form::Text, REGISTRATION, "the consent text that the player agreed to"),
    Member::usual("creative_id", Form::Text, REGISTRATION, "the creative of the click"),
    Member::owed("currency", Form::Currency, MONEY, "ISO 4217 code of the amount"),
    Member::usual("device", Form::Text, REGISTRATION, "class of the device"),
    Member::owed("event", Form::Event, ALL, "what happened"),
    Member::owed("event_id", Form::Id, ALL, "unique for each event: what comes again under it is the same event"),
    Member::usual("geo", Form::Text, REGISTRATION, "ISO 3166 country"),
    Member::usual("ip", Form::Text, REGISTRATION, "the player's address"),
    Member::usual("is_ftd", Form::Flag, DEPOSIT, "whether it is the account's first deposit"),
    Member::usual("kyc_level", Form::Text, KYC, "how thorough the check was"),
    Member::usual("payment_method", Form::Text, DEPOSIT, "how it was paid"),
    Member::usual("session_id", Form::Text, REGISTRATION, "the operator's session in which the player registered"),
    Member::owed("ts_event", Form::Instant, ALL, "when it happened, in UTC"),
    Member::usual("ua", Form::Text, REGISTRATION, "the player's browser"),
];
