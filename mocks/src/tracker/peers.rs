//! Who may send postbacks, and how fast: the allow-list of addresses and the rate limit (seed 003 §5).
//!
//! The address is the peer's own. What a header says about it counts only where the peer is a trusted proxy.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use ipnet::IpNet;
use jiff::Timestamp;

use super::rules::{Forwarded, RateLimit};
use crate::answer::Refusal;

/// Who may send, and how fast.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Admission {
    /// Networks that postbacks may come from; anybody may send when there are none.
    pub allow: Vec<IpNet>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Most postbacks from one address.
    pub rate: Option<Rate>,
}

/// So many postbacks a second from one address, with so many at once after a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Postbacks a second in the long run; at least 1.
    pub per_second: u32,
    /// Postbacks at once; at least 1.
    pub burst: u32,
}

/// Addresses whose rates are remembered. Beyond it those are forgotten that have nothing owing.
const MAX_ADDRESSES: usize = 4096;

/// The checks of one tracker.
#[derive(Debug)]
pub(super) struct Doorkeeper {
    admission: Admission,
    forwarded: Forwarded,
    limit: RateLimit,
    /// For each address the instant (nanoseconds since 1970) up to which its postbacks are spaced out: the generic
    /// cell rate algorithm (ITU-T I.371).
    spaced: Mutex<HashMap<IpAddr, i128>>,
}

impl Doorkeeper {
    /// The checks for that admission.
    pub(super) fn new(admission: Admission, forwarded: Forwarded) -> Self {
        Self { admission, forwarded, limit: RateLimit::default(), spaced: Mutex::default() }
    }

    /// The same, where the rate does what that setting says.
    pub(super) fn with_limit(self, limit: RateLimit) -> Self {
        Self { limit, ..self }
    }

    /// Refuses a sender that is not allowed, or too fast at the instant `now`.
    pub(super) fn check(&self, peer: Option<IpAddr>, headers: &HeaderMap, now: Timestamp) -> Result<(), Refusal> {
        let Admission { allow, rate, .. } = &self.admission;
        if allow.is_empty() && rate.is_none() {
            return Ok(());
        }
        let sender = peer.map(|peer| self.sender(peer.to_canonical(), headers));
        if !allow.is_empty() && !sender.is_some_and(|sender| within(allow, sender)) {
            let hint = "ask for this address to be put on the allow-list";
            return Err(Refusal::new(StatusCode::FORBIDDEN, "address_not_allowed", hint));
        }
        match (rate, sender) {
            (Some(rate), Some(sender)) if self.limit != RateLimit::Ignored => self.space(*rate, sender, now),
            _ => Ok(()),
        }
        .map_err(|refusal| if self.limit == RateLimit::Untold { refusal.without_header() } else { refusal })
    }

    /// The address that sent the request. A proxy appends whom it had it from, so the last address that is no proxy
    /// of ours is the sender, and what stands before it is hearsay.
    fn sender(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let believed =
            |address: IpAddr| self.forwarded == Forwarded::Anybody || within(&self.admission.trusted_proxies, address);
        if !believed(peer) {
            return peer;
        }
        let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let named: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
        let mut sender = peer;
        for address in named.iter().rev().map_while(|text| text.parse::<IpAddr>().ok()) {
            sender = address.to_canonical();
            if !believed(sender) {
                break;
            }
        }
        sender
    }

    fn space(&self, rate: Rate, sender: IpAddr, now: Timestamp) -> Result<(), Refusal> {
        let interval = i128::from(1_000_000_000 / rate.per_second.max(1));
        let tolerance = interval * i128::from(rate.burst.max(1) - 1);
        let now = now.as_nanosecond();
        let mut spaced = self.spaced.lock().unwrap_or_else(PoisonError::into_inner);
        if spaced.len() >= MAX_ADDRESSES && !spaced.contains_key(&sender) {
            spaced.retain(|_, until| *until > now);
            if spaced.len() >= MAX_ADDRESSES {
                return Err(Refusal::too_many(1));
            }
        }
        let until = spaced.entry(sender).or_insert(now);
        let early = until.saturating_sub(now).saturating_sub(tolerance);
        if early > 0 {
            let wait = Duration::from_nanos(u64::try_from(early).unwrap_or(u64::MAX));
            return Err(Refusal::too_many(wait.as_secs() + 1));
        }
        *until = (*until).max(now) + interval;
        Ok(())
    }
}

