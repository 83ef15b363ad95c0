//! The order of the layers: a module of `src/` imports only what stands above it.

use crate::{paths::paths, source::Source};

/// The top-level modules of `src/`, each of which may import those before it. `ARCHITECTURE.md` publishes the list.
pub(crate) const LAYERS: [&str; 19] = [
    "model",
    "sign",
    "profile",
    "scenario",
    "stats",
    "journey",
    "fault",
    "oracle",
    "contract",
    "drill",
    "attribution",
    "reconcile",
    "report",
    "send",
    "readback",
    "load",
    "line",
    "run",
    "cli",
];

/// The last module of the pure core.
const LAST_OF_CORE: &str = "report";

/// Whether a file belongs to the pure core.
pub(crate) fn in_core(source: &Source) -> bool {
    let rank = source.module().first().and_then(|top| rank(top));
    rank.is_some_and(|rank| LAYERS[..rank].iter().all(|layer| *layer != LAST_OF_CORE))
}

fn rank(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| *layer == module)
}

/// What a file of `src/` imports that it may not, tests included.
pub(crate) fn breaches(source: &Source) -> Vec<String> {
    let module = source.module();
    let Some(own) = module.first() else {
        return Vec::new();
    };
    let Some(own_rank) = rank(own) else {
        return vec![source.at(1, &format!("`{own}` is no layer; give it a place in LAYERS of tests/tidy/layers.rs"))];
    };
    let tokens = source.tokens();
    let mut found = Vec::new();
    for path in paths(&tokens) {
        let Some(rooted) = path.rooted(&module) else {
            continue;
        };
        let other = rooted.first().copied().unwrap_or("the root");
        let what = match rank(other) {
            Some(other_rank) if other_rank <= own_rank => continue,
            Some(_) => format!(
                "`{own}` imports `{other}`, which stands below it; move what both need up, or pass it in from below"
            ),
            None => format!("`{other}` of the crate's root is no layer; import from the module that defines it"),
        };
        found.push(source.at(path.line, &what));
    }
    found
}

/// How the list of a document, fenced as `layers`, differs from the one held; nothing when there is no such list.
/// Each line of it begins with a module's name, and what follows is prose.
pub(crate) fn published(path: &str, text: &str) -> Vec<String> {
    let mut lines = text.lines().enumerate().skip_while(|(_, line)| !line.starts_with("```layers"));
    let Some((start, _)) = lines.next() else {
        return Vec::new();
    };
    let inside = lines.take_while(|(_, line)| !line.starts_with("```"));
    let names = inside.filter_map(|(_, line)| line.split_whitespace().next().map(|name| name.trim_end_matches('/')));
    let names: Vec<_> = names.filter(|name| name.starts_with(|first: char| first.is_ascii_lowercase())).collect();
    if names == LAYERS {
        return Vec::new();
    }
    let expected = LAYERS.join(", ");
    vec![format!(
        "{path}:{}: the list reads {}; begin one line each, in this order, with: {expected}",
        start + 1,
        names.join(", ")
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breached(path: &str, text: &str) -> Vec<String> {
        breaches(&Source::new(path, text))
    }

    #[test]
    fn arrows_upward_pass() {
        let text = "use crate::{model::Secret, sign::{self, Message}};\n// crate::run\nconst A: &str = \"crate::run\";";
        assert!(breached("src/profile/mod.rs", text).is_empty());
        assert!(
            breached(
                "src/sign/jwt.rs",
                "use super::Token; pub(crate) fn f() {} pub(in crate::sign) fn g() {} pub(super) fn h() {}"
            )
            .is_empty()
        );
        assert!(breached("src/sign/mod.rs", "mod jwt; pub(super) fn f() {}").is_empty());
        assert!(breached("src/lib.rs", "pub use crate::cli::main; pub mod cli;").is_empty());
        assert!(breached("src/cli/mod.rs", "use crate::run::RunError;").is_empty());
    }

    #[test]
    fn arrows_downward_fail_with_their_line() {
        let found = breached("src/sign/jwt.rs", "use crate::{\n    model::Secret,\n    run::{clock, error},\n};");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("src/sign/jwt.rs:3: `sign` imports `run`"), "{found:?}");
        for text in [
            "fn f() { crate::scenario::x() }",
            "use super::super::scenario::x;",
            "#[cfg(test)] mod tests { use crate::scenario; }",
            "mod a { use super::super::super::cli; }",
            "use crate::*;",
            "use crate as root;",
            "use crate::Unlisted;",
        ] {
            assert_eq!(breached("src/sign/jwt.rs", text).len(), 1, "{text}");
        }
        assert_eq!(breached("src/sign/mod.rs", "use super::cli;").len(), 1);
    }

    #[test]
    fn modules_outside_the_list_fail() {
        assert!(breached("src/extras/mod.rs", "")[0].contains("`extras` is no layer"));
        assert!(breached("src/extras.rs", "")[0].contains("`extras` is no layer"));
    }

    #[test]
    fn the_core_ends_with_report() {
        let core = |path: &str| in_core(&Source::new(path, ""));
        assert!(core("src/model/id.rs") && core("src/report/json.rs"));
        assert!(!core("src/send/client.rs") && !core("src/cli/mod.rs") && !core("src/lib.rs"));
    }

    #[test]
    fn a_published_list_has_to_agree() {
        let list = |layers: &[&str]| format!("text\n```layers\n{}/  what it is\n═══\n```\nrest", layers.join("/\n"));
        assert!(published("A.md", &list(&LAYERS)).is_empty());
        assert!(published("A.md", "no list").is_empty());
        assert!(published("A.md", &list(&LAYERS[1..]))[0].starts_with("A.md:2: "));
    }
}
