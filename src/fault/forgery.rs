//! Forgeries: postbacks that are bad in exactly one thing. What makes them bad is read off their final bytes;
//! one that came out valid is no forgery, and its kind moves on to another event.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use crate::model::{Detail, Event, FaultKind, Ids, Label, Mixer, Player, Purpose, Sent};
use crate::profile::{Dialect, Postback, TokenUse};
use crate::sign::{Canonical, Message, Refusal, S2sJson, Scheme as _, Settings, SignError, Signed, tamper};

/// How long before its window's end a stale signature was made, in hours.
const STALE_HOURS: i64 = 1;

/// A forgery, ready to be fired.
#[derive(Clone, Debug)]
pub struct Forged {
    /// The message.
    pub postback: Postback,
    /// What it says.
    pub sent: Sent,
    /// What it is for.
    pub purpose: Purpose,
}

/// Why no forgery came of an event.
#[derive(Debug, thiserror::Error)]
pub enum NotForged {
    /// The final bytes would have been valid.
    #[error("the final bytes came out valid")]
    CameOutValid,
    /// The body cannot be signed by the scheme at all.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Makes forgeries for one target.
pub struct Forger<'a> {
    /// What the target expects.
    pub dialect: &'a Dialect,
    /// The ids of the run.
    pub ids: &'a Ids,
    /// The click ids that the target knows.
    pub known_clicks: &'a HashSet<String>,
    /// The run's seed.
    pub seed: u64,
}

