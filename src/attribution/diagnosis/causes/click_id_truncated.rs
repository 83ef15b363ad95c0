//! The click id cut short on its way: a column, a form field or a template that holds fewer characters than the id has.

use std::collections::HashMap;
use std::hash::Hash;

use crate::attribution::Method;
use crate::attribution::diagnosis::phrase::counted;
use crate::attribution::diagnosis::{Cause, Evidence, Found, Subject};

/// The cause.
pub(super) struct ClickIdTruncated;

/// An id cut short, as one of both sides has it.
struct Cut {
    subjects: Vec<Subject>,
    /// Characters that are left.
    left: usize,
    /// Characters that are gone.
    gone: usize,
}

impl Cause for ClickIdTruncated {
    fn id(&self) -> &'static str {
        "click-id-truncated"
    }

    fn about(&self) -> &'static str {
        "the click id is cut short on its way to the postback"
    }

    fn advice(&self) -> &'static str {
        "find where the operator keeps the click id (column, form field, session) and make room for the whole of it; nothing may cut or \
         fold it"
    }

    fn explain(&self, evidence: &Evidence<'_>) -> Option<Found> {
        let cuts = cuts(evidence);
        // One limit cuts to one length, or takes the same number of characters off. Anything else is no limit.
        let (left, gone) = (commonest(cuts.iter().map(|cut| cut.left))?, commonest(cuts.iter().map(|cut| cut.gone))?);
        let to_length = cuts.iter().filter(|cut| cut.left == left).count();
        let by_number = cuts.iter().filter(|cut| cut.gone == gone).count();
        let same = |cut: &Cut| if to_length >= by_number { cut.left == left } else { cut.gone == gone };
        let kept: Vec<&Cut> = cuts.iter().filter(|cut| same(cut)).collect();
        let example = kept.first()?;
        let strays = evidence.strays().filter(|(_, stray)| {
            to_length >= by_number
                && evidence.text(Method::S2s, stray.click).is_some_and(|id| id.chars().count() == left)
        });
        let strays: Vec<_> = strays.map(|(subject, _)| subject).collect();
        let sentence = format!(
            "{} the beginning of a known click id, {} of its {} characters each; {} of the same length no click is known.",
            if kept.len() == 1 { "1 postback has".to_owned() } else { format!("{} postbacks have", kept.len()) },
            example.left,
            example.left + example.gone,
            if strays.is_empty() {
                "of none more".to_owned()
            } else {
                format!("of {} more", counted(strays.len(), "id"))
            },
        );
        let subjects = kept.iter().flat_map(|cut| cut.subjects.iter().copied()).chain(strays);
        Found::proof(subjects.collect(), sentence)
    }
}

fn cuts(evidence: &Evidence<'_>) -> Vec<Cut> {
    let cut = |couple: crate::attribution::diagnosis::evidence::Couple<'_>| {
        let whole = evidence.text(Method::Cookie, couple.cookie.click)?;
        let cut = evidence.text(Method::S2s, couple.s2s.click)?;
        let gone = whole.strip_prefix(cut).filter(|gone| !gone.is_empty())?.chars().count();
        Some(Cut { subjects: couple.subjects().collect(), left: cut.chars().count(), gone })
    };
    evidence.couples().filter_map(cut).collect()
}

/// The value that is there most often, the smallest of several; `None` without any.
fn commonest<T: Eq + Hash + Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: HashMap<T, usize> = HashMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(value, count)| (*count, std::cmp::Reverse(*value))).map(|(value, _)| value)
}
