//! Text that came from outside, made fit for a terminal and a report.

/// Longest text that is shown whole, in characters.
const LONGEST: usize = 120;

/// The text without control characters, which could steer a terminal, and cut where it is long.
pub fn printable(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST).map(|c| if c.is_control() { '·' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_taken_out_and_long_texts_are_cut() {
        assert_eq!(printable("\u{1b}[31mred\n"), "·[31mred·");
        assert_eq!(printable(&"x".repeat(1000)).chars().count(), LONGEST + 1);
    }
}
