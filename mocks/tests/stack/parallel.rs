//! The mistakes by which cookie and S2S disagree: what each method sees of the same players.

use postproof_mocks::{Config, PARALLEL_MISTAKES};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::cookies::conversions;
use crate::harness::Running;
use crate::player::settled;

/// Two brands' players, one of each: one goes straight from the landing page to the registration, one looks around.
/// Answers what either method saw, and how many pixels were loaded where each of them registered and paid.
async fn seen(mistake: Option<&str>) -> ([Vec<Value>; 2], Vec<[usize; 2]>) {
    let mut config = Config::default();
    assert!(mistake.is_none_or(|name| config.plant(name)), "{mistake:?}");
    let stack = Running::start(config).await;
    let mut loaded = Vec::new();
    for (brand, pages) in [("aurora", &[][..]), ("corona", &["/landing/games"])] {
        let mut player = Browser::open(&stack, &format!("affiliate=ann&brand_id={brand}")).await;
        for page in pages {
            player.visit(page).await;
        }
        player.register().await;
        let at_registration = player.load().await;
        player.deposit("50.00", "EUR").await;
        loaded.push([at_registration, player.load().await]);
    }
    // What is told at all is told by now, and refused where it is refused.
    let mut before = Value::Null;
    for _ in 0..200 {
        let states = stack.json("/operator/counts").await["delivery"]["tracker"].clone();
        let waits = states["pending"].as_i64().unwrap_or_default();
        if waits == 0 || (mistake == Some("operator-late-postbacks") && before == states) {
            break;
        }
        before = states;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    ([conversions(&stack, "cookie").await, conversions(&stack, "s2s").await], loaded)
}

/// The values of a member among those that were credited, and among those that were not.
fn values(seen: &[Value], member: &str) -> [Vec<Value>; 2] {
    let (credited, strays): (Vec<_>, Vec<_>) = seen.iter().partition(|seen| seen["attributed"] == true);
    [credited, strays].map(|rows| rows.into_iter().map(|row| row[member].clone()).collect())
}

#[tokio::test]
async fn a_sound_operator_lets_both_methods_see_the_same() {
    let ([cookie, s2s], loaded) = seen(None).await;
    for member in ["click_id", "transaction_id", "account", "amount", "currency", "brand_id", "ts_event"] {
        assert_eq!(values(&cookie, member), values(&s2s, member), "{member}");
    }
    assert_eq!((cookie.len(), loaded), (2, vec![[0, 1], [0, 1]]));
}

#[tokio::test]
async fn lost_and_spoilt_click_ids_cost_the_postback_its_credit() {
    let ([cookie, s2s], _) = seen(Some("operator-click-lost-in-navigation")).await;
    assert_eq!(values(&cookie, "brand_id")[0].len(), 2);
    assert_eq!(values(&s2s, "brand_id"), [vec![json!("aurora")], vec![]], "who looked around is told to nobody");
    let ([cookie, s2s], _) = seen(Some("operator-click-id-truncated")).await;
    let [whole, cut] = [values(&cookie, "click_id")[0].clone(), values(&s2s, "click_id")[1].clone()];
    assert!(whole.len() == 2 && cut.len() == 2 && values(&s2s, "click_id")[0].is_empty(), "{s2s:?}");
    for (whole, cut) in whole.iter().zip(&cut) {
        let [whole, cut] = [whole, cut].map(|id| id.as_str().expect("text"));
        assert!(whole.starts_with(cut) && cut.len() == 20, "{whole} {cut}");
    }
    let ([_, s2s], _) = seen(Some("operator-macro-unexpanded")).await;
    assert_eq!(values(&s2s, "click_id"), [vec![], vec![json!("{click_id}"), json!("{click_id}")]]);
}

#[tokio::test]
async fn a_wrong_domain_costs_the_other_brands_their_cookies() {
    let ([cookie, s2s], loaded) = seen(Some("cookie-domain-wrong")).await;
    assert_eq!(values(&cookie, "brand_id"), [vec![json!("aurora")], vec![json!("corona")]]);
    assert_eq!((values(&s2s, "brand_id")[0].len(), loaded), (2, vec![[0, 1], [0, 1]]));
}

#[tokio::test]
async fn a_pixel_on_the_wrong_page_or_twice_counts_what_is_not_there() {
    let ([cookie, s2s], loaded) = seen(Some("pixel-on-wrong-page")).await;
    assert_eq!((cookie.len(), loaded), (2, vec![[1, 0], [1, 0]]));
    assert!(
        cookie.iter().all(|seen| seen.get("amount").is_none() && seen.get("transaction_id").is_none()),
        "{cookie:?}"
    );
    assert_eq!(s2s.len(), 2);
    let ([cookie, s2s], loaded) = seen(Some("pixel-fires-twice")).await;
    assert_eq!((cookie.len(), s2s.len(), loaded), (4, 2, vec![[0, 2], [0, 2]]));
    assert_eq!(cookie[0]["account"], cookie[1]["account"]);
}

#[tokio::test]
async fn currencies_and_times_differ_on_one_side() {
    let ([cookie, s2s], _) = seen(Some("pixel-currency-wrong")).await;
    assert_eq!([&cookie[0], &s2s[0]].map(|seen| &seen["currency"]), [&json!("USD"), &json!("EUR")]);
    let ([cookie, s2s], _) = seen(Some("operator-always-usd")).await;
    assert_eq!([&cookie[0], &s2s[0]].map(|seen| &seen["currency"]), [&json!("EUR"), &json!("USD")]);
    let apart = |[cookie, s2s]: [Vec<Value>; 2]| {
        let at = |seen: &Value| {
            seen["ts_event"].as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok()).expect("an instant")
        };
        at(&s2s[0]).duration_since(at(&cookie[0])).as_hours()
    };
    assert_eq!(apart(seen(Some("pixel-hour-off")).await.0), 1);
    assert_eq!(apart(seen(Some("operator-local-times")).await.0), -3);
}

#[tokio::test]
async fn postbacks_of_one_brand_only_or_too_late_leave_the_cookie_alone() {
    let ([cookie, s2s], _) = seen(Some("operator-one-brand-only")).await;
    assert_eq!((cookie.len(), values(&s2s, "brand_id")), (2, [vec![json!("aurora")], vec![]]));
    let ([cookie, s2s], _) = seen(Some("operator-late-postbacks")).await;
    assert_eq!((cookie.len(), s2s.len()), (2, 0));
}

#[tokio::test]
async fn late_postbacks_do_come_hours_after_their_events() {
    let clock = postproof_mocks::Clock::squeezed("2026-11-20T00:00:00Z".parse().expect("an instant"), 28_800.0);
    let mut config = Config { clock: clock.expect("a speed"), ..Config::default() };
    assert!(config.plant("operator-late-postbacks"));
    let stack = Running::start(config).await;
    let mut player = Browser::open(&stack, "brand_id=aurora").await;
    player.register().await;
    player.deposit("50.00", "EUR").await;
    player.load().await;
    // Six hours are three quarters of a second at this speed.
    settled(&stack, 2).await;
    let s2s = conversions(&stack, "s2s").await;
    let at = |name: &str| s2s[0][name].as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok()).expect("an instant");
    assert!(at("received_at").duration_since(at("ts_event")).as_hours() >= 6, "{s2s:?}");
    assert_eq!(PARALLEL_MISTAKES.len(), 6, "each of them is shown above");
}
