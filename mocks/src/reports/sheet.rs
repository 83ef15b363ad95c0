//! A report as head, columns and rows: what the forms JSON and CSV have in common, and how a view becomes one.

use super::cell::Cell;
use super::dimension::Key;
use super::figures::FIGURES;
use super::tally::Tally;
use super::view::View;
use crate::tracker::books::terms::Terms;

/// A finished report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// What holds for the whole report.
    pub(crate) head: Vec<(&'static str, Cell)>,
    /// The names of the columns.
    pub(crate) columns: Vec<&'static str>,
    /// The rows, those of one part together.
    pub(crate) rows: Vec<Row>,
}

/// One row: as many cells as there are columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// What it is about.
    pub(crate) part: Part,
    /// The values.
    pub(crate) cells: Vec<Cell>,
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Everything.
    Total,
    /// One day.
    Day,
    /// One group.
    Group,
    /// All groups that found no room.
    Others,
}

/// What a view's sheet is headed with, besides what the view knows itself.
#[derive(Debug, Clone)]
pub(crate) struct Title {
    /// The name of the view.
    pub(crate) view: &'static str,
    /// The affiliate of an affiliate's view.
    pub(crate) affiliate: Option<String>,
    /// The zone asked for, by its IANA name.
    pub(crate) zone: String,
}

impl Part {
    /// The parts in the order in which they are written.
    pub(crate) const ALL: [Self; 4] = [Self::Total, Self::Day, Self::Group, Self::Others];

    /// The member of a JSON document, and whether it is an array.
    pub(crate) fn member(self) -> (&'static str, bool) {
        match self {
            Self::Total => ("total", false),
            Self::Day => ("days", true),
            Self::Group => ("groups", true),
            Self::Others => ("others", false),
        }
    }

    /// The word in the first column of a CSV table.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Day => "day",
            Self::Group => "group",
            Self::Others => "others",
        }
    }
}

impl Sheet {
    /// The sheet of a settled view.
    pub(crate) fn of(view: &View, title: Title, terms: &Terms) -> Self {
        let by = &view.lens().by;
        let nameless = vec![None; by.len()];
        let row = |part, key: &Key, tally: &Tally| {
            let names = key.iter().cloned().map(Cell::Text);
            let figures = FIGURES.iter().map(|figure| (figure.value)(tally, terms.minor_units()));
            Row { part, cells: names.chain(figures).collect() }
        };
        let (groups, others) = view.groups();
        let mut rows = vec![row(Part::Total, &nameless, view.total())];
        rows.extend(groups.into_iter().map(|(key, tally)| row(Part::Group, key, tally)));
        rows.extend(others.map(|tally| row(Part::Others, &nameless, tally)));
        let names = by.iter().map(|dimension| dimension.name());
        let columns = names.chain(FIGURES.iter().map(|figure| figure.name)).collect();
        Self { head: head(view, title, terms), columns, rows }
    }
}

fn head(view: &View, title: Title, terms: &Terms) -> Vec<(&'static str, Cell)> {
    let lens = view.lens();
    let days = lens.calendar.days();
    let by: Vec<_> = lens.by.iter().map(|dimension| dimension.name()).collect();
    let unconverted: Vec<_> = view.unconverted().iter().map(|(code, sum)| format!("{sum} {code}")).collect();
    let mut head = vec![("view", Cell::text(title.view))];
    if title.affiliate.is_some() {
        head.push(("affiliate", Cell::Text(title.affiliate)));
    }
    head.extend([
        ("report_currency", Cell::text(terms.report_currency())),
        ("zone", Cell::text(title.zone)),
        ("from", Cell::Text(days.from.map(|day| day.to_string()))),
        ("to", Cell::Text(days.to.map(|day| day.to_string()))),
        ("as_of", Cell::text(lens.as_of.to_string())),
        ("by", Cell::text(by.join(","))),
        ("carried_over", Cell::fixed(Some(view.carried()), terms.minor_units())),
        ("unsettled_events", Cell::from(view.unsettled())),
        ("unconverted_amounts", Cell::text(unconverted.join(", "))),
        ("groups_complete", Cell::Flag(view.groups().1.is_none())),
    ]);
    head
}
