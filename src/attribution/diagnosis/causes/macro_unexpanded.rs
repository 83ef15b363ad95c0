//! A template's macro left as it stands, `${SUBID}` for one: the network's link or the postback's template names a macro that whoever
//! fills it in does not know, or spells in another case.

use std::collections::HashMap;

use crate::attribution::Method;
use crate::attribution::diagnosis::phrase::{counted, quoted};
use crate::attribution::diagnosis::{Cause, Evidence, Found, Subject};

/// The cause.
pub(super) struct MacroUnexpanded;

/// How macros are set off from text by the networks (domain.md §1) and, at the end, encoded for a URL.
const BRACKETS: [(&str, &str); 12] = [
    ("${", "}"),
    ("#{", "}"),
    ("{{", "}}"),
    ("{", "}"),
    ("[[", "]]"),
    ("[", "]"),
    ("%%", "%%"),
    ("<", ">"),
    ("__", "__"),
    ("##", "##"),
    ("#", "#"),
    ("%7B", "%7D"),
];

/// The longest name of a macro.
const LONGEST_NAME: usize = 40;

/// Shorter names in brackets that are hexadecimal are still names: `{add}`. Longer ones are ids in braces, as GUIDs are written.
const SHORTEST_GUID: usize = 16;

impl Cause for MacroUnexpanded {
    fn id(&self) -> &'static str {
        "macro-unexpanded"
    }

    fn about(&self) -> &'static str {
        "a macro stands where the click id should be"
    }

    fn advice(&self) -> &'static str {
        "correct the macro's name in the link or in the postback's template, its case too, and look at one fired URL before going on"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        let mut subjects: Vec<Subject> = Vec::new();
        let mut literals: HashMap<&str, usize> = HashMap::new();
        let mut unexpanded = |method, click| {
            let text = evidence.text(method, click).filter(|text| is_macro(text))?;
            *literals.entry(text).or_default() += 1;
            Some(())
        };
        for couple in evidence.couples() {
            let either =
                unexpanded(Method::S2s, couple.s2s.click).or_else(|| unexpanded(Method::Cookie, couple.cookie.click));
            if either.is_some() {
                subjects.extend(couple.subjects());
            }
        }
        for (stray, message) in evidence.strays() {
            subjects.extend(unexpanded(Method::S2s, message.click).map(|()| stray));
        }
        for method in [Method::Cookie, Method::S2s] {
            for member in evidence.population(method).filter(|member| member.missing) {
                let alone = Subject::alone(method, member.place);
                subjects.extend(unexpanded(method, member.sighting.click).map(|()| alone));
            }
        }
        let (literal, count) = literals.iter().max_by_key(|(text, count)| (**count, **text))?;
        let others = literals.len() - 1;
        let sentence = format!(
            "{} stands where the click id should be in {}{}.",
            quoted(literal),
            counted(*count, "message"),
            if others == 0 { String::new() } else { format!(", and {} in others", counted(others, "other macro")) }
        );
        Found::proof(subjects, sentence)
    }
}

/// Whether a text is a macro and no id.
fn is_macro(text: &str) -> bool {
    // No bracket begins with a letter or a digit, and nearly every id does.
    if text.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return false;
    }
    BRACKETS.iter().any(|(open, close)| {
        let opened = text.get(..open.len()).filter(|start| start.eq_ignore_ascii_case(open));
        let inside = opened.and_then(|_| text.get(open.len()..));
        let end = inside.and_then(|inside| inside.len().checked_sub(close.len()));
        let closed = inside.zip(end).and_then(|(inside, end)| Some((inside.get(..end)?, inside.get(end..)?)));
        closed.is_some_and(|(name, end)| end.eq_ignore_ascii_case(close) && is_name(name))
    })
}

fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-. :".contains(c);
    let guid = text.len() >= SHORTEST_GUID && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    text.len() <= LONGEST_NAME && text.contains(|c: char| c.is_ascii_alphabetic()) && text.chars().all(plain) && !guid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macros_are_known_by_their_brackets() {
        for text in [
            "${SUBID}",
            "{clickid}",
            "{{click_id}}",
            "[click_id]",
            "%%CLICK%%",
            "<click>",
            "__CLICKID__",
            "#s2#",
            "%7Bclickid%7D",
            "%7bsubid%7d",
            "{sub.id 1}",
            "#{aff:sub}",
        ] {
            assert!(is_macro(text), "{text}");
        }
    }

    #[test]
    fn ids_are_no_macros() {
        for text in [
            "",
            "{",
            "{}",
            "${}",
            "__",
            "____",
            "%%",
            "clk_k3f9q2xw_137_r7c",
            "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}",
            "{12345}",
            "abc{clickid}",
            "{clickid}abc",
            "{klick-ü}",
            "[a]b]",
        ] {
            assert!(!is_macro(text), "{text}");
        }
    }
}
