//! What comes from the network and means no good: it is answered or let go of in time, nothing of the inside is told,
//! and the stack goes on.

use std::time::Duration;

use postproof_mocks::{Config, Limits};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use crate::harness::{Answer, Running, answer};

/// Longest wait for an answer or an end.
const PATIENCE: Duration = Duration::from_secs(5);

/// A stack that gives a head half a second.
async fn hasty() -> Running {
    let connections = Limits { head: Duration::from_millis(500), ..Limits::default() };
    Running::start(Config { connections, ..Config::default() }).await
}

fn address(stack: &Running) -> String {
    stack.urls.health.trim_start_matches("http://").trim_end_matches("/health").to_owned()
}

async fn connect(stack: &Running) -> TcpStream {
    TcpStream::connect(address(stack)).await.expect("a connection")
}

/// Everything that comes back until the end, which has to come.
async fn end(mut socket: TcpStream) -> String {
    let mut told = Vec::new();
    // A reset is an end too.
    let _ = timeout(PATIENCE, socket.read_to_end(&mut told)).await.expect("an end in time");
    String::from_utf8_lossy(&told).into_owned()
}

/// Sends bytes, for as long as anybody takes them, and gives what comes back.
async fn told(stack: &Running, bytes: &[u8]) -> String {
    let mut socket = connect(stack).await;
    let _ = timeout(PATIENCE, socket.write_all(bytes)).await.expect("written or refused in time");
    end(socket).await
}

fn status(told: &str) -> &str {
    told.split(' ').nth(1).unwrap_or_default()
}

async fn goes_on(stack: &Running) {
    let health = timeout(PATIENCE, answer(stack.client.get(&stack.urls.health))).await.expect("in time");
    assert_eq!(health, Answer { status: 200, body: json!({"status": "ok"}) });
}

fn says_nothing_of_the_inside(told: &str) {
    let lower = told.to_lowercase();
    for word in ["panic", "hyper", "axum", "rusqlite", "sqlite", "src/", ".rs", "thread", "backtrace", "os error"] {
        assert!(!lower.contains(word), "{word}: {told}");
    }
}

