//! Start, stop, and what outlives both.

use std::time::{Duration, Instant};

use postproof_mocks::{Config, Database, Secrets, Stack, StartError};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::harness::{Answer, Running, deposit, registration};

#[tokio::test]
async fn a_file_keeps_credits_clicks_and_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::File(folder.path().join("stack.db"));
    let first = Running::on(database.clone()).await;
    let click = first.click().await;
    let body = deposit(&click, "dep_1", 20.5);
    assert_eq!(first.fire(&body).await, Answer::ack(false));
    let secrets = first.secrets.clone();
    first.stop().await;

    let second = Running::on(database.clone()).await;
    assert_eq!(second.secrets, secrets);
    assert_eq!(second.credits().await.len(), 1);
    assert_eq!(second.fire(&body).await, Answer::ack(true));
    assert_eq!(second.fire(&registration(&click, "reg_1")).await, Answer::ack(false));
    second.stop().await;

    let given = Secrets { hmac: "one".to_owned(), jwt: "two".to_owned() };
    let third = Running::start(Config { database, secrets: Some(given.clone()), ..Config::default() }).await;
    assert_eq!((&third.secrets, third.credits().await.len()), (&given, 2));
}

#[tokio::test]
async fn what_was_acknowledged_is_on_disk_without_a_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::File(folder.path().join("stack.db"));
    let left = Running::on(database).await;
    let click = left.click().await;
    for n in 0..20 {
        assert_eq!(left.fire(&registration(&click, &format!("reg_{n}"))).await, Answer::ack(false));
    }
    // The files as a killed process leaves them: nothing was closed, the log was never folded in.
    let copy = tempfile::tempdir().expect("a folder");
    for file in std::fs::read_dir(folder.path()).expect("the folder") {
        let file = file.expect("a file");
        std::fs::copy(file.path(), copy.path().join(file.file_name())).expect("copied");
    }
    let found = Running::on(Database::File(copy.path().join("stack.db"))).await;
    assert_eq!((&found.secrets, found.credits().await.len()), (&left.secrets, 20));
    assert_eq!(found.fire(&registration(&click, "reg_3")).await, Answer::ack(true));
}

#[tokio::test]
async fn stacks_in_memory_share_nothing() {
    let (one, two) = (Running::sound().await, Running::sound().await);
    assert_ne!(one.secrets, two.secrets);
    one.fire(&registration(&one.click().await, "reg_1")).await;
    assert_eq!((one.credits().await.len(), two.credits().await.len()), (1, 0));
}

#[tokio::test]
async fn a_stop_does_not_wait_for_dawdlers() {
    let stack = Running::sound().await;
    let address = stack.urls.health.trim_start_matches("http://").trim_end_matches("/health").to_owned();
    let mut dawdler = TcpStream::connect(&address).await.expect("a connection");
    let head = "POST /postback HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n";
    dawdler.write_all(head.as_bytes()).await.expect("written");
    let idle = TcpStream::connect(&address).await.expect("a connection");
    stack.click().await;
    let begun = Instant::now();
    stack.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert!(TcpStream::connect(&address).await.is_err());
    drop((dawdler, idle));
}

#[tokio::test]
async fn an_idle_stack_stops_at_once() {
    let stack = Running::sound().await;
    stack.click().await;
    let begun = Instant::now();
    stack.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_start_that_fails_says_why() {
    let running = Running::sound().await;
    let address = running.urls.health.trim_start_matches("http://").trim_end_matches("/health");
    let listen = address.parse().expect("an address");
    let taken = Stack::bind(Config { listen, ..Config::default() }).await.expect_err("the port is taken");
    assert!(matches!(taken, StartError::Listen { .. }) && taken.to_string().contains(address), "{taken}");

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("missing").join("stack.db");
    let config = Config { database: Database::File(path.clone()), ..Config::default() };
    let unusable = Stack::bind(config).await.expect_err("no such folder");
    assert!(unusable.to_string().contains(&path.display().to_string()), "{unusable}");
}
