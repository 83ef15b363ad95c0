//! A row of either form becomes a sighting, or a reason why it is none.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::dimension::dimension;
use super::error::LogError;
use super::reason::{Reason, excerpt};
use super::stamp::Stamps;
use crate::attribution::{Dimension, Names, Sighting, TextId, Texts, Traits};
use crate::model::{Amount, Currency};
use crate::scenario::{DecimalMark, Field};

/// What a row says, field by field; nothing where it says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cells<'a>([Cow<'a, str>; Field::ALL.len()]);

/// Makes sightings of rows.
pub(super) struct RowReader {
    pub(super) stamps: Stamps,
    decimal: DecimalMark,
    /// The event of a first deposit, where it was told.
    event: Option<String>,
    /// The currency of the row before, which is that of most.
    currency: Option<Currency>,
    pub(super) texts: Texts,
    pub(super) names: Names,
    /// Events that were passed over, some of them.
    pub(super) other_events: BTreeSet<String>,
}

/// What came of a row.
pub(super) enum Read {
    /// A first deposit.
    Sighting(Sighting),
    /// Something else.
    PassedOver,
    /// No sound row.
    Rejected(Reason),
}

/// Events that are first deposits where nothing was told.
const FIRST_DEPOSITS: [&str; 4] = ["deposit_success", "ftd", "first_deposit", "first_time_deposit"];

/// Events that an error names.
const EVENTS_NAMED: usize = 10;

/// Longest name of a brand, a browser or alike.
const LONGEST_NAME: usize = 100;

impl<'a> Cells<'a> {
    pub(super) fn set(&mut self, field: Field, text: Cow<'a, str>) {
        if let Some(cell) = self.0.get_mut(field as usize) {
            *cell = text;
        }
    }

    /// What it says of a field, without the space around it.
    pub(super) fn get(&self, field: Field) -> Option<&str> {
        let text = self.0.get(field as usize)?.as_ref();
        // Most texts begin and end with what is plain to see, and `trim` would decode both ends of each to say so.
        let is_plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
        let is_bare = is_plain(text.as_bytes().first()) && is_plain(text.as_bytes().last());
        let text = if is_bare { text } else { text.trim() };
        (!text.is_empty()).then_some(text)
    }
}

impl RowReader {
    pub(super) fn new(stamps: Stamps, decimal: DecimalMark, event: Option<String>) -> Self {
        let (texts, names) = (Texts::default(), Names::default());
        Self { stamps, decimal, event, currency: None, texts, names, other_events: BTreeSet::new() }
    }

    /// Reads a row.
    ///
    /// # Errors
    /// When there is no room for its ids.
    pub(super) fn read(&mut self, cells: &Cells<'_>, row: u32) -> Result<Read, LogError> {
        match self.checked(cells, row) {
            Err(reason) => Ok(Read::Rejected(reason)),
            Ok(None) => Ok(Read::PassedOver),
            Ok(Some(sighting)) => {
                let click = self.id(cells.get(Field::Click))?;
                let transaction = self.id(cells.get(Field::Transaction))?;
                let account = self.id(cells.get(Field::Account))?;
                Ok(Read::Sighting(Sighting { click, transaction, account, ..sighting }))
            }
        }
    }

    /// All of a sighting but its ids; nothing where the row is about something else.
    fn checked(&mut self, cells: &Cells<'_>, row: u32) -> Result<Option<Sighting>, Reason> {
        if !self.is_wanted(cells)? {
            return Ok(None);
        }
        let at = cells.get(Field::At).ok_or_else(|| Reason::missing(Field::At))?;
        let at = self.stamps.read(Field::At, at)?;
        let received = cells.get(Field::Received).map(|text| self.stamps.read(Field::Received, text)).transpose()?;
        let money = self.money(cells)?;
        let names_it = [Field::Click, Field::Transaction, Field::Account].into_iter().any(|id| cells.get(id).is_some());
        let attributed = truth(cells, Field::Attributed)?.unwrap_or(true);
        // A message that could be credited to nothing may well say nothing.
        if attributed && !names_it && money.is_none() {
            return Err(Reason::NoIds);
        }
        let traits = self.traits(cells);
        let (click, transaction, account) = (None, None, None);
        Ok(Some(Sighting { at, received, click, transaction, account, money, attributed, traits, row }))
    }

