//! Cookie and S2S side by side: what pixels and postbacks tell of the same players.

use postproof_mocks::{Config, CookieSettings, CookieSetup, FirstPartyCookie};
use reqwest::Method;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::harness::{Running, answer, deposit, registration, with};
use crate::player::settled;

/// First deposits as a method saw them, page by page.
pub(crate) async fn conversions(stack: &Running, method: &str) -> Vec<Value> {
    stack.quiet().await;
    let (mut all, mut after) = (Vec::new(), "0.0".to_owned());
    loop {
        let page = stack.json(&format!("/conversions?method={method}&after={after}")).await;
        all.extend(page["conversions"].as_array().expect("an array").iter().cloned());
        page["next"].as_str().expect("a place").clone_into(&mut after);
        if page["more"] == false {
            return all;
        }
    }
}

async fn started(setup: CookieSetup, first_party: FirstPartyCookie) -> Running {
    Running::start(Config { cookies: CookieSettings { setup, first_party }, ..Config::default() }).await
}

#[tokio::test]
async fn both_methods_see_a_first_deposit_in_every_set_up() {
    for (setup, writer, host) in [
        (CookieSetup::FirstParty, FirstPartyCookie::Script, "tracker.test"),
        (CookieSetup::FirstParty, FirstPartyCookie::Header, "tracker.test"),
        (CookieSetup::ThirdParty, FirstPartyCookie::Script, "tracker.test"),
        (CookieSetup::Cname, FirstPartyCookie::Script, "track.aurora.example"),
    ] {
        let stack = started(setup, writer).await;
        let mut browser = Browser::open_at(&stack, host, "affiliate=ann&brand_id=aurora").await;
        browser.visit("/landing/games").await;
        browser.visit("/landing/register").await;
        browser.register().await;
        assert_eq!(browser.load().await, 0, "{setup:?}: nothing is paid yet");
        let paid = browser.deposit("25.50", "EUR").await;
        assert_eq!((browser.site.as_str(), browser.load().await), ("aurora.example", 1), "{setup:?}");
        settled(&stack, 2).await;
        let [cookie, s2s] = [conversions(&stack, "cookie").await, conversions(&stack, "s2s").await];
        assert_eq!((cookie.len(), s2s.len()), (1, 1), "{setup:?}: {cookie:?} {s2s:?}");
        for member in
            ["click_id", "transaction_id", "account", "amount", "currency", "brand_id", "ts_event", "attributed"]
        {
            assert_eq!(cookie[0][member], s2s[0][member], "{setup:?} {member}");
        }
        assert_eq!((&cookie[0]["click_id"], &s2s[0]["event_id"]), (&json!(browser.click_id), &paid["event_id"]));
        assert_eq!((&cookie[0]["attributed"], &cookie[0]["amount"]), (&json!(true), &json!(25.50)));
        let total = stack.json("/reports/methods").await["total"].clone();
        assert_eq!(
            (&total["cookie"], &total["s2s"], &total["difference"]),
            (&json!(1), &json!(1), &json!(0)),
            "{total}"
        );
    }
}

