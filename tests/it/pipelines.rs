//! The pipelines under `docs/ci/` as somebody will copy them: plain YAML, without secrets, with flags that the command
//! has, and with reports that are kept from where they are written.

use std::path::Path;

use crate::command::text;
use crate::process::postproof;

/// A pipeline by its name.
fn pipeline(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

const PIPELINES: [&str; 2] = ["github.yml", "gitlab.yml"];

/// The lines that are no comment, with their depth, and whether each stands in a block of text.
fn lines(yaml: &str) -> Vec<(usize, &str, bool)> {
    let mut block: Option<usize> = None;
    let mut found = Vec::new();
    for line in yaml.lines().filter(|line| !line.trim().is_empty()) {
        let depth = line.len() - line.trim_start_matches(' ').len();
        block = block.filter(|&begun| depth > begun);
        if block.is_none() && line.trim_start().starts_with('#') {
            continue;
        }
        found.push((depth, line.trim_start_matches(' '), block.is_some()));
        if block.is_none() && line.ends_with('|') {
            block = Some(depth);
        }
    }
    found
}

/// What stops a text from being the plain kind of YAML that is used here: keys and lists by two spaces, and `|` blocks.
fn complaints(yaml: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut deepest = 0;
    for (depth, line, in_block) in lines(yaml) {
        let item = line.strip_prefix("- ").unwrap_or(line);
        let key =
            item.split_once(':').filter(|(key, _)| key.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)));
        let opens = key.is_some_and(|(_, value)| value.is_empty()) || line.ends_with('|') || line.starts_with("- ");
        let value = key.map_or(item, |(_, value)| value.strip_prefix(' ').unwrap_or(value));
        if line.contains('\t') || line.ends_with(' ') {
            found.push(format!("a tab, or a space at the end: {line}"));
        }
        if in_block {
            continue;
        }
        if depth % 2 == 1 || depth > deepest {
            found.push(format!("not where a key or an item can stand: {line}"));
        }
        if key.is_none() && item == line {
            found.push(format!("neither a key nor an item: {line}"));
        }
        if key.is_some_and(|(_, value)| !value.is_empty() && !value.starts_with(' ')) || value.contains(": ") {
            found.push(format!("a colon that has to be quoted or followed by a space: {line}"));
        }
        if value.starts_with(['*', '&', '!', '%', '@', '`', '>']) || value.contains(" #") {
            found.push(format!("a value that has to be quoted: {line}"));
        }
        deepest = if opens { depth + 2 } else { depth };
    }
    found
}

/// The command that checks, on one line.
fn check_command(yaml: &str) -> String {
    let block: Vec<&str> = lines(yaml).into_iter().filter(|(_, _, block)| *block).map(|(_, line, _)| line).collect();
    let words: Vec<&str> = block
        .into_iter()
        .skip_while(|line| !line.starts_with("postproof check"))
        .scan(true, |more, line| {
            let this = std::mem::replace(more, line.ends_with('\\')).then_some(line);
            this.map(|line| line.trim_end_matches('\\').trim())
        })
        .collect();
    words.join(" ")
}

#[test]
fn the_pipelines_are_plain_yaml() {
    for name in PIPELINES {
        assert_eq!(complaints(&pipeline(name)), Vec::<String>::new(), "{name}");
    }
    for broken in ["a:\n\tb: 1", "a:\n   b: 1", "a: 1\n  b: 2", "a:\n  word", "a:1x: b", "a: b: c", "a: @b", "a: b # c"]
    {
        assert!(!complaints(broken).is_empty(), "{broken}");
    }
    assert_eq!(complaints("# a\n\na:\n  - b: \"c\"\n    d: |\n      e: f: g\n  - h"), Vec::<String>::new());
}

#[test]
fn the_pipelines_check_and_keep_what_was_found() {
    for name in PIPELINES {
        let yaml = pipeline(name);
        let command = check_command(&yaml);
        let words: Vec<&str> = command.split(' ').collect();
        assert_eq!(words[..2], ["postproof", "check"], "{name}: {command}");
        let value = |flag: &str| {
            let at =
                words.iter().position(|word| *word == flag).unwrap_or_else(|| panic!("{name}: {flag} in {command}"));
            words[at + 1]
        };
        assert!(value("--target").contains(&format!("//{}/", value("--allow-host"))), "{name}: {command}");
        for kept in [value("--junit"), value("--out")] {
            let elsewhere = lines(&yaml).iter().any(|(_, line, _)| line.trim_start_matches("- ") == kept);
            assert!(elsewhere, "{name}: {kept} is written and not kept");
        }
        assert!(yaml.lines().filter(|line| line.trim_start().starts_with("# Change: ")).count() >= 2, "{name}");
        assert!(
            !command.contains("||") && !yaml.contains("continue-on-error") && !yaml.contains("allow_failure"),
            "{name}"
        );
    }
    assert!(pipeline("gitlab.yml").contains("      junit: reports/postproof.xml\n"), "merge requests show the cases");
}

#[test]
fn the_pipelines_hold_no_secret() {
    for name in PIPELINES {
        for (_, line, _) in lines(&pipeline(name)) {
            let Some((key, value)) = line.split_once(": ") else { continue };
            let secret = key.contains("SECRET") || key.contains("PASSWORD") || key.contains("TOKEN");
            let from_outside = value == format!("${{{{ secrets.{key} }}}}");
            assert!(!secret || from_outside, "{name}: {line}");
        }
    }
}

#[test]
fn the_pipelines_give_flags_that_the_command_has() {
    let here = tempfile::tempdir().expect("a folder");
    let help = postproof(here.path()).args(["check", "--help"]).output().expect("it runs");
    let help = text(&help.stdout);
    for name in PIPELINES {
        let command = check_command(&pipeline(name));
        let flags: Vec<&str> = command.split(' ').filter(|word| word.starts_with("--")).collect();
        assert!(flags.contains(&"--target"), "{name}: {command}");
        for flag in flags {
            assert!(help.split_whitespace().any(|word| word == flag), "{name}: {flag} is not in\n{help}");
        }
    }
}
