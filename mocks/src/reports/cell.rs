//! One value of a report, independent of the form in which it is written.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Serialize, Serializer, ser};
use serde_json::value::RawValue;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Text, which may be anybody's.
    Text(Option<String>),
    /// A count, or a number of days.
    Count(Option<u64>),
    /// A decimal, written with the decimals it has.
    Number(Option<Decimal>),
    /// Yes or no.
    Flag(bool),
}

impl Cell {
    /// A text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(Some(text.into()))
    }

    /// A decimal with exactly so many decimals, half to even.
    pub(crate) fn fixed(value: Option<Decimal>, decimals: u32) -> Self {
        Self::Number(value.map(|value| {
            let mut value = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointNearestEven);
            value.rescale(decimals);
            value
        }))
    }

    /// The value as it stands in a table; text is not guarded here.
    pub(crate) fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone().unwrap_or_default(),
            Self::Count(count) => count.map(|count| count.to_string()).unwrap_or_default(),
            Self::Number(number) => number.map(|number| number.to_string()).unwrap_or_default(),
            Self::Flag(flag) => flag.to_string(),
        }
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(Some(count))
    }
}

/// Decimals leave as numbers of JSON, from their own text: a float would change them.
impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Count(count) => count.serialize(serializer),
            Self::Number(Some(number)) => {
                RawValue::from_string(number.to_string()).map_err(ser::Error::custom)?.serialize(serializer)
            }
            Self::Number(None) => serializer.serialize_none(),
            Self::Flag(flag) => flag.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_their_zeros() {
        let written = |cell: &Cell| serde_json::to_string(cell).expect("it is written");
        assert_eq!(written(&Cell::fixed(Some(Decimal::TEN), 2)), "10.00");
        assert_eq!(written(&Cell::fixed(Some(Decimal::new(-25, 1)), 0)), "-2");
        assert_eq!(written(&Cell::fixed(None, 2)), "null");
        assert_eq!(written(&Cell::text("a\"b")), r#""a\"b""#);
        assert_eq!([Cell::Flag(true).plain(), Cell::from(7).plain(), Cell::Text(None).plain()], ["true", "7", ""]);
    }
}
