//! Terms: what was agreed on with a target, by its scenario and by what was given on the command line.
//! A case asks here whether there is anything to test; what nobody declared is skipped.

use url::Url;

use crate::model::Amount;
use crate::scenario::ContractPlan;

/// What is known of a target.
#[derive(Clone, Debug)]
pub struct Terms {
    /// What the scenario says of the contract.
    pub contract: ContractPlan,
    /// The smallest first deposit that counts as an FTD, in its own currency.
    pub ftd_minimum: Amount,
    /// How clicks are made, where there is a click URL, so that the target knows its clicks.
    pub clicks: Option<Clicks>,
    /// Which tokens postbacks carry.
    pub tokens: Tokens,
    /// Whether the postback URL is one of TLS.
    pub tls: bool,
    /// Whether credits can be read back.
    pub read_back: bool,
}

/// How clicks are made.
#[derive(Clone, Debug)]
pub struct Clicks {
    /// The click URL.
    pub url: Url,
    /// Names of the landing URL's parameter that may carry the click id.
    pub parameters: Vec<String>,
}

/// Which tokens postbacks carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tokens {
    /// None.
    None,
    /// One that was handed out and cannot be made otherwise.
    Opaque,
    /// JWTs that postproof makes.
    Minted,
}

/// Why a case is not for a target: nobody declared what it would test.
pub type Unfit = &'static str;

impl Terms {
    /// Nothing against it where the target knows its clicks.
    pub fn need_clicks(&self) -> Result<(), Unfit> {
        match self.clicks {
            Some(_) => Ok(()),
            None => Err("no click URL is given (--click-url), so no target knows these clicks"),
        }
    }

    /// Nothing against it where postbacks carry a token.
    pub fn need_tokens(&self) -> Result<(), Unfit> {
        match self.tokens {
            Tokens::None => Err("this target is sent no tokens (--jwt-secret-env gives their key)"),
            Tokens::Opaque | Tokens::Minted => Ok(()),
        }
    }

    /// Nothing against it where postproof makes the tokens itself.
    pub fn need_minted_tokens(&self) -> Result<(), Unfit> {
        self.need_tokens()?;
        match self.tokens {
            Tokens::Minted => Ok(()),
            Tokens::None | Tokens::Opaque => Err("the token is an opaque one, which cannot be made otherwise"),
        }
    }

    /// Nothing against it where the target is reached by TLS.
    pub fn need_tls(&self) -> Result<(), Unfit> {
        if self.tls { Ok(()) } else { Err("the postback URL is plain HTTP") }
    }
}
