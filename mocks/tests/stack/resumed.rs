//! A stack that goes on where another was killed, by the clock that the other had.

use jiff::{SignedDuration, Timestamp};
use postproof_mocks::{Clock, Config, Database};
use serde_json::json;

use crate::browser::Browser;
use crate::cookies::conversions;
use crate::harness::Running;
use crate::player::settled;

/// A stack on that file whose clock shows `origin` and runs `speed` times as fast as real time.
async fn begun(database: Database, origin: &str, speed: f64) -> Running {
    let clock = Clock::squeezed(origin.parse().expect("an instant"), speed).expect("a speed");
    Running::start(Config { database, clock, ..Config::default() }).await
}

async fn now(stack: &Running) -> Timestamp {
    let clock = stack.json("/clock").await;
    clock["now"].as_str().and_then(|now| now.parse().ok()).expect("an instant")
}

#[tokio::test]
async fn a_killed_stack_goes_on_with_its_visits_its_outbox_and_its_clock() {
    let folder = tempfile::tempdir().expect("a folder");
    let left = begun(Database::File(folder.path().join("stack.db")), "2001-02-03T00:00:00Z", 2880.0).await;
    let mut visitor = Browser::open(&left, "affiliate=ann&brand_id=aurora").await;
    visitor.visit("/landing/games").await;
    let mut player = Browser::open(&left, "affiliate=ann&brand_id=aurora").await;
    let registering = now(&left).await;
    player.register().await;

    // The files as a killed process leaves them: nothing was closed, the log was never folded in.
    let copy = tempfile::tempdir().expect("a folder");
    for file in std::fs::read_dir(folder.path()).expect("the folder") {
        let file = file.expect("a file");
        std::fs::copy(file.path(), copy.path().join(file.file_name())).expect("copied");
    }
    // Its last word was an hour before it was killed; what it dated since is not to lie in the future.
    let last_word = (registering - SignedDuration::from_hours(1)).to_string();
    let next = begun(Database::File(copy.path().join("stack.db")), &last_word, 2880.0).await;
    assert_eq!(next.secrets, left.secrets);
    let passed = now(&next).await.duration_since(registering);
    assert!(passed > SignedDuration::ZERO && passed < SignedDuration::from_hours(720), "{passed:?}");

    let (mut visitor, mut player) = (visitor.moved(&next), player.moved(&next));
    visitor.register().await;
    for browser in [&mut visitor, &mut player] {
        browser.deposit("50.00", "EUR").await;
        browser.load().await;
    }
    settled(&next, 3).await;
    for method in ["cookie", "s2s"] {
        let seen = conversions(&next, method).await;
        let clicks: Vec<_> = seen.iter().map(|seen| (seen["click_id"].clone(), seen["attributed"].clone())).collect();
        assert_eq!(clicks.len(), 2, "{method}: {seen:?}");
        for browser in [&visitor, &player] {
            assert!(clicks.contains(&(json!(browser.click_id), json!(true))), "{method}: {clicks:?}");
        }
        for seen in &seen {
            let at = |name: &str| seen[name].as_str().and_then(|at| at.parse::<Timestamp>().ok()).expect("an instant");
            assert!(at("ts_event") >= registering && at("received_at") >= registering, "{seen}");
        }
    }
}

#[tokio::test]
async fn everything_that_is_dated_goes_by_the_clock_of_the_stack() {
    let stack = begun(Database::Memory, "2001-02-03T00:00:00Z", 60.0).await;
    let clock = stack.json("/clock").await;
    assert_eq!(clock["speed"], json!(60.0));
    let mut player = Browser::open(&stack, "affiliate=ann&brand_id=aurora").await;
    player.register().await;
    player.deposit("50.00", "EUR").await;
    player.load().await;
    settled(&stack, 2).await;
    let [cookie, s2s] = [conversions(&stack, "cookie").await, conversions(&stack, "s2s").await];
    for seen in [&cookie[0], &s2s[0]] {
        for name in ["ts_event", "received_at"] {
            assert!(seen[name].as_str().is_some_and(|at| at.starts_with("2001-02-03T00:")), "{name}: {seen}");
        }
    }
    let shown = stack.json(&format!("/clicks/{}", player.click_id)).await;
    assert!(shown["at"].as_str().is_some_and(|at| at.starts_with("2001-02-03T00:")), "{shown}");
    let report = stack.json("/reports/methods").await;
    assert_eq!(report["days"][0]["day"], "2001-02-03", "{report}");
    let counts = stack.json("/operator/counts").await;
    assert_eq!(counts["counts"][0]["day"], "2001-02-03", "{counts}");
    // Tokens are of the real time, or nothing would have been taken above; so is whoever sends from outside.
    let made = stack.click().await;
    let real = crate::harness::registration(&made, "reg_real");
    assert_eq!(stack.fire(&real).await.refusal(), (422, "schema_invalid"), "it happened decades from now");
    let virtually = crate::harness::with(&real, json!({"ts_event": now(&stack).await.to_string()}));
    assert_eq!(stack.fire(&virtually).await.status, 200);
}