#[tokio::test]
async fn a_browser_loses_what_it_does_not_keep() {
    let stack = started(CookieSetup::ThirdParty, FirstPartyCookie::Script).await;
    let mut blocking = Browser::open(&stack, "brand_id=aurora").await;
    blocking.blocks_third_party = true;
    blocking.register().await;
    blocking.deposit("20", "USD").await;
    assert_eq!(blocking.load().await, 1, "the dot is shown all the same");
    let lost = conversions(&stack, "cookie").await;
    assert_eq!((lost.len(), &lost[0]["attributed"], &lost[0]["click_id"]), (1, &json!(false), &Value::Null));
    // The same page, loaded by somebody who keeps the cookie: the transaction is counted now, and once.
    blocking.blocks_third_party = false;
    blocking.load().await;
    blocking.load().await;
    blocking.blocks_third_party = true;
    blocking.load().await;
    let found = conversions(&stack, "cookie").await;
    assert_eq!((found.len(), &found[0]["attributed"]), (1, &json!(true)), "{found:?}");
    let total = stack.json("/reports/methods").await["total"].clone();
    assert_eq!((&total["cookie"], &total["cookie_unattributed"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn a_deleted_first_party_cookie_leaves_the_postback_alone() {
    let stack = Running::sound().await;
    let mut player = Browser::open(&stack, "brand_id=aurora").await;
    assert_eq!(
        player.kept(),
        ["aurora.example aff_click", "aurora.example operator_session", "tracker.test tracker_click"]
    );
    player.register().await;
    player.forget();
    player.deposit("20", "USD").await;
    player.load().await;
    settled(&stack, 2).await;
    let seen = [conversions(&stack, "cookie").await, conversions(&stack, "s2s").await];
    assert_eq!(seen.map(|seen| seen[0]["attributed"].clone()), [json!(false), json!(true)]);
}

#[tokio::test]
async fn first_deposits_alone_and_large_enough_ones_are_counted() {
    let stack = Running::sound().await;
    let mut small = Browser::open(&stack, "brand_id=a").await;
    small.register().await;
    small.deposit("5.00", "USD").await;
    assert_eq!(small.load().await, 1, "the page cannot know the terms");
    let mut twice = Browser::open(&stack, "brand_id=a").await;
    twice.register().await;
    twice.deposit("50.00", "USD").await;
    twice.load().await;
    twice.deposit("60.00", "USD").await;
    assert_eq!(twice.load().await, 0, "a second deposit is no first one");
    settled(&stack, 5).await;
    let [cookie, s2s] = [conversions(&stack, "cookie").await, conversions(&stack, "s2s").await];
    assert_eq!((cookie.len(), s2s.len()), (1, 1), "{cookie:?} {s2s:?}");
    assert_eq!(cookie[0]["transaction_id"], s2s[0]["transaction_id"]);
}

#[tokio::test]
async fn what_postbacks_are_listed_as_is_what_the_books_say() {
    let stack = Running::sound().await;
    let click = stack.click().await;
    for number in 0..30 {
        let account = json!({"account_id": format!("u_{}", number % 20), "is_ftd": number % 3 != 0, "brand_id": "b"});
        let body = with(&deposit(&click, &format!("dep_{number}"), 4.5 + f64::from(number)), account);
        assert_eq!(stack.fire(&body).await.status, 200);
    }
    assert_eq!(stack.fire(&registration(&click, "reg_1")).await.status, 200);
    let stray = with(&deposit("clk_of_nobody", "dep_x", 20.5), json!({"is_ftd": true, "account_id": "u_x"}));
    for _ in 0..2 {
        assert_eq!(stack.fire(&stray).await.refusal(), (422, "unknown_click"));
    }
    let repeat = with(&deposit("clk_of_nobody", "dep_y", 20.5), json!({"is_ftd": false}));
    assert_eq!(stack.fire(&repeat).await.status, 422);

    let credits: Vec<_> = stack.credits().await.into_iter().filter(|credit| credit["is_ftd"] == true).collect();
    let (credited, strays): (Vec<_>, Vec<_>) =
        conversions(&stack, "s2s").await.into_iter().partition(|seen| seen["attributed"] == true);
    assert!(credits.len() > 5, "{credits:?}");
    let named = |rows: &[Value]| -> Vec<_> {
        rows.iter()
            .map(|row| {
                ["event_id", "click_id", "amount", "currency", "brand_id", "ts_event"].map(|name| row[name].clone())
            })
            .collect()
    };
    assert_eq!(named(&credited), named(&credits));
    let stray: Vec<_> =
        strays.iter().map(|stray| (&stray["event_id"], &stray["click_id"], &stray["account"])).collect();
    assert_eq!(stray, [(&json!("dep_x"), &json!("clk_of_nobody"), &json!("u_x"))]);
    let report = stack.json("/reports/methods").await;
    assert_eq!((&report["total"]["s2s"], &report["total"]["s2s_unattributed"]), (&json!(credits.len()), &json!(1)));
    let manager = stack.json("/reports/manager").await;
    assert_eq!(report["total"]["s2s"], manager["total"]["ftds"]);
}

#[tokio::test]
async fn pixels_from_anybody_do_no_harm() {
    let stack = Running::sound().await;
    let click = stack.click().await;
    let long = "x".repeat(5000);
    for (query, status) in [
        (String::new(), 422),
        ("event=purchase".to_owned(), 422),
        ("event=registration".to_owned(), 200),
        ("event=deposit_success&amount=NaN&currency=USD".to_owned(), 422),
        ("event=deposit_success&amount=99999999999999999999&currency=USD".to_owned(), 422),
        ("event=deposit_success&ts=2999-01-01T00:00:00Z".to_owned(), 422),
        ("event=deposit_success&click_id=%ff%00".to_owned(), 422),
        (format!("event=deposit_success&transaction_id={long}"), 414),
        (format!("event=deposit_success{}", "&a".repeat(100)), 400),
        ("event=deposit_success&click_id=clk_guessed&transaction_id=t1".to_owned(), 200),
    ] {
        let told = answer(stack.client.get(stack.at(&format!("/pixel?{query}")))).await;
        assert_eq!(told.status, status, "{query:.80}");
    }
    for method in [Method::HEAD, Method::POST, Method::PUT] {
        let told =
            stack.client.request(method, stack.at("/pixel?event=deposit_success")).send().await.expect("an answer");
        assert_eq!(told.status().as_u16(), 405);
    }
    // However many transactions one click claims, it is kept for a household.
    for number in 0..40 {
        let query = format!("/pixel?event=deposit_success&click_id={click}&transaction_id=txn_{number}");
        assert_eq!(answer(stack.client.get(stack.at(&query))).await.status, 200);
    }
    let (of_click, strays): (Vec<_>, Vec<_>) =
        conversions(&stack, "cookie").await.into_iter().partition(|seen| seen["attributed"] == true);
    assert_eq!((of_click.len(), strays.len()), (32, 1), "{strays:?}");
    for query in
        ["", "?method=pixel", "?method=cookie&after=x", "?method=cookie&after=1&after=2", "?method=s2s&limit=1"]
    {
        assert_eq!(answer(stack.client.get(stack.at(&format!("/conversions{query}")))).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn a_hostile_click_id_reaches_no_cookie_and_no_page() {
    let stack = Running::sound().await;
    let path = "/landing?click_id=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&brand_id=%22onload=x";
    let response = stack.client.get(stack.at(path)).send().await.expect("an answer");
    let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.starts_with("default-src 'none';") && policy.contains("script-src 'sha256-"), "{policy}");
    let html = response.text().await.expect("a page");
    assert!(!html.contains("<script") && html.contains("data-site=\"onload-x.example\""), "{html}");
    let cookie = "aff_click=\"><img src=x>; aff_click=a b";
    let lost = answer(stack.client.get(stack.at("/operator/accounts/u_none/welcome")).header("cookie", cookie)).await;
    assert_eq!(lost.status, 404);
}
