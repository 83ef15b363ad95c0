//! `mocks/` is evidence only as long as it shares no code with `src/`; of the repository outside it may read `data/`.

use crate::{
    paths::paths,
    source::Source,
    tokens::{Token, reads},
};

/// What a file of `mocks/` takes from outside.
pub(crate) fn code(source: &Source) -> Vec<String> {
    let tokens = source.tokens();
    let paths = paths(&tokens);
    let tool = paths.iter().filter(|path| path.segments[0] == "postproof").map(|path| {
        source.at(path.line, "mocks name `postproof`; write it anew here, so that agreement stays evidence")
    });
    let places = tokens.iter().enumerate().filter_map(|(at, token)| {
        let complaint = reach(source, &tokens, at)?;
        Some(source.at(token.line, &complaint))
    });
    tool.chain(places).collect()
}

/// The complaint about the file that is taken in at this token, when one is and it lies where it may not.
fn reach(source: &Source, tokens: &[Token<'_>], at: usize) -> Option<String> {
    let data = reads(tokens, at, &["include_str", "!"]) || reads(tokens, at, &["include_bytes", "!"]);
    let (argument, allowed): (_, &[&str]) = if data {
        (at + 3, &["mocks/", "data/"])
    } else if reads(tokens, at, &["include", "!"]) {
        (at + 3, &["mocks/"])
    } else if reads(tokens, at, &["#", "[", "path", "="]) {
        (at + 4, &["mocks/"])
    } else {
        return None;
    };
    let literal = tokens.get(argument)?.text;
    let Some(place) = literal.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else {
        return Some("the file taken in cannot be told; write its path as one plain literal".to_owned());
    };
    let target = resolve(&source.path, place);
    if allowed.iter().any(|folder| target.as_deref().is_some_and(|target| target.starts_with(folder))) {
        return None;
    }
    Some(format!("mocks take in `{place}`; code comes from mocks/ alone, and shared facts lie in data/"))
}

/// The file that `place` means in the file at `path`, from the root of the repository; none when it lies outside.
fn resolve(path: &str, place: &str) -> Option<String> {
    let (folder, _) = path.rsplit_once('/')?;
    let mut parts: Vec<_> = folder.split('/').collect();
    if place.starts_with('/') {
        return None;
    }
    for part in place.split('/') {
        match part {
            ".." => drop(parts.pop()?),
            "." => {}
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What the manifest of `mocks/` depends on that it may not.
pub(crate) fn manifest(path: &str, text: &str) -> Vec<String> {
    let mut in_dependencies = false;
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line: String = line.split('#').next().unwrap_or_default().split_whitespace().collect();
        let line = line.replace(['"', '\''], "");
        let header = line.strip_prefix('[').map(|header| header.trim_matches(['[', ']']));
        if let Some(header) = header {
            in_dependencies = header.contains("dependencies");
        }
        let name = header.map_or(line.split(['=', '.']).next(), |header| header.rsplit('.').next());
        let renamed = line.contains("package=postproof,") || line.ends_with("package=postproof");
        if in_dependencies && (name == Some("postproof") || renamed || line.contains("package=postproof}")) {
            let what = "mocks depend on `postproof`; remove it, so that agreement stays evidence";
            found.push(format!("{path}:{}: {what}", index + 1));
        } else if in_dependencies && line.contains("path=..") {
            let what = "mocks depend on a package beside them; take published packages alone";
            found.push(format!("{path}:{}: {what}", index + 1));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breached(text: &str) -> usize {
        code(&Source::new("mocks/src/tracker/currency.rs", text)).len()
    }

    #[test]
    fn code_of_its_own_passes() {
        for text in [
            "use postproof_mocks::Stack; // postproof::sign",
            "const LIST: &str = include_str!(\"../../../data/iso4217.csv\");",
            "const PAGE: &str = include_str!(\"page.html\");",
            "#[path = \"currency/list.rs\"] mod list;",
        ] {
            assert_eq!(breached(text), 0, "{text}");
        }
    }

    #[test]
    fn code_from_outside_fails() {
        for text in [
            "use postproof::sign::Canonical;",
            "fn f() { postproof::cli::main() }",
            "const A: &str = include_str!(\"../../../src/sign/canonical.rs\");",
            "const A: &str = include_str!(\"../../../data/../src/lib.rs\");",
            "const A: &str = include_str!(\"/etc/hostname\");",
            "const A: &[u8] = include_bytes!(\"../../../../../a\");",
            "const A: &str = include_str!(concat!(\"a\", \"b\"));",
            "include!(\"../../../data/code.rs\");",
            "#[path = \"../../../src/sign/json.rs\"] mod json;",
        ] {
            assert_eq!(breached(text), 1, "{text}");
        }
    }

    #[test]
    fn manifests_are_read() {
        let lines = |text: &str| manifest("Cargo.toml", text).len();
        assert_eq!(lines("[package]\nname = \"postproof\"\n[dependencies] # postproof\naxum.workspace = true"), 0);
        for line in [
            "postproof = \"1\"",
            "postproof.workspace = true",
            "\"postproof\" = { path = \"..\" }",
            "tool = { version = \"1\", package = \"postproof\" }",
            "tool = { package = 'postproof', version = \"1\" }",
            "tool = { path = \"../src\" }",
        ] {
            assert_eq!(lines(&format!("[dev-dependencies]\n{line}")), 1, "{line}");
        }
        assert_eq!(lines("[dependencies.postproof]\nversion = \"1\""), 1);
        assert_eq!(lines("[target.'cfg(unix)'.dependencies]\npostproof = \"1\""), 1);
    }
}