impl Forger<'_> {
    /// Makes the forgery of that kind from a genuine event.
    ///
    /// # Errors
    /// When what comes out would be valid, or cannot be signed.
    pub fn forge(
        &self,
        kind: FaultKind,
        player: &Player<'_>,
        event: &Event<'_>,
        now: Timestamp,
    ) -> Result<Forged, NotForged> {
        let conflicting = kind == FaultKind::OtherAmount;
        let mut player = player.clone();
        let mut event = *event;
        if conflicting {
            event.detail = other_amount(event.detail).ok_or(NotForged::CameOutValid)?;
        } else {
            event.key = event.key.forged(kind.number());
        }
        if kind == FaultKind::UnknownClick {
            player.click_id = Label::new(self.unknown_click(player.click_id.as_str(), &event)?);
        }
        let mut sent = Sent::of(self.ids, &player, &event);
        let body = self.body(&player, &event);
        let genuine = self.dialect.postback(&sent.event_id, body.clone(), now)?;
        let postback = match kind {
            FaultKind::TamperedBody => {
                let (tampered, changed) = tampered(&player, &event);
                sent = Sent::of(self.ids, &tampered, &changed);
                self.resigned(&genuine, self.body(&tampered, &changed), |own| Some(own.to_owned()))?
            }
            FaultKind::WrongSecret => self.wrong_secret(&sent.event_id, body, now)?,
            FaultKind::MissingSignature => self.resigned(&genuine, body, |_| None)?,
            FaultKind::TruncatedSignature => {
                self.resigned(&genuine, body, |own| Some(tamper::truncated(own).to_owned()))?
            }
            FaultKind::WrongCanonicaliser => self.wrong_canonicaliser(&sent.event_id, &body, now)?,
            FaultKind::StaleSignature => self.stale(&sent.event_id, body, now)?,
            FaultKind::StaleToken => Postback { token: TokenUse::Stale, ..genuine },
            FaultKind::MissingToken => Postback { token: TokenUse::Missing, ..genuine },
            _ => genuine,
        };
        self.bad(kind, &postback, now)?;
        let purpose = if conflicting { Purpose::Conflicting(kind.name()) } else { Purpose::Forged(kind.name()) };
        Ok(Forged { postback, sent, purpose })
    }

    /// Whether a kind can be forged under this dialect at all, and why not. A scheme over the exact bytes knows no other
    /// form to mistake for its own, and one that signs no time knows no stale signature.
    pub fn why_not(dialect: &Dialect, kind: FaultKind) -> Option<&'static str> {
        match kind {
            FaultKind::StaleToken if !dialect.mints_tokens() => {
                Some("postproof mints no tokens for this target: give --jwt-secret-env")
            }
            FaultKind::MissingToken if dialect.bearer.is_none() => {
                Some("this target is sent no tokens: give --jwt-secret-env")
            }
            FaultKind::WrongCanonicaliser if dialect.scheme.canonical().is_none() => {
                Some("the signature scheme signs the exact bytes, and has no canonical form to get wrong")
            }
            FaultKind::StaleSignature if dialect.scheme.window().is_none() => {
                Some("the signature scheme signs no time, so its signatures never grow stale")
            }
            _ => None,
        }
    }

    /// Whether the final bytes are bad in the one thing that the kind names, and in nothing else.
    fn bad(&self, kind: FaultKind, postback: &Postback, now: Timestamp) -> Result<(), NotForged> {
        let verdict = self.dialect.verify(postback, now);
        let as_meant = match kind {
            FaultKind::StaleToken => verdict.is_ok() && self.dialect.mints_tokens(),
            FaultKind::MissingToken => verdict.is_ok() && self.dialect.bearer.is_some(),
            FaultKind::OtherAmount | FaultKind::UnknownClick => verdict.is_ok(),
            // Times are looked at last, so this one is right but for its age.
            FaultKind::StaleSignature => matches!(verdict, Err(Refusal::TooOld { .. })),
            _ => matches!(verdict, Err(Refusal::Missing { .. } | Refusal::Malformed { .. } | Refusal::Mismatch)),
        };
        if as_meant { Ok(()) } else { Err(NotForged::CameOutValid) }
    }

    fn body(&self, player: &Player<'_>, event: &Event<'_>) -> Vec<u8> {
        let mut body = Vec::with_capacity(512);
        self.dialect.profile.write_body(self.ids, player, event, &mut body);
        body
    }

    /// A body under the genuine postback's signature, or under what is made of it.
    fn resigned(
        &self,
        genuine: &Postback,
        body: Vec<u8>,
        change: impl FnOnce(&str) -> Option<String>,
    ) -> Result<Postback, NotForged> {
        let place = self.dialect.scheme.place();
        let signed = Signed { headers: genuine.headers.clone(), body: Some(genuine.body.clone()) };
        let own = tamper::signature_of(&signed, &place).ok_or(NotForged::CameOutValid)?;
        let signed = tamper::attach(&genuine.headers, body, change(&own).as_deref(), &place)?;
        Ok(postback(&genuine.event_id, signed))
    }

    fn wrong_secret(&self, event_id: &str, body: Vec<u8>, now: Timestamp) -> Result<Postback, NotForged> {
        let wrong = self.dialect.scheme.another_key(&self.dialect.secret);
        let message = Message { body: &body, id: event_id, at: now };
        let signed = self.dialect.scheme.sign(&wrong, &message)?;
        Ok(postback(event_id, Signed { body: Some(signed.body.unwrap_or(body)), ..signed }))
    }

    /// The body respelled, so that forms differ, and signed over another form than the agreed one.
    fn wrong_canonicaliser(&self, event_id: &str, body: &[u8], now: Timestamp) -> Result<Postback, NotForged> {
        let agreed = self.dialect.scheme.canonical().ok_or(NotForged::CameOutValid)?;
        let place = self.dialect.scheme.place();
        let body = tamper::respelled(body).map_err(SignError::from)?;
        let payload = tamper::another_payload(agreed, &body).map_err(SignError::from)?;
        // Signing the other form's bytes as raw bytes is what a sender with another canonicaliser does.
        let scheme = S2sJson::new(Settings { canonical: Canonical::Raw, place: place.clone() });
        let signed = scheme.sign(&self.dialect.secret, &Message { body: &payload, id: event_id, at: now })?;
        let signature = tamper::signature_of(&signed, &place).ok_or(NotForged::CameOutValid)?;
        Ok(postback(event_id, tamper::attach(&[], body, Some(&signature), &place)?))
    }

    /// Signed rightly, an hour before the oldest instant that the window takes.
    fn stale(&self, event_id: &str, body: Vec<u8>, now: Timestamp) -> Result<Postback, NotForged> {
        let window = self.dialect.scheme.window().ok_or(NotForged::CameOutValid)?;
        let age = SignedDuration::from_secs(window.past).saturating_add(SignedDuration::from_hours(STALE_HOURS));
        let then = now.saturating_sub(age).map_err(|_| SignError::Instant)?;
        Ok(Postback { renewed: false, ..self.dialect.postback(event_id, body, then)? })
    }

    /// A click id of the same look that the target never made.
    fn unknown_click(&self, known: &str, event: &Event<'_>) -> Result<String, NotForged> {
        let mixer = Mixer::new(self.seed).word(event.key.journey).word(u64::from(event.key.slot));
        (0..16_u64)
            .map(|variant| lookalike(known, mixer.word(variant)))
            .find(|click| !self.known_clicks.contains(click) && click != known)
            .ok_or(NotForged::CameOutValid)
    }
}

