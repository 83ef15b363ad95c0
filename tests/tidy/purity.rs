//! The pure core decides and does nothing: no sockets, files, clock, chance or output of its own. Its tests may.

use crate::{layers::in_core, paths::paths, source::Source};

/// What the core may not name, and what it does instead.
const BANNED: [(&str, &str); 22] = [
    ("tokio", "keep what waits in the shell"),
    ("reqwest", "keep what sends in `send`"),
    ("postproof_mocks", "the tool and its mocks share no code, and only `run` starts them"),
    ("std::fs", "let the shell read and write files, and pass the text"),
    ("std::env", "let `cli` read the environment, and pass the value"),
    ("net::Tcp*", "keep sockets in the shell"),
    ("net::Udp*", "keep sockets in the shell"),
    ("Instant::now", "take `now` as an argument"),
    ("SystemTime", "take `now` as an argument"),
    ("Timestamp::now", "take `now` as an argument"),
    ("Zoned::now", "take `now` as an argument"),
    ("rand::rng", "take the generator as an argument"),
    ("rand::random*", "take the generator as an argument"),
    ("thread_rng", "take the generator as an argument"),
    ("getrandom", "take the generator as an argument"),
    ("SysRng", "take the generator as an argument"),
    ("println!", "return the value and let the shell print it"),
    ("eprintln!", "return the value and let the shell print it"),
    ("print!", "return the value and let the shell print it"),
    ("eprint!", "return the value and let the shell print it"),
    ("dbg!", "return the value and let the shell print it"),
    ("std::process", "keep processes in the shell"),
];

/// What a file of the core touches that it may not.
pub(crate) fn breaches(source: &Source) -> Vec<String> {
    if !in_core(source) {
        return Vec::new();
    }
    let tokens = source.tokens();
    let paths = paths(&tokens);
    let outside_tests = paths.iter().filter(|path| !path.test);
    let named = outside_tests.filter_map(|path| {
        let (pattern, cure) = BANNED.iter().find(|(pattern, _)| path.names(pattern))?;
        Some(source.at(path.line, &format!("the pure core names `{pattern}`; {cure}")))
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breached(text: &str) -> usize {
        breaches(&Source::new("src/oracle/proof.rs", text)).len()
    }

    #[test]
    fn pure_code_passes() {
        for text in [
            "use std::net::Ipv4Addr; use std::time::{Duration, Instant}; use rand::Rng;",
            "const A: &str = env!(\"A\"); const B: Option<&str> = option_env!(\"B\");",
            "const C: &str = include_str!(\"c\");",
            "// std::fs\nfn f() { write!(out, \"println!\"); }",
            "#[cfg(test)] mod tests { use std::fs; fn f() { println!(\"x\"); } }",
        ] {
            assert_eq!(breached(text), 0, "{text}");
        }
        assert!(breaches(&Source::new("src/send/client.rs", "use tokio::time;")).is_empty());
        assert!(breaches(&Source::new("src/oracle/tests.rs", "use std::fs;")).is_empty());
    }

    #[test]
    fn each_reach_outside_fails() {
        for text in [
            "use tokio::time::sleep;",
            "async fn f() { tokio::spawn(g()); }",
            "use std::{fs, io};",
            "use std::{io, net::{IpAddr, TcpStream}};",
            "use std::net; fn f() { net::UdpSocket::bind(a); }",
            "fn f() { std::env::var(\"A\"); }",
            "use reqwest::Client;",
            "fn f() { let now = std::time::Instant::now(); }",
            "use std::time::SystemTime;",
            "fn f() { jiff::Timestamp::now(); }",
            "fn f() { rand::rng(); }",
            "use rand::thread_rng;",
            "fn f() { getrandom::fill(&mut b); }",
            "fn f() { println!(\"x\"); }",
            "fn f() { eprintln!(\"x\"); }",
            "use postproof_mocks::Stack;",
        ] {
            assert_eq!(breached(text), 1, "{text}");
        }
    }
}
