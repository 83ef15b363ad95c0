//! Addresses and form bodies with macros: `{base}/postback?cid={click_id}`.
//!
//! A template is read once, when the settings are; from then on nothing about it can fail. What a macro stands for
//! is told by the one who expands it.

use std::fmt;

/// A text with macros in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    parts: Vec<Part>,
}

/// What a macro stands for. There is none for the account, the player's address or browser: an address is logged by
/// everybody it passes (seed 003 §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Macro {
    /// The address of the stack itself; only at the beginning, and the only one that is not percent-encoded.
    Base,
    /// The key of the network's settings.
    Key,
    ClickId,
    /// The network's own name for the event.
    Event,
    EventId,
    /// The payment's, empty where there is none.
    TransactionId,
    /// The deposit's transaction: for a refund that of the deposit it names, otherwise the payment's own.
    SaleId,
    /// What was paid, positive.
    Amount,
    /// What the network is owed for it, negative where it is taken back.
    Payout,
    Currency,
    BrandId,
    TsEvent,
    /// `probabilistic`, or empty.
    Attribution,
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The name in braces is none of ours.
    #[error("unknown macro {{{name}}}; there are {}", Macro::listed())]
    Unknown {
        /// The name.
        name: String,
    },
    /// It would carry a person's data in an address.
    #[error("macro {{{name}}} would put personal data into an address; send it in a JSON postback or not at all")]
    Personal {
        /// The name.
        name: String,
    },
    /// An opening brace without its closing one, or the other way round.
    #[error("a brace at byte {at} has no partner; write macros as {{click_id}}")]
    Brace {
        /// Where it stands.
        at: usize,
    },
    /// `{base}` is not what it begins with.
    #[error("{{base}} is an address and stands at the beginning or nowhere")]
    Base,
    /// It does not lead anywhere.
    #[error("an address begins with {{base}}/, http:// or https://")]
    NoAddress,
    /// It cannot be told to whom the postback belongs.
    #[error("without {{click_id}} nobody knows whose postback it is; add it")]
    NoClick,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Macro(Macro),
}

const MACROS: [(&str, Macro); 13] = [
    ("base", Macro::Base),
    ("key", Macro::Key),
    ("click_id", Macro::ClickId),
    ("event", Macro::Event),
    ("event_id", Macro::EventId),
    ("transaction_id", Macro::TransactionId),
    ("sale_id", Macro::SaleId),
    ("amount", Macro::Amount),
    ("payout", Macro::Payout),
    ("currency", Macro::Currency),
    ("brand_id", Macro::BrandId),
    ("ts_event", Macro::TsEvent),
    ("attribution", Macro::Attribution),
];

const PERSONAL: [&str; 6] = ["account_id", "user_id", "ip", "ua", "email", "phone"];

impl Template {
    /// Whether it leads to the stack itself.
    pub(super) fn is_own(&self) -> bool {
        self.parts.first() == Some(&Part::Macro(Macro::Base))
    }

    /// Reads a template of any text.
    pub(super) fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(found) = rest.find(['{', '}']) {
            let at = text.len() - rest.len() + found;
            let (literal, braced) = rest.split_at(found);
            let (name, after) = braced
                .strip_prefix('{')
                .and_then(|inside| inside.split_once('}'))
                .filter(|(name, _)| !name.contains('{'))
                .ok_or(TemplateError::Brace { at })?;
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.to_owned()));
            }
            let which = Macro::by_name(name)?;
            if which == Macro::Base && at != 0 {
                return Err(TemplateError::Base);
            }
            parts.push(Part::Macro(which));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        Ok(Self { parts })
    }

    /// Reads a template that is an address.
    pub(super) fn address(text: &str) -> Result<Self, TemplateError> {
        let leads = ["{base}/", "http://", "https://"].iter().any(|start| text.starts_with(start));
        if leads { Self::parse(text) } else { Err(TemplateError::NoAddress) }
    }

    /// Whether the macro occurs in it.
    pub(super) fn has(&self, which: Macro) -> bool {
        self.parts.contains(&Part::Macro(which))
    }

    /// The text with every macro replaced by its percent-encoded value.
    pub(super) fn expand(&self, value: impl Fn(Macro) -> String) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Macro(Macro::Base) => text.push_str(&value(Macro::Base)),
                Part::Macro(which) => encode(&mut text, &value(*which)),
            }
        }
        text
    }
}

impl Macro {
    fn by_name(name: &str) -> Result<Self, TemplateError> {
        if PERSONAL.contains(&name) {
            return Err(TemplateError::Personal { name: name.to_owned() });
        }
        let found = MACROS.iter().find(|(known, _)| *known == name);
        found.map(|(_, which)| *which).ok_or_else(|| TemplateError::Unknown { name: name.to_owned() })
    }

    fn listed() -> String {
        MACROS.map(|(name, _)| format!("{{{name}}}")).join(", ")
    }
}

/// Everything but RFC 3986's unreserved characters is escaped, so a value never ends its parameter.
fn encode(text: &mut String, value: &str) {
    use fmt::Write;
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str, click: &str) -> String {
        let template = Template::parse(text).expect("a template");
        template.expand(|which| match which {
            Macro::Base => "http://127.0.0.1:80".to_owned(),
            Macro::ClickId => click.to_owned(),
            Macro::TransactionId => "txn_1".to_owned(),
            _ => String::new(),
        })
    }

    #[test]
    fn values_are_filled_in_and_cannot_break_out() {
        let text = "{base}/pb?cid={click_id}&txid={transaction_id}&p={payout}#";
        assert_eq!(expanded(text, "clk_1"), "http://127.0.0.1:80/pb?cid=clk_1&txid=txn_1&p=#");
        let hostile = expanded("{base}/?cid={click_id}", "a&payout=9 /é{event}");
        assert_eq!(hostile, "http://127.0.0.1:80/?cid=a%26payout%3D9%20%2F%C3%A9%7Bevent%7D");
    }

    #[test]
    fn what_is_no_template_says_why() {
        let error = |text: &str| Template::address(text).expect_err(text);
        assert_eq!(error("{base}/?c={clickid}"), TemplateError::Unknown { name: "clickid".to_owned() });
        assert!(error("{base}/?c={clickid}").to_string().contains("{click_id}, "));
        assert_eq!(error("{base}/?a={account_id}"), TemplateError::Personal { name: "account_id".to_owned() });
        assert_eq!(error("{base}/?c={click_id"), TemplateError::Brace { at: 10 });
        assert_eq!(error("{base}/?c=click_id}"), TemplateError::Brace { at: 18 });
        assert_eq!(error("{base}/?c={{click_id}"), TemplateError::Brace { at: 10 });
        assert_eq!(error("http://a/?b={base}"), TemplateError::Base);
        assert_eq!(error("/postback"), TemplateError::NoAddress);
    }

    #[test]
    fn a_template_knows_what_it_needs() {
        let template = Template::parse("a={attribution}").expect("a template");
        assert!(template.has(Macro::Attribution) && !template.has(Macro::ClickId));
    }
}
