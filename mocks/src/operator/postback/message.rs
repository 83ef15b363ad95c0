//! The request that tells a network of an event, ready to be sent, and the operator's voice that makes it.

use jiff::Timestamp;

use super::super::event::Event;
use super::super::rules::Rules;
use super::super::settings::{Dialect, Network, Signed, Templated};
use super::bearer::Mint;
use super::canonical::Signer;
use super::parameters::Values;
use super::{signed, told};
use crate::secrets::Secrets;

/// One request.
pub(in crate::operator) struct Message {
    pub(in crate::operator) url: String,
    pub(in crate::operator) content: Content,
}

/// What it carries besides its address.
pub(in crate::operator) enum Content {
    /// Nothing: a GET.
    Nothing,
    /// A form: a POST.
    Form(String),
    /// Signed JSON: a POST with two headers.
    Signed { body: String, token: String, signature: String },
}

/// A postback that could not be written.
#[derive(Debug, thiserror::Error)]
pub(in crate::operator) enum SpeechError {
    /// The body or its canonical form.
    #[error("the postback cannot be written: {0}")]
    Body(#[from] serde_json::Error),
    /// The token.
    #[error("the token cannot be made: {0}")]
    Token(#[from] jsonwebtoken::errors::Error),
}

/// Makes messages in the operator's name.
pub(in crate::operator) struct Speaker {
    base: String,
    rules: Rules,
    signer: Signer,
    mint: Mint,
}

impl Speaker {
    /// A voice with these keys, for networks below `base`.
    pub(in crate::operator) fn new(base: &str, rules: Rules, secrets: &Secrets, now: Timestamp) -> Self {
        let mint = Mint::new(&secrets.jwt, rules.token, now);
        Self { base: base.to_owned(), rules, signer: Signer::new(&secrets.hmac), mint }
    }

    /// The request for `network`, with a token of the instant `now`.
    pub(in crate::operator) fn message(
        &self,
        network: &Network,
        event: Event,
        now: Timestamp,
    ) -> Result<Message, SpeechError> {
        let event = told::told(event, self.rules);
        match &network.dialect {
            Dialect::Signed(dialect) => self.signed(dialect, &event, now),
            Dialect::Template(dialect) => Ok(self.filled(network, dialect, &dialect.key.0, &event)),
        }
    }

    /// What the operator's own people are shown of a postback: no key, no token, nothing about the player's browser.
    pub(in crate::operator) fn shown(&self, network: &Network, mut event: Event) -> Result<String, SpeechError> {
        let hidden = |value: &mut Option<String>| {
            if value.is_some() {
                *value = Some("[redacted]".to_owned());
            }
        };
        hidden(&mut event.visitor.ip);
        hidden(&mut event.visitor.ua);
        let event = told::told(event, self.rules);
        Ok(match &network.dialect {
            Dialect::Signed(dialect) => signed::body(&event, dialect.visitor, self.rules)?,
            Dialect::Template(dialect) => {
                let Message { url, content } = self.filled(network, dialect, "redacted", &event);
                match content {
                    Content::Form(form) => format!("{url} {form}"),
                    Content::Nothing | Content::Signed { .. } => url,
                }
            }
        })
    }

    fn signed(&self, dialect: &Signed, event: &Event, now: Timestamp) -> Result<Message, SpeechError> {
        let body = signed::body(event, dialect.visitor, self.rules)?;
        let signature = self.signer.sign(&body)?;
        let token = self.mint.token(&dialect.token, now)?;
        let values = Values { base: &self.base, goal: event.kind.name(), key: "", event, rules: self.rules };
        let url = dialect.url.expand(|which| values.plain(which));
        Ok(Message { url, content: Content::Signed { body, token, signature } })
    }

    fn filled(&self, network: &Network, dialect: &Templated, key: &str, event: &Event) -> Message {
        let first = event.payment.as_ref().is_some_and(|payment| payment.is_ftd);
        // A defect can make an event into one that the network has no name for; then ours is sent.
        let goal = network.goal(event.kind, first).unwrap_or(event.kind.name());
        let values = Values { base: &self.base, goal, key, event, rules: self.rules };
        let fill = |which| values.towards(dialect, which);
        let content = dialect.body.as_ref().map_or(Content::Nothing, |body| Content::Form(body.expand(fill)));
        Message { url: dialect.url.expand(fill), content }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::settings::{RawNetwork, RawSettings, Settings};
    use super::super::told::tests::{deposit, refund};
    use super::*;

    const BASE: &str = "http://127.0.0.1:1";

    fn speaker(rules: Rules) -> Speaker {
        let secrets = Secrets { hmac: "postback-test-secret".to_owned(), jwt: "k".to_owned() };
        Speaker::new(BASE, rules, &secrets, Timestamp::UNIX_EPOCH)
    }

    fn url(raw: RawSettings, network: usize, event: Event) -> String {
        let settings = Settings::check(raw).expect("sound");
        let message = speaker(Rules::default()).message(&settings.networks[network], event, Timestamp::UNIX_EPOCH);
        message.expect("a message").url
    }

    #[test]
    fn every_network_is_told_in_its_own_words() {
        let raw = RawSettings::default;
        assert_eq!(url(raw(), 0, deposit()), format!("{BASE}/postback"));
        let volta = format!("{BASE}/networks/volta/postback?cid=clk_123");
        assert_eq!(url(raw(), 1, deposit()), format!("{volta}&payout=100.00&txid=txn_1&currency=EUR&et=ftd"));
        assert_eq!(url(raw(), 1, refund()), format!("{volta}&payout=-100.00&txid=txn_2&currency=EUR&et=refund"));
        let keystone = format!("{BASE}/networks/keystone/k3y5t0ne/postback?subid=clk_123");
        let sale = format!("{keystone}&status=sale&payout=100.00&currency=EUR&tid=txn_1&return=OK");
        assert_eq!(url(raw(), 2, deposit()), sale);
        let rejected = format!("{keystone}&status=rejected&payout=-100.00&currency=EUR&tid=txn_1&return=OK");
        assert_eq!(url(raw(), 2, refund()), rejected);
    }

    #[test]
    fn a_fixed_sum_is_owed_for_first_deposits_alone() {
        let with_cpa = || {
            let mut raw = RawSettings::default();
            if let RawNetwork::Template(volta) = &mut raw.networks[1] {
                volta.cpa = Some("50.00".to_owned());
                volta.body = Some("who={click_id}".to_owned());
            }
            raw
        };
        assert!(url(with_cpa(), 1, deposit()).contains("payout=50.00&"));
        assert!(url(with_cpa(), 1, refund()).contains("payout=0&"));
        let settings = Settings::check(with_cpa()).expect("sound");
        let message = speaker(Rules::default()).message(&settings.networks[1], deposit(), Timestamp::UNIX_EPOCH);
        assert!(matches!(message.expect("a message").content, Content::Form(form) if form == "who=clk_123"));
    }

    #[test]
    fn nothing_secret_is_shown() {
        let settings = Settings::default();
        let mut event = deposit();
        event.visitor.ip = Some("203.0.113.7".to_owned());
        let shown = |n: usize| speaker(Rules::default()).shown(&settings.networks[n], event.clone()).expect("a text");
        assert!(shown(0).contains(r#""ip":"[redacted]""#) && !shown(0).contains("203."), "{}", shown(0));
        assert!(shown(2).contains("/keystone/redacted/postback"), "{}", shown(2));
    }
}
