//! The programme that a tracker books by, as one checked value: its terms, the rates to its report currency, and what
//! its campaigns cost.
//!
//! `RawProgramme` mirrors the configuration; rates and spend are files of their own, because accountants keep them.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use super::fx::Fx;
use super::spend::SpendTable;
use super::terms::{RawTerms, Terms, TermsError};

/// Longest table: a million rates of some 30 bytes.
const MAX_TABLE: u64 = 64 * 1024 * 1024;

/// A programme as it is configured. What is left out is as in [`Programme::default`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawProgramme {
    /// First deposits, fees, and what affiliates earn.
    pub terms: RawTerms,
    /// CSV file `date,currency,rate_to_XXX`: rates to the report currency XXX. The stack's own rates when left out.
    pub rates: Option<PathBuf>,
    /// CSV file `day,campaign,affiliate,brand,amount`: what campaigns cost. Nothing when left out.
    pub spend: Option<PathBuf>,
}

/// A checked programme: its rates lead to its report currency.
///
/// The default is one in USD and UTC that pays 100.00 for each first deposit of at least 10 in the deposit's own
/// currency, has no fees, converts by the rates of `data/fx.csv`, and knows of no spend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    terms: Arc<Terms>,
    rates: Arc<Fx>,
    spend: Arc<SpendTable>,
}

/// Why a programme is refused.
#[derive(Debug, thiserror::Error)]
pub enum ProgrammeError {
    /// A term that is none.
    #[error("terms.{0}")]
    Terms(#[from] TermsError),
    /// A file that cannot be read.
    #[error("{key}: cannot read {}: {source}; name a CSV file of at most {MAX_TABLE} bytes", path.display())]
    File {
        /// Which of the tables.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that holds no such table.
    #[error("{key}: {}: {source}", path.display())]
    Table {
        /// Which of the tables.
        key: &'static str,
        /// The file.
        path: PathBuf,
        /// Which line is wrong, and what to write.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The terms and the rates do not speak of the same money.
    #[error("the terms report in {terms}, the rates lead to {rates}; give rates to {terms}, or report in {rates}")]
    Currencies {
        /// The report currency of the terms.
        terms: String,
        /// The currency that the rates lead to.
        rates: String,
    },
}

/// Read once: every stack that is started without a programme of its own shares it.
static DEFAULT: LazyLock<Programme> = LazyLock::new(|| {
    Programme::new(Terms::default(), Fx::built_in(), SpendTable::default()).expect("the built-in rates lead to USD")
});

impl Programme {
    /// Checks a programme and reads its tables. Their paths are taken from `folder` where they are relative.
    pub fn load(raw: RawProgramme, folder: &Path) -> Result<Self, ProgrammeError> {
        let terms = Terms::check(raw.terms)?;
        let rates = match raw.rates {
            Some(path) => table("rates", &folder.join(path), Fx::parse)?,
            None => Fx::built_in(),
        };
        let spend = match raw.spend {
            Some(path) => table("spend", &folder.join(path), |text| SpendTable::parse(text, terms.minor_units()))?,
            None => SpendTable::default(),
        };
        Self::new(terms, rates, spend)
    }

    /// A programme of these parts.
    pub(crate) fn new(terms: Terms, rates: Fx, spend: SpendTable) -> Result<Self, ProgrammeError> {
        if terms.report_currency() != rates.report_currency() {
            let (terms, rates) = (terms.report_currency().to_owned(), rates.report_currency().to_owned());
            return Err(ProgrammeError::Currencies { terms, rates });
        }
        Ok(Self { terms: Arc::new(terms), rates: Arc::new(rates), spend: Arc::new(spend) })
    }

    /// The terms.
    pub(crate) fn terms(&self) -> &Arc<Terms> {
        &self.terms
    }

    /// The rates to the terms' report currency.
    pub(crate) fn rates(&self) -> &Fx {
        &self.rates
    }

    /// What campaigns cost.
    pub(crate) fn spend(&self) -> &Arc<SpendTable> {
        &self.spend
    }
}

impl Default for Programme {
    fn default() -> Self {
        DEFAULT.clone()
    }
}

/// Reads a table from its file.
fn table<T, E>(key: &'static str, path: &Path, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<T, ProgrammeError>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let text = text_of(path).map_err(|source| ProgrammeError::File { key, path: path.to_owned(), source })?;
    parse(&text).map_err(|source| ProgrammeError::Table { key, path: path.to_owned(), source: source.into() })
}

fn text_of(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MAX_TABLE + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_TABLE {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(raw: &str, folder: &Path) -> Result<Programme, String> {
        let raw: RawProgramme = toml::from_str(raw).map_err(|error| error.to_string())?;
        Programme::load(raw, folder).map_err(|error| error.to_string())
    }

    #[test]
    fn a_programme_that_says_nothing_is_the_default() {
        let programme = loaded("", Path::new(".")).expect("a programme");
        assert_eq!(programme, Programme::default());
        assert_eq!((programme.terms().report_currency(), programme.rates().report_currency()), ("USD", "USD"));
        assert!(programme.spend().rows().is_empty());
    }

    #[test]
    fn tables_are_files_beside_the_configuration() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        write("fx.csv", "date,currency,rate_to_EUR\n2026-01-01,USD,0.9\n");
        write("spend.csv", "day,campaign,affiliate,brand,amount\n2026-11-02,spring,,,50.00\n");
        let raw = "rates = \"fx.csv\"\nspend = \"spend.csv\"\n[terms]\nreport_currency = \"EUR\"\n\
                   [terms.affiliates.acme]\nmodel = \"cpa\"\namount = \"80\"";
        let programme = loaded(raw, folder.path()).expect("a programme");
        assert_eq!((programme.rates().report_currency(), programme.spend().rows().len()), ("EUR", 1));

        let error = |raw: &str| loaded(raw, folder.path()).expect_err("no programme");
        assert!(error("rates = \"fx.csv\"").starts_with("the terms report in USD, the rates lead to EUR"));
        assert!(error("rates = \"none.csv\"").starts_with("rates: cannot read"));
        assert!(error("spend = \"fx.csv\"").contains("fx.csv: line 1: the head is"));
        assert!(error("[terms]\nzone = \"Mars\"").starts_with("terms.zone: name a time zone"));
        assert!(error("fx = \"fx.csv\"").contains("unknown field `fx`"));
    }
}
