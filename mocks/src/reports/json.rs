//! A sheet as one JSON document: the head's members, then `total`, `days`, `groups` and `others` where there are any.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::sheet::{Part, Row, Sheet};

/// The document.
pub(super) fn write(sheet: &Sheet) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Document(sheet))
}

struct Document<'a>(&'a Sheet);

/// A row with its columns' names.
struct Named<'a>(&'a Sheet, &'a Row);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, cell) in &self.0.head {
            map.serialize_entry(name, cell)?;
        }
        for part in Part::ALL {
            let rows = self.0.rows.iter().filter(|row| row.part == part).map(|row| Named(self.0, row));
            let rows: Vec<_> = rows.collect();
            match (part.member(), rows.first()) {
                ((name, false), Some(row)) => map.serialize_entry(name, row)?,
                ((name, true), _) if !rows.is_empty() || part == Part::Group => map.serialize_entry(name, &rows)?,
                _ => {}
            }
        }
        map.end()
    }
}

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.columns.iter().zip(&self.1.cells))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::cell::Cell;

    #[test]
    fn names_from_the_network_are_only_data() {
        let row = |part| Row {
            part,
            cells: vec![Cell::text("</script>\"\n"), Cell::Number(Some(rust_decimal::Decimal::new(100, 2)))],
        };
        let head = vec![("view", Cell::text("manager"))];
        let sheet = Sheet { head, columns: vec!["brand", "ngr"], rows: vec![row(Part::Total), row(Part::Group)] };
        let text = String::from_utf8(write(&sheet).expect("it is written")).expect("it is text");
        let object = r#"{"brand":"</script>\"\n","ngr":1.00}"#;
        assert_eq!(text, format!(r#"{{"view":"manager","total":{object},"groups":[{object}]}}"#));
    }
}
