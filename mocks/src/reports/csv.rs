//! A sheet as CSV (RFC 4180): one head line, then a line a row, the first column saying what the row is about.
//!
//! What the sheet's head says has no place in a table and stands in the JSON alone.

use super::cell::Cell;
use super::sheet::Sheet;

/// The table.
pub(super) fn write(sheet: &Sheet) -> String {
    let mut table = String::from("row");
    for column in &sheet.columns {
        table.push(',');
        table.push_str(column);
    }
    table.push_str("\r\n");
    for row in &sheet.rows {
        table.push_str(row.part.word());
        for cell in &row.cells {
            table.push(',');
            table.push_str(&field(cell));
        }
        table.push_str("\r\n");
    }
    table
}

/// A text that a spreadsheet would run as a formula gets an apostrophe before it; numbers keep their signs.
fn field(cell: &Cell) -> String {
    let mut text = cell.plain();
    if !matches!(cell, Cell::Text(_)) {
        return text;
    }
    // Spreadsheets pass over leading blanks, and take the full-width signs for the plain ones.
    if text.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
        || text.starts_with(['\t', '\r', '\n'])
    {
        text.insert(0, '\'');
    }
    if text.contains([',', '"', '\r', '\n', '\'']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::reports::sheet::{Part, Row};

    #[test]
    fn formulas_are_text_and_numbers_are_numbers() {
        let written = |text: &str| field(&Cell::text(text));
        assert_eq!(written("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        for text in ["=1", "+1", "-1", "@a", "\t=1", " =1", "\u{ff1d}1"] {
            assert!(written(text).starts_with("\"'"), "{text}");
        }
        assert_eq!([written("plain"), written("a,b"), written("a\nb")], ["plain", "\"a,b\"", "\"a\nb\""]);
        assert_eq!(field(&Cell::Number(Some(Decimal::new(-500, 2)))), "-5.00");
    }

    #[test]
    fn a_table_has_a_head_and_a_line_a_row() {
        let rows = vec![
            Row { part: Part::Total, cells: vec![Cell::Text(None), 3.into()] },
            Row { part: Part::Group, cells: vec![Cell::text("b1"), 3.into()] },
        ];
        let sheet = Sheet { head: Vec::new(), columns: vec!["brand", "ftds"], rows };
        assert_eq!(write(&sheet), "row,brand,ftds\r\ntotal,,3\r\ngroup,b1,3\r\n");
    }
}
