//! The worked examples of `docs/formulas.md`, computed: the page's programme goes through books and reports, and each
//! line is compared with its own sum and with what comes out.

use std::collections::HashMap;
use std::fs;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rust_decimal::{Decimal, RoundingStrategy};

use super::calendar::{Boundaries, Calendar, Days};
use super::collect;
use super::dimension::Dimension;
use super::discrepancy::{Count, CountKey, Discrepancy, Side};
use super::entry::{ClickEntry, ClickFacts};
use super::figures::FIGURES;
use super::sheet::{Part, Sheet, Title};
use super::shelf::{Happening, Shelf, books};
use super::view::{Lens, Pick, View};
use crate::tracker::books::commission::Accrual;
use crate::tracker::books::fx::Fx;
use crate::tracker::books::kind::Kind;
use crate::tracker::books::spend::SpendTable;
use crate::tracker::books::terms::Terms;
use crate::tracker::books::valuation::Books;

fn page() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/formulas.md")).expect("the page is there")
}

/// The text of every fenced block with that info string.
fn blocks(page: &str, info: &str) -> String {
    let opening = format!("```{info}\n");
    let found = page.split(&opening).skip(1).filter_map(|rest| rest.split("```").next());
    let text: String = found.collect();
    assert!(!text.is_empty(), "the page has no block `{info}`");
    text
}

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap_or_else(|_| panic!("`{text}` is no decimal"))
}

