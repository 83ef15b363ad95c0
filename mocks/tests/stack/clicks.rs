//! The redirector and the landing page.

use std::collections::HashSet;

use serde_json::json;

use crate::harness::{Running, answer};

#[tokio::test]
async fn a_click_leads_to_our_own_landing_and_nowhere_else() {
    let stack = Running::sound().await;
    let base = stack.urls.click.trim_end_matches("/click").to_owned();
    let url = format!("{}?utm_source=a&landing=https%3A%2F%2Fevil.example&click_id=mine", stack.urls.click);
    let sent_on = stack.client.get(url).send().await.expect("an answer");
    assert_eq!(sent_on.status().as_u16(), 302);
    assert_eq!(sent_on.headers()["cache-control"], "no-store");
    let cookie = sent_on.headers()["set-cookie"].to_str().expect("text").to_owned();
    let location = sent_on.headers()["location"].to_str().expect("text").to_owned();
    let id = location.strip_prefix(&format!("{base}/landing?click_id=clk_")).expect("our own landing");
    assert_eq!(id.len(), 32);
    assert!(cookie.starts_with(&format!("tracker_click=clk_{id}; Path=/; Max-Age=2592000; Secure;")), "{cookie}");
    let page = stack.client.get(&location).send().await.expect("an answer");
    assert_eq!(
        (page.status().as_u16(), &page.headers()["cache-control"]),
        (200, &"no-store".parse().expect("a header"))
    );
    assert!(page.text().await.expect("a page").contains(id));
}

#[tokio::test]
async fn click_ids_never_meet() {
    let stack = Running::sound().await;
    let mut ids = HashSet::new();
    for _ in 0..50 {
        assert!(ids.insert(stack.click().await));
    }
}

#[tokio::test]
async fn clicks_have_bounds_and_a_method() {
    let stack = Running::sound().await;
    let url = format!("{}?a={}", stack.urls.click, "x".repeat(5000));
    assert_eq!(answer(stack.client.get(url)).await.refusal(), (414, "query_too_long"));
    let url = format!("{}?{}", stack.urls.click, "a&".repeat(100));
    assert_eq!(answer(stack.client.get(url)).await.refusal(), (400, "query_out_of_bounds"));
    let head = stack.client.head(&stack.urls.click).send().await.expect("an answer");
    assert_eq!(head.status().as_u16(), 405);
}

#[tokio::test]
async fn a_click_shows_what_attribution_needs_and_nobodys_name() {
    let stack = Running::sound().await;
    let url = format!("{}?affiliate=acme&geo=BR&consent_version=7&email=a%40b&name=Ana&ip=1.2.3.4", stack.urls.click);
    let sent_on = stack.client.get(url).send().await.expect("an answer");
    let location = sent_on.headers()["location"].to_str().expect("text").to_owned();
    let (_, id) = location.split_once("click_id=").expect("a click id");
    let shown = stack.json(&format!("/clicks/{id}")).await;
    assert_eq!(shown["parameters"], json!({"affiliate": "acme", "geo": "BR", "consent_version": "7"}));
    assert!(shown["click_id"] == id && shown["at"].is_string(), "{shown}");
    assert_eq!(answer(stack.client.get(stack.at("/clicks/clk_none"))).await.refusal(), (404, "not_found"));
}
