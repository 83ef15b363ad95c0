//! Tokens that were verified a moment ago, so that the next postback with the same one need not verify it again.
//!
//! Only what the token says is kept; whether it is good at an instant is judged anew each time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::{Claims, LEEWAY};

/// Most tokens that are kept. A sender uses one for minutes, so this is enough for a thousand senders.
const MAX_TOKENS: usize = 1024;

/// Longest token that is kept: with the number above, two megabytes at most. An HS256 token has about 200 bytes.
const MAX_LENGTH: usize = 2048;

/// A bounded memory of verified tokens, by their exact bytes.
///
/// Texts are compared only where their keyed hashes agree, so the time of a look-up tells nothing about a kept token.
#[derive(Default)]
pub(super) struct Remembered {
    tokens: Mutex<HashMap<Box<str>, Claims>>,
}

impl Remembered {
    /// What the token says, if it is remembered.
    pub(super) fn claims(&self, token: &str) -> Option<Claims> {
        // Whoever finds the memory in use verifies instead of waiting.
        let tokens = self.tokens.try_lock().ok()?;
        tokens.get(token).copied()
    }

    /// Remembers a verified token. When there is no room, those that are past `now` go; when that is not enough, all.
    pub(super) fn keep(&self, token: &str, claims: Claims, now: Timestamp) {
        if token.len() > MAX_LENGTH {
            return;
        }
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= MAX_TOKENS {
            let now = now.as_duration().as_secs_f64();
            tokens.retain(|_, claims| claims.exp + LEEWAY >= now);
            if tokens.len() >= MAX_TOKENS {
                tokens.clear();
            }
        }
        tokens.insert(token.into(), claims);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(exp: u32) -> Claims {
        Claims { iat: 0.0, exp: f64::from(exp), nbf: None }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("within range")
    }

    #[test]
    fn the_memory_is_bounded_and_forgets_the_expired_first() {
        let remembered = Remembered::default();
        let count = || remembered.tokens.lock().expect("not poisoned").len();
        for number in 0..MAX_TOKENS {
            let exp = if number < 1000 { 100 } else { 500 };
            remembered.keep(&number.to_string(), claims(exp), at(0));
        }
        assert_eq!(count(), MAX_TOKENS);
        remembered.keep("one more", claims(500), at(200));
        assert_eq!(count(), MAX_TOKENS - 1000 + 1);
        assert!(remembered.claims("3").is_none() && remembered.claims("1003") == Some(claims(500)));
        for number in 0..2 * MAX_TOKENS {
            remembered.keep(&number.to_string(), claims(500), at(200));
            assert!(count() <= MAX_TOKENS);
        }
        let long = "x".repeat(MAX_LENGTH + 1);
        remembered.keep(&long, claims(500), at(200));
        assert!(remembered.claims(&long).is_none());
    }
}
