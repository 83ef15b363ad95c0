//! An event and a click as reports read them: what was booked, with the click and the player it belongs to.
//!
//! The store fills them in; nothing is decided here.

use std::sync::Arc;

use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::tracker::books::commission::{Occurrence, Reversal, Sent};
use crate::tracker::books::kind::Kind;

/// A booked event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its number in the books, rising, from 1.
    pub(crate) id: i64,
    /// What happened.
    pub(crate) kind: Kind,
    /// The sender's id of it, where its dialect has one.
    pub(crate) event_id: Option<String>,
    /// The click it was told for.
    pub(crate) click_id: String,
    /// The account, or the click where no account was told.
    pub(crate) player: String,
    /// The brand that the postback named.
    pub(crate) brand: Option<String>,
    /// What the click came with; nothing when the click is not known.
    pub(crate) click: Option<Arc<ClickFacts>>,
    /// When it happened (`ts_event`).
    pub(crate) at: Timestamp,
    /// Signed, in its own currency.
    pub(crate) amount: Option<Decimal>,
    /// ISO 4217.
    pub(crate) currency: Option<String>,
    /// Signed, in the report currency, as rounded when it was booked; nothing when its day had no rate.
    pub(crate) report_amount: Option<Decimal>,
    /// Whether it is its player's qualified first deposit. One event of a player is.
    pub(crate) is_ftd: bool,
    /// Whether with it the player's whole first deposit has been taken back. At most one event of a player has it:
    /// the one with which refunds and chargebacks in the first deposit's currency reach the first deposit's amount.
    pub(crate) reversal: Option<Reversal>,
    /// Whether it may be paid for; a probable match may not (seed 003 §10).
    pub(crate) billable: bool,
    /// The commission that the postback named, in the event's currency.
    pub(crate) sent_commission: Option<Decimal>,
    /// The same in the report currency; nothing when its day had no rate.
    pub(crate) report_commission: Option<Decimal>,
    /// When the postback arrived.
    pub(crate) received_at: Timestamp,
    /// When it was booked.
    pub(crate) booked_at: Timestamp,
    /// When its player registered, as known when the entry is read; the store may keep milliseconds alone.
    pub(crate) registered_at: Option<Timestamp>,
    /// When its player's qualified first deposit happened, as known when the entry is read.
    pub(crate) first_deposit_at: Option<Timestamp>,
}

/// A logged click.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClickEntry {
    /// Its number in the log, rising, from 1.
    pub(crate) id: i64,
    /// When it was clicked.
    pub(crate) at: Timestamp,
    /// What it came with.
    pub(crate) facts: Arc<ClickFacts>,
}

/// What a click came with (seed 003 §2, §3). All of it is the network's text: data, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ClickFacts {
    /// Who brought it.
    pub(crate) affiliate: Option<String>,
    /// The affiliate's own mark.
    pub(crate) sub_id: Option<String>,
    /// Which brand it led to.
    pub(crate) brand: Option<String>,
    /// `utm_source`.
    pub(crate) utm_source: Option<String>,
    /// `utm_medium`.
    pub(crate) utm_medium: Option<String>,
    /// `utm_campaign`.
    pub(crate) utm_campaign: Option<String>,
    /// `utm_content`.
    pub(crate) utm_content: Option<String>,
    /// `utm_term`.
    pub(crate) utm_term: Option<String>,
    /// The programme's campaign.
    pub(crate) campaign: Option<String>,
    /// Which advertisement.
    pub(crate) creative: Option<String>,
    /// Country.
    pub(crate) geo: Option<String>,
    /// Kind of device.
    pub(crate) device: Option<String>,
}

impl Entry {
    /// Who is to be paid for it.
    pub(crate) fn affiliate(&self) -> Option<&str> {
        self.click.as_deref().and_then(|click| click.affiliate.as_deref())
    }

    /// The brand that the postback named, or else the one that the click led to.
    pub(crate) fn brand(&self) -> Option<&str> {
        self.brand.as_deref().or_else(|| self.click.as_deref().and_then(|click| click.brand.as_deref()))
    }

    /// Whether it carries money that no view can add up, because its day had no rate.
    pub(crate) fn is_unconverted(&self) -> bool {
        let money = self.kind.moves_money() && self.amount.is_some() && self.report_amount.is_none();
        money || (self.sent_commission.is_some() && self.report_commission.is_none())
    }

    /// The entry as the commission sees it.
    pub(crate) fn occurrence(&self) -> Occurrence<'_> {
        let sent = match (self.sent_commission, self.report_commission) {
            (None, _) => Sent::Nothing,
            (Some(_), Some(amount)) => Sent::Amount(amount),
            (Some(_), None) => Sent::Unconverted,
        };
        Occurrence {
            kind: self.kind,
            affiliate: self.affiliate(),
            brand: self.brand(),
            report_amount: self.report_amount,
            is_ftd: self.is_ftd,
            reversal: self.reversal.as_ref(),
            sent,
            is_billable: self.billable,
        }
    }
}