#[tokio::test]
async fn what_is_no_http_is_refused_or_let_go_of() {
    let stack = hasty().await;
    let long_line = [&b"GET /"[..], &vec![b'a'; 100_000], b" HTTP/1.1\r\nhost: x\r\n\r\n"].concat();
    let cases: [(&[u8], &[&str]); 9] = [
        (b"nonsense\r\n\r\n", &["400"]),
        (b"GET /health HTTP/9.9\r\nhost: x\r\n\r\n", &["400"]),
        (b"GET /health HTTP/1.1\r\nhost x\r\n\r\n", &["400"]),
        (b"GET /health HTTP/1.1\r\nna me: x\r\n\r\n", &["400"]),
        (b"POST /postback HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n", &["400"]),
        (b"POST /postback HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx", &["400"]),
        (b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", &["400", ""]),
        (&[0; 64], &["400", ""]),
        (&long_line, &["414", "431", "400", ""]),
    ];
    for (bytes, expected) in cases {
        let told = told(&stack, bytes).await;
        assert!(
            expected.contains(&status(&told)),
            "{:?}: {told}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(60)])
        );
        says_nothing_of_the_inside(&told);
    }
    goes_on(&stack).await;
}

#[tokio::test]
async fn ten_megabytes_of_head_are_not_taken() {
    let stack = hasty().await;
    let one = [&b"GET /health HTTP/1.1\r\nhost: x\r\nx-long: "[..], &vec![b'a'; 10 << 20], b"\r\n\r\n"].concat();
    let many = "x-another: of very many fields\r\n".repeat(300_000);
    let many = format!("GET /health HTTP/1.1\r\nhost: x\r\n{many}\r\n");
    for bytes in [&one, many.as_bytes()] {
        let told = told(&stack, bytes).await;
        assert!(["431", ""].contains(&status(&told)), "{told}");
    }
    goes_on(&stack).await;
}

#[tokio::test]
async fn a_head_that_does_not_come_is_not_waited_for() {
    let stack = hasty().await;
    let begun = Instant::now();
    let mut slow = connect(&stack).await;
    let silent = connect(&stack).await;
    for byte in b"GET /hea" {
        let _ = slow.write_all(&[*byte]).await;
        sleep(Duration::from_millis(60)).await;
    }
    let told = end(slow).await;
    assert!(["408", ""].contains(&status(&told)), "{told}");
    assert_eq!(end(silent).await, "");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    goes_on(&stack).await;
}

#[tokio::test]
async fn bodies_that_are_no_postback_are_told_so() {
    let stack = Running::sound().await;
    let mut nested = "[".repeat(30_000);
    nested.push_str(&"]".repeat(30_000));
    let within = format!("{{\"event\":{nested}}}");
    for body in
        [nested.as_str(), within.as_str(), "{\"a\":", "{\"a\":1}}", "\u{feff}{}", "", "null", "{\"a\":1,\"a\":2}"]
    {
        let refused = answer(stack.request(body)).await;
        assert!([400, 422].contains(&refused.status), "{}: {refused:?}", &body[..body.len().min(20)]);
        says_nothing_of_the_inside(&refused.body.to_string());
    }
    let bytes = b"{\"event\":\"\xff\xfe\"}";
    let request = stack.request("").body(bytes.to_vec());
    assert_eq!(answer(request).await.refusal(), (400, "json_invalid"));
    goes_on(&stack).await;
}

#[tokio::test]
async fn methods_that_nobody_takes_are_named() {
    let stack = Running::sound().await;
    for method in ["GET", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "BREW"] {
        let line = format!("{method} /postback HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let told = told(&stack, line.as_bytes()).await;
        assert!(["405", "404", "400"].contains(&status(&told)), "{method}: {told}");
        says_nothing_of_the_inside(&told);
    }
    let mut waiting = connect(&stack).await;
    let head = "POST /postback HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nexpect: 100-continue\r\n\
                content-length: 0\r\nconnection: close\r\n\r\n";
    waiting.write_all(head.as_bytes()).await.expect("written");
    assert!(end(waiting).await.contains("401"), "the body is empty, the token is missing");
    goes_on(&stack).await;
}

#[tokio::test]
async fn idle_connections_make_room_for_who_has_something_to_say() {
    let connections = Limits { most: 64, ..Limits::default() };
    let stack = Running::start(Config { connections, ..Config::default() }).await;
    let mut idle = Vec::new();
    for number in 0..200 {
        let mut socket = connect(&stack).await;
        if number % 2 == 0 {
            let _ = socket.write_all(b"GET /health HTTP/1.1\r\n").await;
        }
        idle.push(socket);
    }
    let begun = Instant::now();
    goes_on(&stack).await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    let click = stack.click().await;
    assert!(click.starts_with("clk_"), "{click}");
    // The first that came were the first to go.
    assert_eq!(end(idle.remove(0)).await, "");
}

#[tokio::test]
async fn requests_under_way_are_not_let_go_of() {
    let connections = Limits { most: 2, ..Limits::default() };
    let stack = Running::start(Config { connections, ..Config::default() }).await;
    let mut first = connect(&stack).await;
    let mut second = connect(&stack).await;
    let head = "POST /postback HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\
                connection: close\r\n\r\n";
    for socket in [&mut first, &mut second] {
        socket.write_all(head.as_bytes()).await.expect("written");
    }
    sleep(Duration::from_millis(100)).await;
    let mut third = connect(&stack).await;
    third.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.expect("written");
    let mut byte = [0; 1];
    assert!(timeout(Duration::from_millis(600), third.read(&mut byte)).await.is_err(), "both places are taken");
    for socket in [&mut first, &mut second] {
        socket.write_all(b"{}").await.expect("written");
    }
    for socket in [first, second] {
        assert_eq!(status(&end(socket).await), "401");
    }
    assert_eq!(status(&end(third).await), "200");
}

#[tokio::test]
async fn an_address_has_its_share_where_one_is_set() {
    let connections = Limits { per_address: Some(2), ..Limits::default() };
    let stack = Running::start(Config { connections, ..Config::default() }).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut socket = connect(&stack).await;
        let upload = b"POST /postback HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n";
        socket.write_all(upload).await.expect("written");
        let asked = timeout(PATIENCE, socket.read_u8()).await.expect("in time");
        assert!(asked.is_ok(), "it is asked for its body");
        held.push(socket);
    }
    let third = told(&stack, b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert_eq!(third, "", "this address has its share");
    drop(held);
    // The server notices in its own time that they are gone.
    let ask = b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let mut answered = told(&stack, ask).await;
    let begun = Instant::now();
    while answered.is_empty() && begun.elapsed() < PATIENCE {
        sleep(Duration::from_millis(10)).await;
        answered = told(&stack, ask).await;
    }
    assert_eq!(status(&answered), "200", "there is room again");
    goes_on(&stack).await;
    assert_eq!(stack.credits().await, Vec::<Value>::new());
}
