//! The rules of the house that neither the compiler nor clippy holds: who may import whom, what the pure core leaves
//! alone, how long things get, what files are called, and that registries are complete.
//!
//! A rule is a function from sources to complaints, in a file below `tidy/` together with samples that keep it and
//! samples that break it. This file puts each rule to the tree. A complaint reads `file:line: what is wrong; what to
//! do`, and the cure is never to loosen the rule silently: a rule that should not hold any more is changed here, where
//! the change is seen.

#[path = "tidy/bans.rs"]
mod bans;
#[path = "tidy/functions.rs"]
mod functions;
#[path = "tidy/hosts.rs"]
mod hosts;
#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/names.rs"]
mod names;
#[path = "tidy/paths.rs"]
mod paths;
#[path = "tidy/purity.rs"]
mod purity;
#[path = "tidy/registries.rs"]
mod registries;
#[path = "tidy/separation.rs"]
mod separation;
#[path = "tidy/sizes.rs"]
mod sizes;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/tokens.rs"]
mod tokens;
#[path = "tidy/tree.rs"]
mod tree;

use registries::{
    Members::{EveryFile, Implementing},
    Registry,
};
use source::Source;
use tree::Tree;

/// Every registry. A new one is one line.
const REGISTRIES: &[Registry] = &[
    Registry::new("src/attribution/diagnosis/causes", EveryFile, "src/attribution/diagnosis/causes/mod.rs", "CAUSES"),
    Registry::new("mocks/src/defects", EveryFile, "mocks/src/defects/mod.rs", "DEFECTS"),
    Registry::new(
        "mocks/src/tracker/signature",
        Implementing("Verify"),
        "mocks/src/tracker/signature/mod.rs",
        "SCHEMES",
    ),
    Registry::new("src/sign", Implementing("Scheme"), "src/sign/mod.rs", "SCHEMES"),
    Registry::new("src/profile", Implementing("Profile"), "src/profile/mod.rs", "PROFILES"),
    Registry::new("src/contract/cases", EveryFile, "src/contract/cases/mod.rs", "FAMILIES"),
    Registry::new("src/contract/cases/accept", EveryFile, "src/contract/cases/accept/mod.rs", "CASES"),
    Registry::new("src/contract/cases/attribution", EveryFile, "src/contract/cases/attribution/mod.rs", "CASES"),
    Registry::new("src/contract/cases/auth", EveryFile, "src/contract/cases/auth/mod.rs", "CASES"),
    Registry::new("src/contract/cases/ftd", EveryFile, "src/contract/cases/ftd/mod.rs", "CASES"),
    Registry::new("src/contract/cases/http", EveryFile, "src/contract/cases/http/mod.rs", "CASES"),
    Registry::new("src/contract/cases/idempotency", EveryFile, "src/contract/cases/idempotency/mod.rs", "CASES"),
    Registry::new("src/contract/cases/limits", EveryFile, "src/contract/cases/limits/mod.rs", "CASES"),
    Registry::new("src/contract/cases/redirector", EveryFile, "src/contract/cases/redirector/mod.rs", "CASES"),
    Registry::new("src/contract/cases/refund", EveryFile, "src/contract/cases/refund/mod.rs", "CASES"),
    Registry::new("src/contract/cases/schema", EveryFile, "src/contract/cases/schema/mod.rs", "CASES"),
    Registry::new("src/contract/cases/signature", EveryFile, "src/contract/cases/signature/mod.rs", "CASES"),
    Registry::new("src/contract/cases/tls", EveryFile, "src/contract/cases/tls/mod.rs", "CASES"),
    Registry::new("src/contract/cases/volume", EveryFile, "src/contract/cases/volume/mod.rs", "CASES"),
    Registry::new("src/report", Implementing("Format"), "src/report/mod.rs", "FORMATS"),
];

/// Fails with every complaint that a rule has about the sources.
fn hold(rule: &str, sources: &[Source], complaints: impl Fn(&Source) -> Vec<String>) {
    assert!(!sources.is_empty(), "{rule}: there is nothing to check, so the test looks in the wrong place");
    none(rule, &sources.iter().flat_map(complaints).collect::<Vec<_>>());
}

/// Fails with the complaints, one a line.
fn none(rule: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "{rule}:\n{}\n", complaints.join("\n"));
}

#[test]
fn imports_follow_the_layers() {
    hold("imports follow the layers", &Tree::open().rust(&["src"]), layers::breaches);
}

#[test]
fn the_core_is_pure() {
    hold("the core is pure", &Tree::open().rust(&["src"]), purity::breaches);
}

#[test]
fn mocks_share_no_code_with_the_tool() {
    let tree = Tree::open();
    hold("mocks share no code", &tree.rust(&["mocks"]), separation::code);
    let manifest = tree.text("mocks/Cargo.toml").expect("mocks has a manifest");
    none("mocks share no code", &separation::manifest("mocks/Cargo.toml", &manifest));
}

#[test]
fn files_are_short() {
    hold("files are short", &Tree::open().all_rust(), sizes::file);
}

#[test]
fn functions_are_short_and_take_few_arguments() {
    hold("functions are small", &Tree::open().all_rust(), sizes::functions_of);
}

#[test]
fn files_say_what_they_hold() {
    hold("files say what they hold", &Tree::open().all_rust(), sizes::header);
}

#[test]
fn files_are_named_by_what_they_hold() {
    let tree = Tree::open();
    let files = tree.committed().into_iter().chain(tree.all_rust().into_iter().map(|source| source.path));
    let mut complaints: Vec<_> = files.filter_map(|path| names::complaint(&path)).collect();
    complaints.sort();
    complaints.dedup();
    none("files are named by what they hold", &complaints);
}

#[test]
fn nothing_is_left_undone_or_hushed() {
    hold("nothing is left undone or hushed", &Tree::open().all_rust(), bans::breaches);
}

#[test]
fn registries_are_complete() {
    let tree = Tree::open();
    for registry in REGISTRIES {
        none("registries are complete", &registry.gaps(&tree.rust(&[registry.folder]), &tree.source(registry.home)));
    }
}

#[test]
fn the_published_layers_are_the_ones_held() {
    let published = Tree::open().text("ARCHITECTURE.md");
    none("the published layers", &published.map_or_else(Vec::new, |text| layers::published("ARCHITECTURE.md", &text)));
}

#[test]
fn no_registry_host_is_named() {
    let tree = Tree::open();
    let texts = tree.committed().into_iter().filter_map(|path| tree.text(&path).map(|text| (path, text)));
    let texts: Vec<_> = texts.collect();
    assert!(!texts.is_empty(), "there is no text to check, so the test looks in the wrong place");
    none("no registry host", &texts.iter().flat_map(|(path, text)| hosts::named(path, text)).collect::<Vec<_>>());
}
