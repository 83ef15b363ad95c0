//! What the file says about bearer tokens.

use super::problem::Problem;
use super::raw::RawTokens;
use super::variables::{Environment, optional};
use crate::tracker::signature::Secret;
use crate::tracker::{PreviousKey, Tokens};

/// What tokens have to say. The key in use is another matter.
pub(super) fn tokens(raw: RawTokens, environment: Environment<'_>) -> Result<Tokens, Problem> {
    let RawTokens { kid, previous_kid, previous_secret_env, audience, issuer, .. } = raw;
    let named = [
        ("tracker.tokens.kid", &kid),
        ("tracker.tokens.previous_kid", &previous_kid),
        ("tracker.tokens.audience", &audience),
        ("tracker.tokens.issuer", &issuer),
    ];
    if let Some((path, _)) = named.iter().find(|(_, text)| text.as_ref().is_some_and(String::is_empty)) {
        return Err(Problem::new(*path, "is empty", "name it, or take the key out"));
    }
    let previous = optional("tracker.tokens.previous_secret_env", previous_secret_env.as_deref(), environment)?;
    let previous = match (previous, previous_kid) {
        (None, None) => None,
        (None, Some(_)) => {
            let message = "names a key that is not there";
            return Err(Problem::new(
                "tracker.tokens.previous_kid",
                message,
                "add previous_secret_env, or take it out",
            ));
        }
        (Some(_), previous) if previous.is_some() != kid.is_some() => {
            let help = "give both kid and previous_kid, or neither";
            return Err(Problem::new("tracker.tokens", "names only one of two live keys", help));
        }
        (Some(_), Some(previous)) if kid.as_ref() == Some(&previous) => {
            let message = "is the name of both keys";
            return Err(Problem::new("tracker.tokens.previous_kid", message, "give each live key a name of its own"));
        }
        (Some(secret), kid) => Some(PreviousKey { kid, secret: Secret::new(secret) }),
    };
    Ok(Tokens { kid, previous, audience, issuer })
}
