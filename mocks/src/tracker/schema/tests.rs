//! The schema, rule by rule: what is taken and what is refused.

use super::*;

const NOW: &str = "2025-10-21T16:00:00Z";

/// A sound body of that event with one member replaced, added, or (by an empty value) left out.
fn body(event: &str, name: &str, value: &str) -> String {
    let mut members = vec![
        ("event", format!("\"{event}\"")),
        ("event_id", "\"e_1\"".to_owned()),
        ("click_id", "\"clk_1\"".to_owned()),
        ("ts_event", "\"2025-10-21T15:12:31Z\"".to_owned()),
    ];
    if matches!(event, "deposit_success" | "refund" | "chargeback") {
        members.push(("amount", "100.00".to_owned()));
        members.push(("currency", "\"USD\"".to_owned()));
    }
    members.retain(|(member, _)| *member != name);
    if !value.is_empty() {
        members.push((name, value.to_owned()));
    }
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn check(event: &str, name: &str, value: &str) -> Result<Postback, Refusal> {
    let text = body(event, name, value);
    let json = Json::parse(text.as_bytes()).expect("the test writes JSON");
    Postback::check(&json, Dialect::EventId, NOW.parse().expect("an instant"), Reading::default())
}

fn taken(event: &str, name: &str, value: &str) -> bool {
    check(event, name, value).is_ok()
}

#[test]
fn every_event_is_taken_whole() {
    for event in Event::ALL {
        let postback = check(event.name(), "extra", "{\"anything\":[1,2]}").expect("a sound body");
        assert_eq!((postback.event, postback.money.is_some()), (event, event.needs_money()));
    }
}

#[test]
fn required_members_are_strings_and_there() {
    for name in ["event", "event_id", "click_id", "ts_event"] {
        for value in ["", "null", "7", "\"\"", "[\"x\"]"] {
            assert!(!taken("registration", name, value), "{name} {value}");
        }
    }
    assert!(!taken("login", "extra", ""));
    let array = Json::parse(b"[]").expect("valid");
    let refusal = Postback::check(&array, Dialect::EventId, NOW.parse().expect("an instant"), Reading::default())
        .expect_err("no object");
    assert_eq!(refusal.status(), StatusCode::BAD_REQUEST);
}

#[test]
fn ids_have_bounds() {
    let id = |length: usize| format!("\"{}\"", "x".repeat(length));
    assert!(taken("registration", "event_id", &id(255)));
    assert!(!taken("registration", "event_id", &id(256)));
    assert!(!taken("registration", "click_id", "\"é\""));
    assert!(!taken("registration", "click_id", "\"a\\nb\""));
}

#[test]
fn optional_members_have_their_type() {
    assert!(taken("deposit_success", "is_ftd", "true"));
    assert!(!taken("deposit_success", "is_ftd", "\"true\""));
    assert!(!taken("deposit_success", "is_ftd", "null"));
    for name in ["account_id", "brand_id"] {
        assert!(taken("registration", name, "\"x\""));
        assert!(!taken("registration", name, "456"));
    }
}

#[test]
fn instants_are_judged() {
    assert!(!taken("registration", "ts_event", "\"2025-10-21T15:12:31+02:00\""));
    assert!(!taken("registration", "ts_event", "\"2025-10-21T16:05:01Z\""));
}

#[test]
fn amounts_are_judged_by_value() {
    let amount = |lexeme: &str| {
        let postback = check("deposit_success", "amount", lexeme).ok()?;
        postback.money.map(|money| money.amount.to_string())
    };
    assert_eq!(amount("100.00").as_deref(), Some("100.00"));
    assert_eq!(amount("1e2").as_deref(), Some("100.00"));
    assert_eq!(amount("0.01").as_deref(), Some("0.01"));
    assert_eq!(amount("12.340000").as_deref(), Some("12.34"));
    assert_eq!(amount("999999999999.99").as_deref(), Some("999999999999.99"));
    for refused in ["0", "0.00", "-1", "0.001", "1e12", "1e300", "1e-9", "\"100.00\"", "null", "true", "[1]", ""] {
        assert_eq!(amount(refused), None, "{refused}");
    }
}

#[test]
fn currencies_are_active_and_have_minor_units() {
    let yen = |amount: &str| {
        let text = body("deposit_success", "amount", amount).replace("USD", "JPY");
        Postback::check(
            &Json::parse(text.as_bytes()).expect("valid"),
            Dialect::EventId,
            NOW.parse().expect("an instant"),
            Reading::default(),
        )
        .is_ok()
    };
    assert_eq!(["100", "100.0", "100.5"].map(yen), [true, true, false]);
    for refused in ["\"usd\"", "\"XAU\"", "\"US\"", "\"ZZZ\"", "840", "null", ""] {
        assert!(!taken("deposit_success", "currency", refused), "{refused}");
    }
}

#[test]
fn amount_and_currency_stand_together_everywhere() {
    assert!(!taken("registration", "amount", "5"));
    assert!(!taken("registration", "currency", "\"USD\""));
    let both = body("registration", "amount", "5").replacen('{', "{\"currency\":\"USD\",", 1);
    let json = Json::parse(both.as_bytes()).expect("valid");
    assert!(Postback::check(&json, Dialect::EventId, NOW.parse().expect("an instant"), Reading::default()).is_ok());
}

#[test]
fn another_dialect_does_without_an_event_id() {
    let text = r#"{"event":"registration","click_id":"c","ts_event":"2025-10-21T15:12:31Z","transaction_id":"t_1"}"#;
    let json = Json::parse(text.as_bytes()).expect("valid");
    let now = NOW.parse().expect("an instant");
    assert!(Postback::check(&json, Dialect::EventId, now, Reading::default()).is_err());
    let postback = Postback::check(&json, Dialect::TransactionId, now, Reading::default()).expect("its dialect");
    assert_eq!((postback.event_id, postback.transaction_id.as_deref()), (None, Some("t_1")));
    assert!(!taken("registration", "transaction_id", "7") && !taken("registration", "transaction_id", "\"\""));
}

#[test]
fn likelihood_is_told_from_certainty() {
    let billable = |value: &str| check("registration", "attribution", value).map(|postback| postback.billable).ok();
    assert_eq!(billable(""), Some(true));
    assert_eq!(billable("\"deterministic\""), Some(true));
    assert_eq!(billable("\"probabilistic\""), Some(false));
    assert_eq!((billable("\"guess\""), billable("true")), (None, None));
}

#[test]
fn a_commission_is_an_exact_number() {
    let commission =
        |value: &str| check("deposit_success", "commission", value).map(|postback| postback.commission).ok();
    assert_eq!(commission("35.50"), Some(Some("35.5".to_owned())));
    assert_eq!(commission(""), Some(None));
    for bad in ["\"35\"", "-1", "1e300", "null"] {
        assert_eq!(commission(bad), None, "{bad}");
    }
}

#[test]
fn an_empty_name_is_no_name() {
    let account = |value: &str| check("registration", "account_id", value).map(|postback| postback.account_id).ok();
    assert_eq!(account("\"a\""), Some(Some("a".to_owned())));
    assert_eq!((account("\"\""), account("7")), (Some(None), None));
}

#[test]
fn surplus_members_are_listed_by_name() {
    let surplus = |name: &str| check("registration", name, "{\"a\":1}").expect("welcome").surplus;
    assert_eq!(surplus("loyalty_tier"), ["loyalty_tier"]);
    assert!(surplus(&"x".repeat(65)).is_empty());
    assert!(check("registration", "geo", "\"BR\"").expect("known").surplus.is_empty());
}
