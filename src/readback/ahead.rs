//! Lines read ahead on a thread of their own, while those before them are told one by one: telling takes a third of the time that
//! reading takes. What is no plain row is left to whoever reads everything.

use super::row::Shape;
use crate::model::CreditRow;

/// Fewer bytes of lines are not worth a thread.
const WORTH: usize = 256 << 10;

/// A line that was read ahead.
pub(super) enum Ahead<'t> {
    /// A plain row.
    Row(CreditRow<'t>),
    /// Whatever else, as it stands there.
    Line(&'t [u8]),
}

/// Where to part whole lines, so that the second part is read ahead meanwhile; `None` where that is not worth it.
pub(super) fn parted(lines: &[u8]) -> Option<(&[u8], &[u8])> {
    // Whoever tells all of it reads less of it.
    let about = lines.len() / 5 * 2;
    let end = (lines.len() >= WORTH).then(|| memchr::memchr(b'\n', lines.get(about..)?))??;
    lines.split_at_checked(about + end + 1)
}

/// Reads each of these lines, the last of which has its end.
pub(super) fn ahead<'t>(shape: &Shape<'_>, lines: &'t [u8]) -> Vec<Ahead<'t>> {
    let lines = lines.strip_suffix(b"\n").unwrap_or(lines);
    let mut read = Vec::with_capacity(lines.len() / 128);
    for line in lines.split(|byte| *byte == b'\n') {
        let row = std::str::from_utf8(line).ok().and_then(|text| shape.plain(text));
        read.push(row.map_or(Ahead::Line(line), Ahead::Row));
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    #[test]
    fn lines_are_parted_between_two_of_them() {
        assert!(parted(&vec![b'\n'; WORTH - 1]).is_none());
        assert!(parted(&vec![b'x'; WORTH]).is_none());
        let lines = b"{\"event_id\":\"a\"}\n".repeat(WORTH / 10);
        let (first, second) = parted(&lines).expect("enough");
        assert!(first.ends_with(b"\n") && first.len() + second.len() == lines.len());
        assert!(first.len() < second.len() && first.len() * 2 > second.len());
    }

    #[test]
    fn what_is_no_plain_row_is_left() {
        let plan = scenario::check(&scenario::read("test", "").unwrap(), "test", "").unwrap().read_back;
        let shape = Shape::new(&plan.map);
        let told: Vec<String> =
            ahead(&shape, b"{\"event_id\":\"a\"}\n\n{\"event_id\":\"\xff\"}\n{oops}\n{\"event_id\":\"b\"}\n")
                .into_iter()
                .map(|ahead| match ahead {
                    Ahead::Row(row) => row.event_id.into_owned(),
                    Ahead::Line(line) => format!("left {}", line.len()),
                })
                .collect();
        assert_eq!(told, ["a", "left 0", "left 16", "left 6", "b"]);
    }
}
