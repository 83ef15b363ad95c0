//! What stands behind `Authorization: Bearer`: a token minted for the moment, or a fixed opaque one.
//! Writing the header is left to `send`.

use jiff::Timestamp;

use super::{Token, TokenError, TokenMaker};
use crate::model::Secret;

/// The source of a delivery's bearer token.
#[derive(Debug, Clone)]
pub enum Bearer {
    /// A JWT made afresh, so that it never outlives its few minutes.
    Minted(TokenMaker),
    /// A token that was handed out and is sent as it is.
    Opaque(Secret),
}

impl Bearer {
    /// The token to send now.
    pub fn token(&self, now: Timestamp) -> Result<Token, TokenError> {
        match self {
            Self::Minted(maker) => maker.mint(now),
            Self::Opaque(secret) => Token::opaque(secret),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opaque_token_is_sent_as_it_is() {
        let token = Bearer::Opaque(Secret::new("tok_Ab-1.~+/==")).token(Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(token.expose(), "tok_Ab-1.~+/==");
    }

    #[test]
    fn an_opaque_token_that_no_header_can_hold_is_refused() {
        for bad in ["", "two words", "line\n", "ключ"] {
            let refused = Bearer::Opaque(Secret::new(bad)).token(Timestamp::UNIX_EPOCH);
            assert_eq!(refused.map(|_| ()), Err(TokenError::Opaque), "{bad:?}");
        }
    }
}
