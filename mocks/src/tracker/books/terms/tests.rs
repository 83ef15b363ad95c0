//! Terms that are read, and terms that are refused.

use super::*;

fn terms(text: &str) -> Terms {
    Terms::parse(text).expect("terms")
}

fn refused(text: &str) -> String {
    Terms::parse(text).expect_err("no terms").to_string()
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

#[test]
fn nothing_said_is_a_programme_too() {
    let terms = Terms::default();
    assert_eq!((terms.report_currency(), terms.minor_units()), ("USD", 2));
    assert_eq!(terms.zone().iana_name(), Some("UTC"));
    assert_eq!(terms.fee(decimal("123.45")), Decimal::ZERO);
    assert_eq!(terms.contract("anybody").cpa.as_ref().map(|cpa| cpa.amount), Some(Decimal::ONE_HUNDRED));
    assert!(terms.contract("anybody").revenue_share.is_none());
}

#[test]
fn a_first_deposit_is_large_enough_and_no_gift() {
    let terms = terms("[ftd]\nminimum = \"10\"\nminimum_by_currency = { JPY = \"1000\", BRL = \"0\" }");
    let qualifies = |amount: &str, currency| terms.qualifies(decimal(amount), currency, false);
    assert!(qualifies("10.00", "EUR") && !qualifies("9.99", "EUR"));
    assert!(qualifies("1000", "JPY") && !qualifies("999", "JPY"));
    assert!(qualifies("0.01", "BRL") && !qualifies("0", "BRL"), "a zero deposit never counts");
    assert!(!terms.qualifies(decimal("500"), "EUR", true), "a bonus never counts");
}

#[test]
fn fees_are_a_share_and_a_sum() {
    let terms = terms("[fees]\npercent_of_deposits = \"2.5\"\nper_deposit = \"0.30\"");
    assert_eq!(terms.fee(decimal("100.00")).to_string(), "2.80");
    assert_eq!(terms.fee(decimal("33.00")).to_string(), "1.12", "1.125 goes to the even cent");
}

#[test]
fn affiliates_earn_in_three_ways() {
    let terms = terms(
        r#"
        report_currency = "EUR"
        zone = "America/Sao_Paulo"
        default_contract = { model = "revenue_share", share_percent = "30" }
        [affiliates.one]
        model = "cpa"
        amount = "80.00"
        amount_by_brand = { lux = "120" }
        clawback = true
        [affiliates.two]
        model = "hybrid"
        amount = "40"
        share_percent = "12.5"
        negative_carry_over = true
        "#,
    );
    assert_eq!((terms.report_currency(), terms.zone().iana_name()), ("EUR", Some("America/Sao_Paulo")));
    let share = |name: &str| terms.contract(name).revenue_share.clone().map(|s| (s.share, s.negative_carry_over));
    assert_eq!(
        [share("one"), share("two"), share("x")],
        [None, Some((decimal("0.125"), true)), Some((decimal("0.3"), false))]
    );
    let cpa = terms.contract("one").cpa.as_ref().expect("a CPA");
    assert!(cpa.clawback && cpa.of(Some("lux")) == decimal("120") && cpa.of(None) == decimal("80"));
    assert!(terms.contract("two").cpa.as_ref().is_some_and(|cpa| !cpa.clawback));
}

#[test]
fn what_is_wrong_is_told_by_its_key() {
    for (text, part) in [
        ("fee = 1", "unknown field `fee`"),
        ("[ftd]\nminimum = 10", "invalid type"),
        ("[ftd]\nminimum = \"-1\"", "ftd.minimum: write an amount"),
        ("[ftd]\nminimum_by_currency = { XXX = \"1\" }", "ftd.minimum_by_currency.XXX: name an active currency"),
        ("[ftd]\nminimum_by_currency = { JPY = \"1.5\" }", "at most 0 decimals"),
        ("report_currency = \"usd\"", "report_currency: name"),
        ("zone = \"Mars/Olympus\"", "zone: name a time zone"),
        ("[fees]\npercent_of_deposits = \"101\"", "fees.percent_of_deposits: write a percentage"),
        ("[fees]\nper_deposit = \"0.001\"", "fees.per_deposit: write an amount"),
        ("[affiliates.a]\nmodel = \"gift\"", "unknown variant `gift`"),
        ("[affiliates.a]\nmodel = \"cpa\"", "missing field `amount`"),
        ("[affiliates.a]\nmodel = \"cpa\"\namount = \"1\"\nshare_percent = \"1\"", "unknown field `share_percent`"),
        ("[affiliates.a]\nmodel = \"revenue_share\"\nshare_percent = \"x\"", "affiliates.a.share_percent: write"),
        (
            "[affiliates.a]\nmodel = \"cpa\"\namount = \"1\"\namount_by_brand = { b = \"1e99\" }",
            "affiliates.a.amount_by_brand.b",
        ),
    ] {
        assert!(refused(text).contains(part), "{text}: {}", refused(text));
    }
}
