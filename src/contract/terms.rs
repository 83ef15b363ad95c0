//! Terms: what was agreed on with a target, by its scenario and by what was given on the command line.
//! A case asks here whether there is anything to test; what nobody declared is skipped.

use url::Url;

use crate::model::Amount;
use crate::scenario::{ContractPlan, FieldMap};
use crate::sign::{Canonical, Place, Window};

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
    /// What minted tokens say besides their times.
    pub claims: Claims,
    /// The canonical form that is signed; `None` where the scheme signs the exact bytes and knows no other.
    pub canonical: Option<Canonical>,
    /// How old a signature may be, where the time is signed.
    pub window: Option<Window>,
    /// Where the signature stands.
    pub place: Place,
    /// Whether the postback URL is one of TLS.
    pub tls: bool,
    /// Whether credits can be read back.
    pub read_back: bool,
    /// What of reports credits show.
    pub shown: Shown,
    /// What is known of the operator whose pages can be visited, where there is one.
    pub operator: Option<OperatorTerms>,
}

/// What is known of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperatorTerms {
    /// Whether its answers name the event ids.
    pub names_events: bool,
    /// Whether it is known where it shows its dead letters.
    pub letters: bool,
    /// Whether it can be asked to deliver them once more.
    pub redelivers: bool,
}

/// What of reports credits show, as the scenario maps them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// What an amount is worth in the currency of reports.
    pub worth: bool,
    /// In which currency that is.
    pub currency: bool,
    /// The day that reports count an event under.
    pub day: bool,
}

impl Shown {
    /// What a mapping shows.
    pub fn by(map: &FieldMap) -> Self {
        Self {
            worth: map.report_amount.is_some(),
            currency: map.report_currency.is_some(),
            day: map.report_day.is_some(),
        }
    }
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

/// Which claims were agreed on for minted tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// Whether they name their issuer.
    pub issuer: bool,
    /// Whether they name their audience.
    pub audience: bool,
}

/// Why a case is not for a target: nobody declared what it would test.
pub type Unfit = &'static str;

#[cfg(test)]
impl Clicks {
    /// Clicks at that URL.
    pub(super) fn at(url: &str, parameters: Vec<String>) -> Self {
        Self { url: url.parse().expect("a URL"), parameters }
    }
}

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

    /// Nothing against it where credits can be read back: for cases that answers alone cannot decide.
    pub fn need_read_back(&self) -> Result<(), Unfit> {
        if self.read_back {
            Ok(())
        } else {
            Err("only the books can tell, and credits are not read back (--read-back)")
        }
    }

    /// Nothing against it where the operator's pages can be visited, and its answers name the events.
    pub fn need_pages(&self) -> Result<(), Unfit> {
        match self.operator {
            Some(OperatorTerms { names_events: true, .. }) => Ok(()),
            Some(_) => Err("the operator's answers name no event id ([operator.answer] event_id)"),
            None => Err("there is no operator whose pages may be visited ([operator] url, --allow-host)"),
        }
    }

    /// Nothing against it where it is known where the operator shows its dead letters.
    pub fn need_letters(&self) -> Result<(), Unfit> {
        match self.operator {
            Some(OperatorTerms { letters: true, .. }) => Ok(()),
            _ => Err("no scenario says where the operator shows its dead letters ([operator.paths] dead_letters)"),
        }
    }

    /// Nothing against it where the operator can be asked to deliver its dead letters once more, and be seen to.
    pub fn need_redelivery(&self) -> Result<(), Unfit> {
        self.need_letters()?;
        match self.operator {
            Some(OperatorTerms { redelivers: true, .. }) => Ok(()),
            _ => Err("no scenario says how the operator is asked to deliver once more ([operator.paths] redeliver)"),
        }
    }

    /// Nothing against it where credits show what amounts are worth in reports.
    pub fn need_worth(&self) -> Result<(), Unfit> {
        self.need_read_back()?;
        if self.shown.worth {
            return Ok(());
        }
        Err("no scenario says where credits show their worth in reports (read_back.map.report_amount)")
    }

    /// Nothing against it where credits show the day that reports count them under, and its zone is agreed on.
    pub fn need_report_day(&self) -> Result<(), Unfit> {
        self.need_read_back()?;
        match (self.shown.day, &self.contract.reports.zone) {
            (true, Some(_)) => Ok(()),
            (false, _) => Err("no scenario says where credits show their day of reports (read_back.map.report_day)"),
            (true, None) => Err("no scenario says by whose days reports count (contract.reports.zone)"),
        }
    }

    /// Nothing against it where the body is signed in a canonical form, so that there is another one.
    pub fn need_canonical_form(&self) -> Result<(), Unfit> {
        if self.signs_exact_bytes() { Err("the exact bytes are signed, whatever their form") } else { Ok(()) }
    }

    /// Nothing against it where the signature is a header.
    pub fn need_signature_header(&self) -> Result<(), Unfit> {
        match self.place {
            Place::Header(_) => Ok(()),
            Place::Member(_) => Err("the signature is a member of the body"),
        }
    }

    /// Whether signatures are over the bytes as they are sent.
    pub fn signs_exact_bytes(&self) -> bool {
        matches!(self.canonical, None | Some(Canonical::Raw))
    }

    /// Nothing against it where the target is reached by TLS.
    pub fn need_tls(&self) -> Result<(), Unfit> {
        if self.tls { Ok(()) } else { Err("the postback URL is plain HTTP") }
    }
}
