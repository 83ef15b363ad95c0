//! Names that say nothing of what a file holds.

const EMPTY: [&str; 8] = ["util", "utils", "helper", "helpers", "common", "misc", "imp", "stuff"];

/// The complaint about a file or one of its folders that has such a name.
pub(crate) fn complaint(path: &str) -> Option<String> {
    let stems = path.split('/').map(|part| part.split('.').next().unwrap_or(part));
    let name = stems.into_iter().find(|stem| EMPTY.contains(&stem.to_ascii_lowercase().as_str()))?;
    Some(format!("{path}:1: `{name}` says nothing of what it holds; name it by its noun"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_pass() {
        for path in ["src/sign/jwt.rs", "src/utility.rs", "tests/it/commons.rs", "imports/a.rs"] {
            assert_eq!(complaint(path), None);
        }
    }

    #[test]
    fn empty_names_fail() {
        for path in ["src/util.rs", "src/Utils/a.rs", "tests/common/mod.rs", "a/helpers.test.rs", "imp/a.rs", "stuff"] {
            assert!(complaint(path).is_some_and(|text| text.starts_with(path)), "{path}");
        }
    }
}
