//! Texts of a report on their way into a document that a program reads: what steers terminals, parsers or the order in
//! which letters are shown is taken out, and what is long is cut. How each document escapes the rest is its own affair.

/// Stands for each character that was taken out, so that nobody takes the text for what was really there.
const TAKEN_OUT: char = '·';

/// The text with its line ends as `\n`, tabs as spaces, and a dot for every other control character (ANSI escapes begin
/// with one), for every mark that changes the direction of writing, and for what XML 1.0 §2.2 has no place for.
pub(super) fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").chars().map(shown).collect()
}

/// The same, of at most so many characters, the last of which says that there was more.
pub(super) fn plain_up_to(longest: usize, text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(longest) else { return plain(text) };
    let kept: String = text.get(..end).unwrap_or_default().chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", plain(&kept))
}

fn shown(character: char) -> char {
    match character {
        '\n' => '\n',
        '\t' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => TAKEN_OUT,
        other if other.is_control() => TAKEN_OUT,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_taken_out_and_the_rest_stays() {
        assert_eq!(plain("a\u{1b}[31mb\u{0}\u{9b}c\u{202e}d\u{ffff}"), "a·[31mb··c·d·");
        assert_eq!(plain("one\r\ntwo\tthree\rfour\n"), "one\ntwo three·four\n");
        assert_eq!(plain("100.00 € ｅ 漢字 🎲"), "100.00 € ｅ 漢字 🎲");
    }

    #[test]
    fn long_texts_end_in_an_ellipsis() {
        assert_eq!(plain_up_to(5, "12345"), "12345");
        assert_eq!(plain_up_to(5, "éééééé"), "éééé…");
        assert_eq!(plain_up_to(5, ""), "");
    }
}
