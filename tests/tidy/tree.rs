//! The repository on disk: its Rust files as they stand, and the list of what is committed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::source::{Source, mark_gated};

/// The folders with Rust files. `benches` may be empty.
const CODE: [&str; 4] = ["src", "mocks", "tests", "benches"];

/// The repository.
pub(crate) struct Tree {
    root: PathBuf,
}

impl Tree {
    /// The repository that the test runs for: cargo names it, and by hand it is the working folder.
    pub(crate) fn open() -> Self {
        Self { root: std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from) }
    }

    /// The text of a file, when there is one and it is text.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.root.join(path)).ok()
    }

    /// One Rust file; empty when it is not there, which every rule that asks for it complains of.
    pub(crate) fn source(&self, path: &str) -> Source {
        Source::new(path, self.text(path).unwrap_or_default())
    }

    /// The Rust files below these folders, committed or not.
    pub(crate) fn rust(&self, folders: &[&str]) -> Vec<Source> {
        let mut files = Vec::new();
        for folder in folders {
            self.walk(folder, &mut files);
        }
        files.retain(|path| Path::new(path).extension().is_some_and(|extension| extension == "rs"));
        let mut sources: Vec<_> = files.iter().map(|path| self.source(path)).collect();
        mark_gated(&mut sources);
        sources
    }

    /// Every Rust file.
    pub(crate) fn all_rust(&self) -> Vec<Source> {
        self.rust(&CODE)
    }

    /// What git tracks and is still there; without git, what lies in the folders, and the Markdown files beside them.
    pub(crate) fn committed(&self) -> Vec<String> {
        let listed = Command::new("git").arg("-C").arg(&self.root).args(["ls-files", "-z"]).output();
        let listed = listed.ok().filter(|output| output.status.success() && !output.stdout.is_empty());
        let mut files = Vec::new();
        if let Some(output) = listed {
            let names = String::from_utf8_lossy(&output.stdout);
            files.extend(names.split_terminator('\0').map(str::to_owned));
            files.retain(|path| self.root.join(path).is_file());
            return files;
        }
        for folder in CODE.iter().chain(&["scenarios"]) {
            self.walk(folder, &mut files);
        }
        let beside = fs::read_dir(&self.root).into_iter().flatten().flatten();
        let beside = beside.filter_map(|entry| entry.file_name().into_string().ok());
        files.extend(beside.filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "md")));
        files
    }

    /// Collects the files below a folder, in order; build output and hidden folders are passed by.
    fn walk(&self, folder: &str, files: &mut Vec<String>) {
        let entries = fs::read_dir(self.root.join(folder)).into_iter().flatten().flatten();
        let mut entries: Vec<_> =
            entries.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path().is_dir()))).collect();
        entries.sort();
        for (name, is_folder) in entries {
            let path = format!("{folder}/{name}");
            if !is_folder {
                files.push(path);
            } else if name != "target" && !name.starts_with('.') {
                self.walk(&path, files);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_walked_and_read() {
        let tree = Tree::open();
        let here = tree.rust(&["tests"]).into_iter().find(|source| source.path == "tests/tidy/tree.rs");
        assert!(here.is_some_and(|source| source.text.contains("the_tree_is_walked_and_read")));
        assert!(tree.rust(&["none-such"]).is_empty() && tree.text("none-such.rs").is_none());
        assert!(tree.all_rust().iter().any(|source| source.path == "mocks/src/lib.rs"));
    }

    #[test]
    fn a_tree_without_git_is_walked() {
        let folder = std::env::temp_dir().join(format!("tidy-{}", std::process::id()));
        fs::create_dir_all(folder.join("scenarios/.hidden")).unwrap();
        for path in ["A.md", "b.txt", "scenarios/a.toml", "scenarios/.hidden/b.toml"] {
            fs::write(folder.join(path), "").unwrap();
        }
        let mut found = Tree { root: folder.clone() }.committed();
        found.sort();
        fs::remove_dir_all(folder).unwrap();
        assert_eq!(found, ["A.md", "scenarios/a.toml"]);
    }
}
