//! `tls.protocol-floor`: TLS 1.0 and 1.1, which nobody should speak any more.

use crate::contract::grade::described;
use crate::contract::{
    Address, Card, Case, Finding, Greeting, Owed, Request, Scene, Terms, TlsVersion, Trial, Tried, Unfit,
};

pub(super) struct ProtocolFloor;

/// The old versions, and one that shows whether such a handshake is understood at all.
const OFFERED: [(TlsVersion, &str); 3] =
    [(TlsVersion::Tls10, "TLS 1.0"), (TlsVersion::Tls11, "TLS 1.1"), (TlsVersion::Tls12, "TLS 1.2")];
/// Alerts about a message that was not understood: unexpected, illegal, undecodable (RFC 5246 §7.2.2).
const NOT_UNDERSTOOD: [u8; 3] = [10, 47, 50];

impl Case for ProtocolFloor {
    fn card(&self) -> Card {
        Card {
            id: "tls.protocol-floor",
            rule: "RFC 8996; seed 003 §12.1",
            expected: "a handshake of TLS 1.0 or 1.1 ends with an alert or a closed connection",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_tls()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        for (version, _) in OFFERED {
            scene.ask(Request::bare("HELLO", Address::Handshake(version)), Owed::Judged);
        }
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let tries: Vec<&Tried> = trial.heard.iter().filter_map(|heard| heard.last()).collect();
        let [old @ .., known] = tries.as_slice() else {
            return Finding::inconclusive("it was cut short before everything was sent");
        };
        for ((place, tried), (_, name)) in old.iter().enumerate().zip(OFFERED) {
            match greeting(tried) {
                Some(Greeting::Chosen(..=0x0302)) => {
                    return Finding::fail(format!("a handshake of {name} is gone on with"), vec![place]);
                }
                Some(Greeting::Strange) => return Finding::inconclusive("what came in answer is no TLS"),
                None if tried.reply.is_none() => {
                    return Finding::inconclusive(format!("the handshake of {name}: {}", described(tried)));
                }
                _ => {}
            }
        }
        match greeting(known) {
            Some(Greeting::Chosen(_)) => Finding::pass("TLS 1.0 and 1.1 are turned away, TLS 1.2 is spoken"),
            Some(Greeting::Alert(alert)) if !NOT_UNDERSTOOD.contains(&alert) => {
                Finding::pass("TLS 1.0, 1.1 and 1.2 are turned away")
            }
            _ => Finding::inconclusive(
                "the target understands no handshake that is written by hand, not even of TLS 1.2",
            ),
        }
    }
}

/// What a server said first; `None` where it closed the connection without a word, or said nothing at all.
fn greeting(tried: &Tried) -> Option<Greeting> {
    Greeting::read(&tried.reply.as_ref()?.body)
}
