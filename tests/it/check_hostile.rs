//! The contract suite against targets that misbehave as HTTP servers: every case comes to a verdict, and the rest go on.
//! The servers have threads of their own, so that whatever they block does not hold the suite up.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use postproof::contract::all;
use postproof::model::Verdict;
use postproof::run::Outcome;

use crate::check::perform;
use crate::harness::shown;

/// How a server answers everything but OPTIONS.
type Answer = fn(&mut TcpStream);

/// A server that answers so many requests, each on a connection of its own, and is then gone.
fn server(answer: Answer, requests: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/postback", listener.local_addr().expect("an address"));
    let left = Arc::new(AtomicUsize::new(requests));
    std::thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            if left.fetch_sub(1, Ordering::SeqCst) == 1 {
                break;
            }
            std::thread::spawn(move || serve(socket, answer));
        }
    });
    url
}

/// Reads one request's head, and answers it.
fn serve(mut socket: TcpStream, answer: Answer) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && socket.read(&mut byte).is_ok_and(|read| read == 1) {
        head.push(byte[0]);
    }
    if head.starts_with(b"OPTIONS") {
        let _ = socket.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
    } else {
        answer(&mut socket);
    }
    let _ = socket.shutdown(std::net::Shutdown::Write);
    // The rest of the request is read, so that closing does not reset what was answered.
    let _ = socket.set_read_timeout(Some(std::time::Duration::from_millis(200)));
    let _ = std::io::copy(&mut socket, &mut std::io::sink());
}

async fn suite(url: &str, only: &[&str]) -> Outcome {
    let out = tempfile::tempdir().expect("a folder");
    std::fs::write(out.path().join("hmac"), "secret").expect("written");
    let text =
        format!("[target]\nurl = \"{url}\"\nsecret_file = \"{}/hmac\"\ntimeout = \"500ms\"\n", out.path().display());
    perform(&text, only, &out.path().join("run")).await.unwrap_or_else(|error| panic!("{error}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_case_comes_to_a_verdict_whatever_is_answered() {
    let answers: [(&str, Answer); 5] = [
        ("an answer that never ends", |socket| {
            let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
            while socket.write_all(b"1\r\n{\r\n").is_ok() {}
        }),
        ("an answer of 100 MB", |socket| {
            let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 104857600\r\n\r\n");
            let blanks = vec![b' '; 1 << 16];
            while socket.write_all(&blanks).is_ok() {}
        }),
        ("an answer that breaks off", |socket| {
            let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"status\":");
        }),
        ("garbage in headers", |socket| {
            let _ = socket.write_all(b"HTTP/1.1 200 OK\r\n\x01\xff: \x00\r\ncontent-length: 2\r\n\r\n{}");
        }),
        ("no HTTP at all", |socket| {
            let _ = socket.write_all(b"\x16\x03\x01\x00\x02hello");
        }),
    ];
    for (what, answer) in answers {
        let outcome = suite(&server(answer, usize::MAX), &["accept.*", "signature.*"]).await;
        let report = outcome.report;
        let wanted =
            all().filter(|(_, case)| ["accept.", "signature."].iter().any(|family| case.card().id.starts_with(family)));
        for (_, case) in wanted {
            let id = case.card().id;
            assert!(report.checks.iter().any(|check| check.id == id), "{what}: {id} has no verdict");
        }
        assert!(matches!(report.verdict, Verdict::Fail | Verdict::Inconclusive), "{what}: {}", shown(&report));
        assert!(!outcome.gone, "{what}: it is there");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_dies_in_mid_suite_is_told_from_one_that_fails_every_case() {
    let refusing: Answer = |socket| {
        let _ = socket.write_all(b"HTTP/1.1 500 Broken\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
    };
    let there = suite(&server(refusing, usize::MAX), &["accept.*"]).await;
    assert!(!there.gone && there.report.verdict == Verdict::Fail, "{}", shown(&there.report));
    let dying = suite(&server(refusing, 2), &["accept.*"]).await;
    assert!(dying.gone, "{}", shown(&dying.report));
    assert!(dying.report.checks.iter().any(|check| check.id == "accept.deposit"), "the cases so far are reported");
}