fn within(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> IpNet {
        text.parse().expect("a network")
    }

    fn admitted(keeper: &Doorkeeper, peer: &str, forwarded: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().expect("a header value"));
        }
        keeper.check(Some(peer.parse().expect("an address")), &headers, Timestamp::UNIX_EPOCH).is_ok()
    }

    #[test]
    fn only_proxies_of_ours_are_believed() {
        let admission =
            Admission { allow: vec![net("203.0.113.0/24")], trusted_proxies: vec![net("10.0.0.0/8")], rate: None };
        let keeper = Doorkeeper::new(admission.clone(), Forwarded::Proxies);
        assert!(admitted(&keeper, "203.0.113.9", &[]));
        assert!(admitted(&keeper, "::ffff:203.0.113.9", &[]), "the same address in another dress");
        assert!(!admitted(&keeper, "198.51.100.1", &[]));
        assert!(!admitted(&keeper, "198.51.100.1", &["203.0.113.9"]), "a stranger's word");
        assert!(admitted(&keeper, "10.1.1.1", &["203.0.113.9"]));
        assert!(admitted(&keeper, "10.1.1.1", &["198.51.100.1", "203.0.113.9, 10.2.2.2"]));
        assert!(!admitted(&keeper, "10.1.1.1", &["203.0.113.9, 198.51.100.1"]), "the last stranger counts");
        assert!(!admitted(&keeper, "10.1.1.1", &["203.0.113.9, nonsense"]));
        assert!(!admitted(&keeper, "10.1.1.1", &[]));
        let fooled = Doorkeeper::new(admission, Forwarded::Anybody);
        assert!(admitted(&fooled, "198.51.100.1", &["203.0.113.9"]));
    }

    #[test]
    fn each_address_has_its_own_rate() {
        let rate = Some(Rate { per_second: 2, burst: 3 });
        let keeper = Doorkeeper::new(Admission { rate, ..Admission::default() }, Forwarded::Proxies);
        let at = |millis: i64, peer: &str| {
            let now = Timestamp::from_millisecond(millis).expect("within range");
            keeper.check(Some(peer.parse().expect("an address")), &HeaderMap::new(), now).is_ok()
        };
        assert_eq!([at(0, "::1"), at(0, "::1"), at(0, "::1"), at(0, "::1")], [true, true, true, false]);
        assert!(at(0, "::2"), "somebody else");
        assert_eq!([at(499, "::1"), at(500, "::1"), at(501, "::1")], [false, true, false]);
        let refusal = keeper.check("::1".parse().ok(), &HeaderMap::new(), Timestamp::UNIX_EPOCH).expect_err("too fast");
        assert_eq!((refusal.status(), refusal.code()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
    }

    #[test]
    fn remembered_addresses_are_bounded() {
        let rate = Some(Rate { per_second: 1, burst: 1 });
        let keeper = Doorkeeper::new(Admission { rate, ..Admission::default() }, Forwarded::Proxies);
        let check = |number: u32, now: Timestamp| {
            keeper.check(Some(IpAddr::from(number.to_be_bytes())), &HeaderMap::new(), now).is_ok()
        };
        assert!((0..4096).all(|number| check(number, Timestamp::UNIX_EPOCH)));
        assert!(!check(5000, Timestamp::UNIX_EPOCH), "full of senders that owe something");
        assert!(check(5000, Timestamp::from_second(2).expect("within range")), "they owe nothing any more");
    }
}
