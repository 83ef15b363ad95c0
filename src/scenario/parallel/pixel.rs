//! The pixel that postproof fires itself, where the target has no operator pages that carry one: its address, with places for what it
//! tells. When it is fired, and with which cookies, is the run's to decide.

use url::Url;

use crate::scenario::Problem;
use crate::scenario::target::http_url;

/// What a pixel can tell. The click id stands in it only where the set-up reads it from the operator's own cookie, and that cookie is
/// still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what it is called")]
pub enum Told {
    ClickId,
    TransactionId,
    Account,
    Amount,
    Currency,
    BrandId,
    Time,
}

/// A pixel's address with its places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PixelPlan {
    url: Url,
    /// Names of parameters, and what they hold.
    parameters: Vec<(String, Vec<Piece>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Place(Told),
}

impl Told {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::ClickId, Self::TransactionId, Self::Account, Self::Amount, Self::Currency, Self::BrandId, Self::Time];

    /// What stands between the braces.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClickId => "click_id",
            Self::TransactionId => "transaction_id",
            Self::Account => "account",
            Self::Amount => "amount",
            Self::Currency => "currency",
            Self::BrandId => "brand_id",
            Self::Time => "ts",
        }
    }
}

impl PixelPlan {
    /// Its address without what it tells, for messages and to see whose host it is.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The address of one conversion's pixel.
    pub fn address(&self, told: impl Fn(Told) -> String) -> Url {
        let mut url = self.url.clone();
        let value = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Place(place) => told(*place),
        };
        let pairs = self.parameters.iter().map(|(name, pieces)| (name, pieces.iter().map(value).collect::<String>()));
        url.query_pairs_mut().extend_pairs(pairs);
        url
    }
}

/// Checks a pixel's address.
pub(super) fn pixel(text: &str) -> Result<PixelPlan, Problem> {
    let mut url = http_url("parallel.pixel", text)?;
    let pairs = url.query_pairs().map(|(name, value)| Ok((name.into_owned(), pieces(&value)?)));
    let parameters = pairs.collect::<Result<Vec<_>, Problem>>()?;
    url.set_query(None);
    let places = |pieces: &[Piece]| pieces.iter().any(|piece| matches!(piece, Piece::Place(_)));
    if !parameters.iter().any(|(_, pieces)| places(pieces)) {
        return Err(Problem::new(
            "parallel.pixel",
            "tells nothing of its conversion",
            format!("name parameters with places in its query, such as {EXAMPLE}"),
        ));
    }
    Ok(PixelPlan { url, parameters })
}

const EXAMPLE: &str =
    "https://tracker.example/pixel?click_id={click_id}&transaction_id={transaction_id}&amount={amount}";

fn pieces(value: &str) -> Result<Vec<Piece>, Problem> {
    let mut pieces = Vec::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        let place = Told::ALL.into_iter().find(|told| told.name() == name).ok_or_else(|| {
            let known = Told::ALL.map(|told| format!("{{{}}}", told.name())).join(", ");
            Problem::new("parallel.pixel", format!("has a place {{{name}}}"), format!("write of {known}"))
        })?;
        pieces.extend((!before.is_empty()).then(|| Piece::Text(before.to_owned())));
        pieces.push(Piece::Place(place));
        rest = behind;
    }
    pieces.extend((!rest.is_empty()).then(|| Piece::Text(rest.to_owned())));
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_written_as_an_address_takes_them() {
        let plan = pixel("http://t/p?event=ftd&click_id={click_id}&a={amount}-{currency}&n={ts").unwrap();
        let told = |place| match place {
            Told::ClickId => "a&b".to_owned(),
            Told::Amount => "25.50".to_owned(),
            Told::Currency => "EUR".to_owned(),
            other => panic!("{other:?} is not asked for"),
        };
        assert_eq!(plan.address(told).as_str(), "http://t/p?event=ftd&click_id=a%26b&a=25.50-EUR&n=%7Bts");
        assert_eq!(plan.url().as_str(), "http://t/p");
    }

    #[test]
    fn a_pixel_that_tells_nothing_or_something_unknown_is_refused() {
        for (text, said) in [
            ("http://t/p", "tells nothing"),
            ("http://t/p?event=ftd", "tells nothing"),
            ("http://t/p?c={clickid}", "has a place {clickid}"),
            ("ftp://t/p?c={click_id}", ""),
            ("nonsense", ""),
        ] {
            let problem = pixel(text).unwrap_err();
            assert!(format!("{problem:?}").contains(said), "{text}: {problem:?}");
        }
    }
}