    fn is_wanted(&mut self, cells: &Cells<'_>) -> Result<bool, Reason> {
        if truth(cells, Field::IsFtd)? == Some(false) {
            return Ok(false);
        }
        let Some(event) = cells.get(Field::Event) else { return Ok(true) };
        let is_wanted = match &self.event {
            Some(wanted) => event.eq_ignore_ascii_case(wanted),
            None => FIRST_DEPOSITS.iter().any(|wanted| event.eq_ignore_ascii_case(wanted)),
        };
        if !is_wanted && self.other_events.len() < EVENTS_NAMED && !self.other_events.contains(event) {
            self.other_events.insert(excerpt(event));
        }
        Ok(is_wanted)
    }

    fn money(&mut self, cells: &Cells<'_>) -> Result<Option<(Amount, Currency)>, Reason> {
        let amount = cells.get(Field::Amount).map(|text| self.amount(text)).transpose()?;
        let currency = cells.get(Field::Currency).map(|text| self.currency(text)).transpose()?;
        Ok(amount.zip(currency))
    }

    fn amount(&self, text: &str) -> Result<Amount, Reason> {
        let amount = match self.decimal {
            DecimalMark::Point if text.contains(',') => return Err(Reason::Comma(excerpt(text))),
            DecimalMark::Point => text.parse().ok(),
            DecimalMark::Comma => pointed(text).and_then(|text| text.parse().ok()),
        };
        amount.ok_or_else(|| Reason::Amount(excerpt(text)))
    }

    fn currency(&mut self, text: &str) -> Result<Currency, Reason> {
        if let Some(known) = self.currency.filter(|known| known.code() == text) {
            return Ok(known);
        }
        let currency = text.to_ascii_uppercase().parse().map_err(|_| Reason::Currency(excerpt(text)))?;
        self.currency = Some(currency);
        Ok(currency)
    }

    /// What else is known. A name that is one too many is not known.
    fn traits(&mut self, cells: &Cells<'_>) -> Traits {
        let mut traits = Traits::default();
        for field in Field::ALL {
            if let (Some(dimension), Some(text)) = (dimension(field), cells.get(field)) {
                traits = traits.with(dimension, self.names.number(&name(dimension, text)));
            }
        }
        traits
    }

    fn id(&mut self, text: Option<&str>) -> Result<Option<TextId>, LogError> {
        text.map(|text| self.texts.add(text).ok_or(LogError::TooLarge)).transpose()
    }
}

/// A name as both logs would write it, fit to be shown.
fn name(dimension: Dimension, text: &str) -> Cow<'_, str> {
    let is_ascii = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let is_plain = text.len() <= LONGEST_NAME && (is_ascii || !text.chars().any(char::is_control));
    let text = if is_plain {
        Cow::Borrowed(text)
    } else {
        let shown = |character: char| if character.is_control() { '·' } else { character };
        Cow::Owned(text.chars().take(LONGEST_NAME).map(shown).collect())
    };
    match dimension {
        Dimension::Country if text.bytes().any(|byte| byte.is_ascii_lowercase()) => text.to_ascii_uppercase().into(),
        Dimension::Browser | Dimension::Device if text.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            text.to_ascii_lowercase().into()
        }
        _ => text,
    }
}

/// An amount with a comma as one with a point. Points are allowed where they part thousands.
fn pointed(text: &str) -> Option<String> {
    let (whole, part) = text.split_once(',').map_or((text, None), |(whole, part)| (whole, Some(part)));
    let mut groups = whole.split('.');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_grouped = rest.is_empty() || (1..=3).contains(&first.trim_start_matches('-').len());
    if !is_grouped || rest.iter().any(|group| group.len() != 3) || part.is_some_and(|part| part.contains(['.', ','])) {
        return None;
    }
    let part = part.map_or_else(String::new, |part| format!(".{part}"));
    Some(format!("{first}{}{part}", rest.concat()))
}

