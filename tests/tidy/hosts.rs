//! Hosts of package registries: which one a machine asks is its own configuration, and no file of this repository's.

use std::path::Path;

/// The hosts, in halves, so that this file does not name them.
const HALVES: [(&str, &str); 5] = [
    ("static.", "crates.io"),
    ("index.", "crates.io"),
    ("pypi", ".org"),
    ("registry.", "npmjs.org"),
    ("deb.", "debian.org"),
];

/// Where a text names one. Lock files, which their tools write, are let be.
pub(crate) fn named(path: &str, text: &str) -> Vec<String> {
    let path_of = Path::new(path);
    let stem = path_of.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    if path_of.extension().is_some_and(|extension| extension == "lock") || stem.ends_with("-lock") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.to_ascii_lowercase();
        for (first, second) in HALVES {
            let host = format!("{first}{second}");
            if line.contains(&host) {
                let what = format!("names the host {host}; name the registry or the package instead");
                found.push(format!("{path}:{}: {what}", index + 1));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_hosts_pass() {
        assert!(named("README.md", "https://crates.io/crates/hmac\nhttps://debian.org\nPyPI").is_empty());
    }

    #[test]
    fn each_host_fails_but_in_lock_files() {
        for (first, second) in HALVES {
            let text = format!("a\nhttps://{}{second}/x", first.to_uppercase());
            assert!(named("docs/a.md", &text)[0].starts_with("docs/a.md:2: "), "{text}");
            assert!(named("Cargo.lock", &text).is_empty() && named("a/package-lock.json", &text).is_empty());
        }
    }
}
