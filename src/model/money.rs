//! Money: exact decimals with their currency. Floats appear nowhere, neither in reading nor in writing.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::Currency;

/// A decimal amount of at most [`Amount::MAX`] either way. Equal values are equal whatever their trailing zeros.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Amount(Decimal);

/// What is wrong with a text that was meant as an amount.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AmountError {
    /// Not a decimal number.
    #[error("`{0}` is no decimal number with a point")]
    NotANumber(String),
    /// Outside what JCS signs exactly.
    #[error("`{0}` is beyond 999,999,999,999.99")]
    TooLarge(String),
    /// More decimals than the currency has.
    #[error("{amount} has more decimals than {currency} has ({units})")]
    TooFine {
        /// The amount as given.
        amount: Amount,
        /// Its currency.
        currency: Currency,
        /// The currency's minor units.
        units: u32,
    },
}

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// The largest amount, 999,999,999,999.99: a double still holds every cent of it, so that JCS can sign it.
    pub const MAX: Self = Self(Decimal::from_parts(276_447_231, 23283, 0, false, 2));

    /// So many minor units of a currency: 1050 of EUR are 10.5. Held to [`Amount::MAX`].
    pub fn from_minor(minor: i64, currency: Currency) -> Self {
        Self(Decimal::new(minor, currency.minor_units())).clamped()
    }

    /// The exact decimal.
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// The amount with its sign turned, as a reversal books it.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(-self.0)
    }

    /// Appends the number as RFC 8785 writes it: no exponent (amounts are far below 10²¹), no trailing zeros.
    pub fn write_json(self, out: &mut Vec<u8>) {
        let mut scale = self.0.scale();
        let mut mantissa = self.0.mantissa();
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        if mantissa < 0 {
            out.push(b'-');
        }
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(mantissa.unsigned_abs()).as_bytes();
        let scale = scale as usize;
        if scale == 0 {
            out.extend_from_slice(digits);
        } else if digits.len() > scale {
            out.extend_from_slice(&digits[..digits.len() - scale]);
            out.push(b'.');
            out.extend_from_slice(&digits[digits.len() - scale..]);
        } else {
            out.extend_from_slice(b"0.");
            out.extend(std::iter::repeat_n(b'0', scale - digits.len()));
            out.extend_from_slice(digits);
        }
    }

    fn clamped(self) -> Self {
        self.clamp(Self::MAX.negated(), Self::MAX)
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    /// Reads a decimal, with or without an exponent, sign or quotes around it left to the caller.
    fn from_str(text: &str) -> Result<Self, AmountError> {
        let number = Decimal::from_str_exact(text)
            .or_else(|_| Decimal::from_scientific(text))
            .map_err(|_| AmountError::NotANumber(text.chars().take(40).collect()))?;
        let amount = Self(number);
        if amount == amount.clamped() { Ok(amount) } else { Err(AmountError::TooLarge(text.to_owned())) }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.normalize())
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An amount in a currency, with no more decimals than the currency has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    amount: Amount,
    currency: Currency,
}

impl Money {
    /// Pairs an amount with its currency.
    ///
    /// # Errors
    /// When the value needs more decimals than the currency has (JPY 100.5).
    pub fn new(amount: Amount, currency: Currency) -> Result<Self, AmountError> {
        let units = currency.minor_units();
        if amount.0.normalize().scale() > units {
            return Err(AmountError::TooFine { amount, currency, units });
        }
        Ok(Self { amount, currency })
    }

    /// So many minor units of a currency.
    pub fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { amount: Amount::from_minor(minor, currency), currency }
    }

    /// The amount.
    pub fn amount(self) -> Amount {
        self.amount
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// Another amount of the same currency: one more, or one less where there is no more.
    #[must_use]
    pub fn other(self) -> Self {
        let more = Amount(self.amount.0 + Decimal::ONE);
        let amount = if more <= Amount::MAX { more } else { Amount(self.amount.0 - Decimal::ONE) };
        Self { amount, ..self }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn json(text: &str) -> String {
        let mut out = Vec::new();
        text.parse::<Amount>().expect(text).write_json(&mut out);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn amounts_are_written_as_jcs_writes_them() {
        for (given, written) in [
            ("100.00", "100"),
            ("1e2", "100"),
            ("0.05", "0.05"),
            ("-3.50", "-3.5"),
            ("0.00", "0"),
            ("19.99", "19.99"),
            ("0.001", "0.001"),
        ] {
            assert_eq!(json(given), written);
        }
    }

    #[test]
    fn the_largest_amount_is_exact_and_nothing_is_beyond_it() {
        assert_eq!(Amount::MAX.to_string(), "999999999999.99");
        assert!("999999999999.99".parse::<Amount>().is_ok());
        assert!("1000000000000".parse::<Amount>().is_err());
        for text in ["", "1,5", "NaN", "1e400", "0x10", "٣"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
    }

    #[test]
    fn money_has_no_more_decimals_than_its_currency() {
        let yen = "JPY".parse().expect("JPY");
        assert!(Money::new("100.00".parse().expect("100"), yen).is_ok());
        assert!(Money::new("100.5".parse().expect("100.5"), yen).is_err());
        assert_eq!(Money::from_minor(10_050, "KWD".parse().expect("KWD")).to_string(), "10.05 KWD");
    }

    proptest! {
        #[test]
        fn the_number_written_is_the_shortest_double_too(minor in -99_999_999_999_999_i64..=99_999_999_999_999) {
            let amount = Amount::from_minor(minor, "EUR".parse().expect("EUR"));
            let mut out = Vec::new();
            amount.write_json(&mut out);
            let text = String::from_utf8(out).expect("ASCII");
            let jcs = serde_json_canonicalizer::to_string(&text.parse::<f64>().expect("a double")).expect("finite");
            prop_assert_eq!(&jcs, &text);
            prop_assert_eq!(text.parse::<Amount>(), Ok(amount));
        }
    }
}