fn postback(event_id: &str, signed: Signed) -> Postback {
    Postback {
        event_id: event_id.to_owned(),
        headers: signed.headers,
        body: signed.body.unwrap_or_default(),
        token: TokenUse::Fresh,
        renewed: false,
    }
}

/// The same with another amount; `None` where there is none.
pub(crate) fn other_amount(detail: Detail<'_>) -> Option<Detail<'_>> {
    match detail {
        Detail::Deposit { money, is_ftd, method } => Some(Detail::Deposit { money: money.other(), is_ftd, method }),
        Detail::Reversal { money } => Some(Detail::Reversal { money: money.other() }),
        Detail::Registration | Detail::Kyc { .. } => None,
    }
}

/// The event with one value changed: its amount, or the player's account where it has none.
fn tampered<'p>(player: &Player<'p>, event: &Event<'p>) -> (Player<'p>, Event<'p>) {
    match other_amount(event.detail) {
        Some(detail) => (player.clone(), Event { detail, ..*event }),
        None => (Player { account: format!("{}x", player.account), ..player.clone() }, *event),
    }
}

/// Bits that have to be drawn anew, so that the text is nobody's click, not even one of earlier traffic.
const ENOUGH_BITS: f64 = 60.0;

/// Another text of the same shape: letters and digits of the last 24 characters are drawn anew within their class, but for
/// a prefix up to the first `_` or `-`. Where that leaves too few bits, as with a counter, digits are added.
pub fn lookalike(text: &str, mut mixer: Mixer) -> String {
    let prefix = text.find(['_', '-']).map_or(0, |at| at + 1);
    let tail = text.char_indices().rev().take(24).last().map_or(0, |(at, _)| at).max(prefix);
    let (kept, changed) = text.split_at(tail);
    let mut bits = 0.0;
    let mut drawn = |c: char| {
        mixer = mixer.word(1);
        let (first, count) = match c {
            '1'..='9' => (b'1', 9_u8),
            'a'..='f' => (b'a', 6),
            'g'..='z' => (b'g', 20),
            'A'..='F' => (b'A', 6),
            'G'..='Z' => (b'G', 20),
            other => return other,
        };
        bits += libm::log2(f64::from(count));
        char::from(first + u8::try_from(mixer.below(u64::from(count))).unwrap_or(0))
    };
    let mut other: String = changed.chars().map(&mut drawn).collect();
    let added: String = std::iter::repeat_with(|| drawn('1')).take(20).collect();
    // Twenty digits are more than enough by themselves; how many of them are needed is known once all are drawn.
    let missing = ENOUGH_BITS - (bits - 20.0 * libm::log2(9.0));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most twenty")]
    let needed = libm::ceil(missing.max(0.0) / libm::log2(9.0)) as usize;
    other.push_str(&added[..needed.min(added.len())]);
    format!("{kept}{other}")
}

#[cfg(test)]
mod tests;
