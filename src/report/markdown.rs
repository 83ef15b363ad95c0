//! Texts as GitHub Flavored Markdown: whatever they hold, it is shown as it is and makes no table cell, tag, link or fence.

use super::plain::plain;

/// A text on one line of prose or in a cell of a table. Letters and digits on both sides keep an underscore from meaning
/// anything (GFM §6.4), so ids stay readable.
pub(super) fn prose(text: &str) -> String {
    let text = plain(text.trim());
    let mut shown = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\n' => shown.push_str("<br>"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            '_' if before.is_alphanumeric() && rest.peek().is_some_and(|next| next.is_alphanumeric()) => {
                shown.push('_');
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '$' | '|' => shown.extend(['\\', character]),
            other => shown.push(other),
        }
        before = character;
    }
    shown
}

/// A text as code within a line or a cell. A pipe ends a cell even there, so it is escaped, and outside of tables that is seen.
pub(super) fn code(text: &str) -> String {
    let text = plain(text).replace('\n', " ").replace('|', "\\|");
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Lines as a block of shell commands, in a fence that none of them can close.
pub(super) fn commands(lines: &[String]) -> String {
    let text = plain(&lines.join("\n"));
    let fence = "`".repeat((longest_run(&text) + 1).max(3));
    format!("{fence}sh\n{text}\n{fence}\n")
}

/// The longest row of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_prose_is_markup() {
        assert_eq!(prose("a|b\r\nc"), "a\\|b<br>c");
        assert_eq!(prose("dep_k3_1_x and _em_ *x*"), "dep_k3_1_x and \\_em\\_ \\*x\\*");
        assert_eq!(
            prose("<img src=x> &lt; [a](b) `c` ~~d~~ $e$ \\|"),
            "&lt;img src=x&gt; &amp;lt; \\[a\\](b) \\`c\\` \\~\\~d\\~\\~ \\$e\\$ \\\\\\|"
        );
        assert_eq!(prose("\u{1b}[2J\n"), "·\\[2J");
    }

    #[test]
    fn code_holds_backticks_and_pipes() {
        assert_eq!(code("ledger.lost"), "`ledger.lost`");
        assert_eq!(code("a`b``c|d\ne"), "```a`b``c\\|d e```");
        assert_eq!(code("`"), "`` ` ``");
    }

    #[test]
    fn no_command_closes_its_block() {
        let lines = ["printf '````\n```'".to_owned(), "curl".to_owned()];
        assert_eq!(commands(&lines), "`````sh\nprintf '````\n```'\ncurl\n`````\n");
        assert_eq!(commands(&["true".to_owned()]), "```sh\ntrue\n```\n");
    }
}