fn named(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The programme of the page.
struct Programme {
    terms: Terms,
    spend: SpendTable,
    shelf: Shelf,
    operator: Vec<(CountKey, Count)>,
}

impl Programme {
    fn read(page: &str) -> Self {
        let terms = Terms::parse(&blocks(page, "toml terms")).expect("terms");
        let rates = Fx::parse(&blocks(page, "csv rates")).expect("rates");
        let books = books(&terms, rates);
        let spend = SpendTable::parse(&blocks(page, "csv spend"), terms.minor_units()).expect("a table");
        let mut shelf = Shelf::default();
        for line in blocks(page, "csv events").lines().skip(1) {
            book(&mut shelf, &books, line);
        }
        let operator = blocks(page, "csv operator").lines().skip(1).map(count).collect();
        Self { terms, spend, shelf, operator }
    }

    fn sheet(&self, by: &[Dimension]) -> Sheet {
        let calendar = Calendar::new(TimeZone::UTC, Days::default(), Boundaries::default());
        let as_of = "2026-12-01T00:00:00Z".parse().expect("an instant");
        let mut view = View::new(Lens { affiliate: Pick::Any, brand: Pick::Any, by: by.to_vec(), calendar, as_of });
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let filled = runtime.block_on(collect::fill(&mut view, &self.shelf, &self.terms, &self.spend));
        filled.expect("the shelf can be read");
        Sheet::of(&view, Title { view: "manager", affiliate: None, zone: "UTC".to_owned() }, &self.terms)
    }

    fn discrepancy(&self) -> Sheet {
        let mut discrepancy = Discrepancy::default();
        for (key, count) in &self.operator {
            discrepancy.add(Side::Operator, key.clone(), *count);
        }
        let days = Days { from: "2026-09-01".parse().ok(), to: "2026-09-05".parse().ok() };
        let calendar = Calendar::new(TimeZone::UTC, days, Boundaries::default());
        for entry in &self.shelf.entries {
            if let Some(day) = calendar.day(entry.at) {
                discrepancy.book(entry, day);
            }
        }
        discrepancy.sheet(Vec::new())
    }

    /// Everything that a line of the page can be about, by `subject.figure`.
    fn values(&self) -> HashMap<String, String> {
        let mut values = HashMap::new();
        let by_affiliate = self.sheet(&[Dimension::Affiliate]);
        values.extend(by_affiliate.head.iter().map(|(name, cell)| (format!("head.{name}"), cell.plain())));
        put(&mut values, &by_affiliate, 1);
        put(&mut values, &self.sheet(&[Dimension::Affiliate, Dimension::Month]), 2);
        put(&mut values, &self.discrepancy(), 3);
        for entry in &self.shelf.entries {
            let name = format!("e{}", entry.id);
            let accrual = Accrual::of(&entry.occurrence(), &self.terms);
            let worth = entry.report_amount.map(|worth| worth.to_string()).unwrap_or_default();
            values.insert(format!("{name}.report_amount"), worth);
            values.insert(format!("{name}.fee"), self.terms.round(accrual.fee).to_string());
            values.insert(format!("{name}.accrued"), self.terms.round(accrual.commission()).to_string());
        }
        values
    }
}

/// The cells of a sheet, its first columns being the subject.
fn put(values: &mut HashMap<String, String>, sheet: &Sheet, names: usize) {
    for row in &sheet.rows {
        let subject = match row.part {
            Part::Total => "total".to_owned(),
            Part::Day => row.cells[0].plain(),
            Part::Group | Part::Others => {
                row.cells[..names].iter().map(super::cell::Cell::plain).collect::<Vec<_>>().join("/")
            }
        };
        for (column, cell) in sheet.columns.iter().zip(&row.cells) {
            values.insert(format!("{subject}.{column}"), cell.plain());
        }
    }
}

fn book(shelf: &mut Shelf, books: &Books, line: &str) {
    let columns: Vec<_> = line.split(',').collect();
    let [player, affiliate, brand, event, at, amount, currency, commission, matched] = columns[..] else {
        panic!("`{line}` has not nine columns");
    };
    let facts = Arc::new(ClickFacts { affiliate: named(affiliate), brand: named(brand), ..ClickFacts::default() });
    let at: Timestamp = at.parse().expect("an instant");
    if event == "click" {
        let id = i64::try_from(shelf.clicks.len() + 1).expect("the page is short");
        shelf.clicks.push(ClickEntry { id, at, facts });
        return;
    }
    let kind = Kind::by_name(event).unwrap_or_else(|| panic!("`{event}` is no event"));
    let money = named(amount).map(|amount| (decimal(&amount), currency));
    let commission = named(commission).map(|commission| decimal(&commission));
    let billable = matched == "certain";
    shelf.book(books, Happening { kind, player, brand: Some(brand), facts, at, money, commission, billable });
}

fn count(line: &str) -> (CountKey, Count) {
    let columns: Vec<_> = line.split(',').collect();
    let [day, brand, event, currency, count, amount] = columns[..] else { panic!("`{line}` has not six columns") };
    let key = CountKey {
        day: day.parse().expect("a day"),
        brand: named(brand),
        event: event.to_owned(),
        currency: named(currency),
    };
    (key, Count { count: count.parse().expect("a count"), amount: named(amount).map(|amount| decimal(&amount)) })
}

/// The value of a sum such as `2 * 3.00 + 1`: products first, each from left to right.
fn computed(sum: &str) -> Decimal {
    let mut words = sum.split_whitespace();
    let first = decimal(words.next().unwrap_or_default());
    let mut terms = vec![first];
    while let (Some(operator), Some(number)) = (words.next(), words.next()) {
        let number = decimal(number);
        let last = terms.last_mut().expect("the first term is there");
        match operator {
            "*" => *last *= number,
            "/" => *last /= number,
            "+" => terms.push(number),
            "-" => terms.push(-number),
            other => panic!("`{other}` in `{sum}` is no operator"),
        }
    }
    terms.into_iter().sum()
}

/// What is wrong with a line of the page, if anything is.
fn complaint(line: &str, values: &HashMap<String, String>) -> Option<String> {
    let parts: Vec<_> = line.split(" = ").collect();
    let (name, sum, value) = match parts[..] {
        [name, value] => (name, None, value),
        [name, sum, value] => (name, Some(sum), value),
        _ => return Some(format!("`{line}` is no example")),
    };
    let Some(found) = values.get(name) else {
        return Some(format!("`{line}`: there is no {name}"));
    };
    if found != value {
        return Some(format!("`{line}`: the reports say {found}"));
    }
    let wanted = sum.map(|sum| {
        let stated = decimal(value);
        (computed(sum).round_dp_with_strategy(stated.scale(), RoundingStrategy::MidpointNearestEven), stated)
    });
    wanted.filter(|(sum, stated)| sum != stated).map(|(sum, _)| format!("`{line}`: the sum comes to {sum}"))
}

#[test]
fn every_example_of_the_page_holds() {
    let page = page();
    let values = Programme::read(&page).values();
    let examples = blocks(&page, "figures");
    let complaints: Vec<_> = examples.lines().filter_map(|line| complaint(line, &values)).collect();
    assert!(complaints.is_empty(), "docs/formulas.md:\n{}\n", complaints.join("\n"));
}

#[test]
fn every_figure_has_an_example() {
    let examples = blocks(&page(), "figures");
    let has = |name: &str| {
        examples.lines().any(|line| line.split(" = ").next().is_some_and(|n| n.ends_with(&format!(".{name}"))))
    };
    let missing: Vec<_> = FIGURES.iter().map(|figure| figure.name).filter(|name| !has(name)).collect();
    assert!(missing.is_empty(), "docs/formulas.md has no example of {}", missing.join(", "));
}

#[test]
fn a_page_that_drifts_is_found() {
    let values = HashMap::from([("acme.cpa".to_owned(), "90.00".to_owned())]);
    assert_eq!(complaint("acme.cpa = 180.00 / 2 = 90.00", &values), None);
    for (line, part) in [
        ("acme.cpa = 180.00 / 2 = 91.00", "the reports say 90.00"),
        ("acme.cpa = 180.00 / 3 = 90.00", "the sum comes to 60.00"),
        ("acme.roas = 1 / 1 = 1.00", "there is no acme.roas"),
        ("acme.cpa 90.00", "is no example"),
    ] {
        assert!(complaint(line, &values).is_some_and(|complaint| complaint.contains(part)), "{line}");
    }
    assert_eq!(computed("2 * 3.00 + 1 - 8 / 4"), Decimal::from(5));
}
