//! What was meant by a word that is not known.

/// How alike two words have to be (Jaro–Winkler, 0 to 1) for one to stand for the other.
const ALIKE: f64 = 0.8;

/// The word among `known` that is most like `word`, if one is like it at all.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |candidate: &'a str| (strsim::jaro_winkler(word, candidate), candidate);
    let best = known.into_iter().map(likeness).max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (best.0 >= ALIKE).then_some(best.1)
}

/// What to write instead of `word`: the nearest of `known`, or all of them.
pub(super) fn instead<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("write one of {}", known.into_iter().collect::<Vec<_>>().join(", ")),
    }
}

/// The unknown word of a serde message and the words it knows, which stand there in backquotes:
/// "unknown field `x`, expected one of `a`, `b`".
pub(super) fn unknown(message: &str) -> Option<(&str, Vec<&str>)> {
    let rest = message.strip_prefix("unknown field ").or_else(|| message.strip_prefix("unknown variant "))?;
    let mut quoted = rest.split('`').skip(1).step_by(2);
    Some((quoted.next()?, quoted.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let known = ["listen", "database", "queue_capacity"];
        assert_eq!(nearest("lisen", known), Some("listen"));
        assert_eq!(nearest("queue_capcity", known), Some("queue_capacity"));
        assert_eq!(instead("zebra", known), "write one of listen, database, queue_capacity");
    }

    #[test]
    fn words_are_read_out_of_a_message() {
        let message = "unknown field `lisen`, expected one of `listen`, `database`";
        assert_eq!(unknown(message), Some(("lisen", vec!["listen", "database"])));
        assert_eq!(unknown("unknown variant `x`, expected `a` or `b`"), Some(("x", vec!["a", "b"])));
        assert_eq!(unknown("invalid type: string"), None);
    }
}
