//! The selection of cases by patterns: `signature.*`, `*.missing`, or a whole id. A pattern that selects nothing is a
//! mistake and never a pass.

use super::{Case, all};

/// Which cases are wanted; all of them without a pattern.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The patterns; `*` stands for any text.
    pub only: Vec<String>,
}

/// A pattern that selects no case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no case is called `{0}`")]
pub struct UnknownPattern(pub String);

impl Selection {
    /// The cases that any pattern selects, in their order.
    ///
    /// # Errors
    /// The first pattern that selects nothing.
    pub fn cases(&self) -> Result<Vec<(u64, &'static dyn Case)>, UnknownPattern> {
        if let Some(pattern) = self.only.iter().find(|pattern| !all().any(|(_, case)| matches(pattern, case.card().id)))
        {
            return Err(UnknownPattern(pattern.clone()));
        }
        let wanted = |id: &str| self.only.is_empty() || self.only.iter().any(|pattern| matches(pattern, id));
        Ok(all().filter(|(_, case)| wanted(case.card().id)).collect())
    }
}

/// Whether a text is of a pattern's shape.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => text.strip_prefix(before).is_some_and(|rest| {
            (0..=rest.len()).filter(|&at| rest.is_char_boundary(at)).any(|at| matches(after, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text, same) in [
            ("signature.*", "signature.missing", true),
            ("*.missing", "signature.missing", true),
            ("*", "", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("signature", "signature.missing", false),
        ] {
            assert_eq!(matches(pattern, text), same, "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_that_selects_nothing_is_a_mistake() {
        let of = |only: &[&str]| Selection { only: only.iter().map(|word| (*word).to_owned()).collect() }.cases();
        assert_eq!(of(&["accept.*", "acept.*"]).err(), Some(UnknownPattern("acept.*".into())));
        assert_eq!(of(&[]).map(|cases| cases.len()), Ok(all().count()));
        assert_eq!(of(&["accept.deposit"]).map(|cases| cases.len()), Ok(1));
    }
}
