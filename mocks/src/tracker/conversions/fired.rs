//! A pixel as it was fired: read from its address, checked like a postback's members, and kept once a transaction.
//!
//! Whoever can open a page can fire a pixel, so what it says is never booked as money. It is counted, so that both ways
//! of tracking can be held side by side.

use jiff::Timestamp;

use super::super::moment::{self, MomentError};
use super::super::money::Money;
use super::super::reception::Tracker;
use super::super::rules::Reading;
use super::super::schema::{self, Event};
use super::super::store::Pixel;
use crate::answer::Refusal;

/// What an address says, as yet unchecked. A tag may leave out anything but the event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fired {
    event: Option<String>,
    transaction_id: Option<String>,
    account: Option<String>,
    amount: Option<String>,
    currency: Option<String>,
    brand_id: Option<String>,
    ts: Option<String>,
    /// The click in the cookie that counts.
    pub(crate) click_id: Option<String>,
}

/// Longest brand, in characters.
const LONGEST_BRAND: usize = 64;

impl Fired {
    /// Takes a parameter; the first of a name counts, an empty one is none, and a name that no tag writes is passed over.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        let place = match name {
            "event" => &mut self.event,
            "transaction_id" => &mut self.transaction_id,
            "account" => &mut self.account,
            "amount" => &mut self.amount,
            "currency" => &mut self.currency,
            "brand_id" => &mut self.brand_id,
            "ts" => &mut self.ts,
            "click_id" => &mut self.click_id,
            _ => return,
        };
        if place.is_none() && !value.is_empty() {
            *place = Some(value);
        }
    }

    /// The conversion that it tells of at the instant `now`; nothing where the event is none that is counted here.
    fn check(self, now: Timestamp) -> Result<Option<Pixel>, Refusal> {
        let event = self.event.as_deref().and_then(Event::by_name);
        let event = event.ok_or_else(|| schema::invalid("event: send one of the events of postbacks"))?;
        let money = match (&self.amount, &self.currency) {
            (Some(amount), Some(currency)) => Some(Money::of(amount, currency)?),
            (None, None) => None,
            _ => return Err(schema::invalid("amount, currency: send both or neither")),
        };
        if let Some(ts) = &self.ts {
            moment::check(ts, now, Reading::default()).map_err(|error| match error {
                MomentError::Form => schema::invalid("ts: send RFC 3339 in UTC, like 2025-10-21T15:12:31Z"),
                MomentError::Future => schema::invalid("ts: lies in the future; check the page's clock"),
            })?;
        }
        if self.brand_id.as_ref().is_some_and(|brand| !is_label(brand)) {
            return Err(schema::invalid("brand_id: send 1 to 64 printable characters"));
        }
        let pixel = Pixel {
            transaction_id: id(self.transaction_id, "transaction_id: send 1 to 255 printable ASCII characters")?,
            account: id(self.account, "account: send 1 to 255 printable ASCII characters")?,
            click_id: id(self.click_id, "click_id: send 1 to 255 printable ASCII characters")?,
            money: money.map(|money| (money.amount, money.currency)),
            brand_id: self.brand_id,
            ts_event: self.ts,
            received: now.as_millisecond(),
        };
        Ok((event == Event::DepositSuccess).then_some(pixel))
    }
}

impl Tracker {
    /// Counts a pixel. One below the programme's minimum is no first deposit; one without an amount counts, as a goal
    /// without a value does at most networks.
    pub(crate) async fn see(&self, fired: Fired) -> Result<(), Refusal> {
        let Some(pixel) = fired.check(self.monitor.clock().now())? else { return Ok(()) };
        let enough = |(amount, currency): &(_, String)| self.terms().qualifies(*amount, currency, false);
        if pixel.money.as_ref().is_none_or(enough) {
            self.store.see(pixel).await?;
        }
        Ok(())
    }
}

fn id(text: Option<String>, hint: &'static str) -> Result<Option<String>, Refusal> {
    if text.as_deref().is_none_or(schema::is_id) { Ok(text) } else { Err(schema::invalid(hint)) }
}

fn is_label(text: &str) -> bool {
    (1..=LONGEST_BRAND).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str) -> Result<Option<Pixel>, Refusal> {
        let mut fired = Fired::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            fired.set(&name, value.into_owned());
        }
        fired.check("2026-11-20T12:00:00Z".parse().expect("an instant"))
    }

    #[test]
    fn a_whole_pixel_is_read() {
        let query = "event=deposit_success&transaction_id=txn_1&account=u_1&amount=25.5&currency=EUR&brand_id=caf%C3%A9\
                     &ts=2026-11-20T11:59:59Z&click_id=clk_1&cb=12345";
        let pixel = check(query).expect("sound").expect("counted");
        let (amount, currency) = pixel.money.clone().expect("money");
        assert_eq!((amount.to_string().as_str(), currency.as_str()), ("25.50", "EUR"));
        assert_eq!((pixel.click_id.as_deref(), pixel.brand_id.as_deref()), (Some("clk_1"), Some("café")));
        assert_eq!(pixel.ts_event.as_deref(), Some("2026-11-20T11:59:59Z"));
        let bare = check("event=deposit_success").expect("sound").expect("counted");
        assert_eq!((bare.money, bare.transaction_id), (None, None));
        assert_eq!(check("event=registration&account=u_1").expect("sound"), None, "it is no deposit");
    }

    #[test]
    fn what_no_tag_writes_is_refused() {
        for query in [
            "",
            "event=",
            "event=purchase",
            "event=deposit_success&amount=1",
            "event=deposit_success&currency=EUR",
            "event=deposit_success&amount=-1&currency=EUR",
            "event=deposit_success&amount=1,5&currency=EUR",
            "event=deposit_success&amount=1e400&currency=EUR",
            "event=deposit_success&amount=1.001&currency=EUR",
            "event=deposit_success&amount=1&currency=XXX",
            "event=deposit_success&ts=now",
            "event=deposit_success&ts=2026-11-20T13:00:00Z",
            "event=deposit_success&transaction_id=%00",
            "event=deposit_success&brand_id=%0a",
        ] {
            assert_eq!(check(query).expect_err(query).status().as_u16(), 422, "{query}");
        }
        let long = format!("event=deposit_success&account={}", "x".repeat(256));
        assert!(check(&long).is_err());
    }
}