fn truth(cells: &Cells<'_>, field: Field) -> Result<Option<bool>, Reason> {
    let Some(text) = cells.get(field) else { return Ok(None) };
    let is = |words: [&str; 4]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["true", "1", "yes", "t"]) {
        Ok(Some(true))
    } else if is(["false", "0", "no", "f"]) {
        Ok(Some(false))
    } else {
        Err(Reason::Truth { field: field.name(), text: excerpt(text) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    fn reader(decimal: DecimalMark) -> RowReader {
        RowReader::new(Stamps::new(TimeZone::UTC), decimal, None)
    }

    fn cells<'a>(given: &[(Field, &'a str)]) -> Cells<'a> {
        let mut cells = Cells::default();
        for (field, text) in given {
            cells.set(*field, Cow::Borrowed(text));
        }
        cells
    }

    fn read(reader: &mut RowReader, given: &[(Field, &str)]) -> Result<Option<Sighting>, Reason> {
        match reader.read(&cells(given), 7).expect("room") {
            Read::Sighting(sighting) => Ok(Some(sighting)),
            Read::PassedOver => Ok(None),
            Read::Rejected(reason) => Err(reason),
        }
    }

    const AT: (Field, &str) = (Field::At, "2026-11-01T12:00:00Z");
    const CLICK: (Field, &str) = (Field::Click, " clk_1 ");

    #[test]
    fn a_row_becomes_a_sighting() {
        let mut reader = reader(DecimalMark::Point);
        let given = [
            AT,
            CLICK,
            (Field::Amount, "50.00"),
            (Field::Currency, "eur"),
            (Field::Browser, "Safari"),
            (Field::Country, "es"),
        ];
        let sighting = read(&mut reader, &given).expect("sound").expect("wanted");
        assert_eq!(sighting.click.map(|id| reader.texts.get(id)), Some("clk_1"));
        assert_eq!(sighting.money.map(|(amount, currency)| format!("{amount} {currency}")), Some("50 EUR".to_owned()));
        let named = |dimension| sighting.traits.get(dimension).map(|name| reader.names.get(name));
        assert_eq!((named(Dimension::Browser), named(Dimension::Country)), (Some("safari"), Some("ES")));
        assert_eq!((sighting.row, sighting.attributed), (7, true));
    }

    #[test]
    fn commas_are_decimal_marks_only_where_told() {
        let amount = |decimal, text| {
            let given = [AT, CLICK, (Field::Amount, text), (Field::Currency, "EUR")];
            read(&mut reader(decimal), &given)
                .map(|sighting| sighting.and_then(|row| row.money).map(|(amount, _)| amount.to_string()))
        };
        let is = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(amount(DecimalMark::Point, "12,50"), Err(Reason::Comma("12,50".to_owned())));
        assert_eq!(amount(DecimalMark::Comma, "12,50"), is("12.5"));
        assert_eq!(amount(DecimalMark::Comma, "-1.234.567,5"), is("-1234567.5"));
        assert_eq!(amount(DecimalMark::Comma, "1234"), is("1234"));
        for wrong in ["12.50", "1.23,4", "1234.567,0", "1,2,3", "1,2.3", ",", "1.,5", "x"] {
            assert_eq!(amount(DecimalMark::Comma, wrong), Err(Reason::Amount(wrong.to_owned())), "{wrong}");
        }
        assert_eq!(amount(DecimalMark::Point, "1e400"), Err(Reason::Amount("1e400".to_owned())));
    }

    #[test]
    fn other_events_are_passed_over() {
        let mut reader = reader(DecimalMark::Point);
        assert_eq!(read(&mut reader, &[AT, CLICK, (Field::Event, "registration")]), Ok(None));
        assert_eq!(read(&mut reader, &[AT, CLICK, (Field::IsFtd, "false")]), Ok(None));
        assert!(matches!(read(&mut reader, &[AT, CLICK, (Field::Event, "FTD")]), Ok(Some(_))));
        assert_eq!(reader.other_events.iter().collect::<Vec<_>>(), ["registration"]);
        let mut told = RowReader::new(Stamps::new(TimeZone::UTC), DecimalMark::Point, Some("Reg".to_owned()));
        assert!(matches!(read(&mut told, &[AT, CLICK, (Field::Event, "reg")]), Ok(Some(_))));
    }

    #[test]
    fn what_is_no_sound_row_is_told() {
        let mut reader = reader(DecimalMark::Point);
        assert_eq!(read(&mut reader, &[CLICK]), Err(Reason::Missing("ts_event")));
        assert_eq!(read(&mut reader, &[AT]), Err(Reason::NoIds));
        assert!(matches!(read(&mut reader, &[AT, (Field::Attributed, "no")]), Ok(Some(_))));
        let unknown = [AT, CLICK, (Field::Currency, "USDT")];
        assert_eq!(read(&mut reader, &unknown), Err(Reason::Currency("USDT".to_owned())));
        let perhaps = [AT, CLICK, (Field::Attributed, "perhaps")];
        assert!(matches!(read(&mut reader, &perhaps), Err(Reason::Truth { .. })));
    }

    #[test]
    fn names_are_made_fit_to_be_shown() {
        assert_eq!(name(Dimension::Brand, "a\u{1b}[31mb"), "a·[31mb");
        assert_eq!(name(Dimension::Brand, &"x".repeat(300)).len(), LONGEST_NAME);
    }
}
