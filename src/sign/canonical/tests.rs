//! Tests of the canonical forms: the tables that people argue about, and the bodies that must be refused.

use proptest::prelude::*;

use super::*;

fn text(form: Canonical, body: &str, without: Option<&str>) -> Result<String, CanonicalError> {
    form.apply(body.as_bytes(), without).map(|payload| String::from_utf8(payload.into_owned()).unwrap())
}

#[test]
fn names_are_read_back() {
    for form in Canonical::ALL {
        assert_eq!(form.name().parse(), Ok(form));
        assert_eq!(form.to_string(), form.name());
    }
    let error = "JCS".parse::<Canonical>().unwrap_err().to_string();
    assert!(error.contains("\"JCS\"") && error.contains("\"sorted\""), "{error}");
}

#[test]
fn the_three_forms_of_one_body() {
    let body = "{ \"b\": 100.00, \"\\u0061\": [1e2, true, null, {}], \"signature\": \"x\" }\n";
    assert_eq!(text(Canonical::Jcs, body, Some("signature")).unwrap(), r#"{"a":[100,true,null,{}],"b":100}"#);
    assert_eq!(text(Canonical::Sorted, body, Some("signature")).unwrap(), r#"{"a":[1e2,true,null,{}],"b":100.00}"#);
    let cut = "{ \"b\": 100.00, \"\\u0061\": [1e2, true, null, {}] }\n";
    assert_eq!(text(Canonical::Raw, body, Some("signature")).unwrap(), cut);
    assert_eq!(text(Canonical::Raw, body, None).unwrap(), body);
}

#[test]
fn only_the_top_level_member_is_left_out() {
    let body = r#"{"a":{"signature":1},"signature":2}"#;
    for form in Canonical::ALL {
        assert_eq!(text(form, body, Some("signature")).unwrap(), r#"{"a":{"signature":1}}"#);
    }
}

#[test]
fn jcs_sorts_by_utf16_and_sorted_by_code_point() {
    let body = "{\"\u{1f600}\":1,\"\u{fb33}\":2}";
    assert_eq!(text(Canonical::Jcs, body, None).unwrap(), body);
    assert_eq!(text(Canonical::Sorted, body, None).unwrap(), "{\"\u{fb33}\":2,\"\u{1f600}\":1}");
}

#[test]
fn strings_are_escaped_no_more_than_they_must_be() {
    let body = r#"["\u0000\u001f\u007f\b\t\n\f\r\"\\\/\u00e9\ud83d\ude00"]"#;
    let owed = "[\"\\u0000\\u001f\u{7f}\\b\\t\\n\\f\\r\\\"\\\\/é😀\"]";
    assert_eq!(text(Canonical::Jcs, body, None).unwrap(), owed);
    assert_eq!(text(Canonical::Sorted, body, None).unwrap(), owed);
}

#[test]
fn numbers_that_are_spelled_differently_in_the_two_forms() {
    for (lexeme, jcs) in [
        ("100.00", "100"),
        ("1e2", "100"),
        ("0.000001", "0.000001"),
        ("0.0000001", "1e-7"),
        ("1e20", "100000000000000000000"),
        ("1E21", "1e+21"),
        ("-0.0", "0"),
        ("-0", "0"),
        ("1e-400", "0"),
        ("9007199254740993.0", "9007199254740992"),
        ("999999999999.99", "999999999999.99"),
        ("122.416294033786585", "122.41629403378658"),
    ] {
        assert_eq!(text(Canonical::Jcs, lexeme, None).as_deref(), Ok(jcs), "{lexeme}");
        assert_eq!(text(Canonical::Sorted, lexeme, None).as_deref(), Ok(lexeme));
    }
}

#[test]
fn jcs_refuses_integers_that_it_would_change() {
    for exact in
        ["9007199254740991", "9007199254740992", "-9007199254740994", "100000000000000000000", "295147905179352830000"]
    {
        assert_eq!(text(Canonical::Jcs, exact, None).as_deref(), Ok(exact));
    }
    for inexact in ["9007199254740993", "-9007199254740993", "18446744073709551615", "295147905179352825856"] {
        let refused = text(Canonical::Jcs, &format!("[{inexact}]"), None);
        assert_eq!(refused, Err(CanonicalError::InexactInteger(inexact.to_owned())));
        assert_eq!(text(Canonical::Sorted, inexact, None).as_deref(), Ok(inexact));
    }
    for beyond in ["1e309", "-1e400", &"9".repeat(400)] {
        assert_eq!(text(Canonical::Jcs, beyond, None), Err(CanonicalError::NumberRange(beyond.to_owned())));
    }
}

#[test]
fn both_json_forms_refuse_what_parsers_disagree_on() {
    for form in [Canonical::Jcs, Canonical::Sorted] {
        for body in [r#"{"a":1,"a":1}"#, r#"[{"b":{"a":1,"\u0061":2}}]"#] {
            assert_eq!(text(form, body, None), Err(CanonicalError::DuplicateKey("a".to_owned())), "{body}");
        }
        for body in [r#""\ud800""#, r#"["\udc00\ud800"]"#, r#"{"\ud83dx":1}"#] {
            assert_eq!(text(form, body, None), Err(CanonicalError::LoneSurrogate), "{body}");
        }
        for body in ["", " ", "{", "[1,]", "01", "1.", "NaN", "'a'", "{} {}", "\u{feff}{}", "{\"a\":1,}", "\"\t\""] {
            assert!(matches!(text(form, body, None), Err(CanonicalError::NotJson(_))), "{body:?}");
        }
        assert_eq!(form.apply(b"\"\xff\"", None), Err(CanonicalError::NotUtf8));
    }
}

#[test]
fn nesting_is_bounded_and_never_overflows() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for form in [Canonical::Jcs, Canonical::Sorted] {
        assert_eq!(text(form, &nested(MAX_DEPTH), None), Ok(nested(MAX_DEPTH)));
        assert_eq!(text(form, &nested(MAX_DEPTH + 1), None), Err(CanonicalError::TooDeep));
        assert_eq!(text(form, &nested(200_000), Some("signature")), Err(CanonicalError::TooDeep));
        assert!(matches!(text(form, &"[{\"a\":".repeat(100_000), None), Err(CanonicalError::NotJson(_))));
    }
    assert_eq!(text(Canonical::Raw, &nested(200_000), Some("signature")), Ok(nested(200_000)));
}

proptest! {
    #[test]
    fn any_bytes_are_taken_or_refused(body in prop::collection::vec(any::<u8>(), 0..64)) {
        for form in Canonical::ALL {
            let _ = form.apply(&body, None);
            let _ = form.apply(&body, Some("signature"));
        }
    }

    #[test]
    fn json_like_text_is_taken_or_refused(body in r#"[\[\]{}",:0-9eE.\\ua-d +\-]{0,48}"#) {
        for form in Canonical::ALL {
            if let Ok(once) = form.apply(body.as_bytes(), Some("a")) {
                let twice = form.apply(&once, Some("a"));
                prop_assert_eq!(twice.as_deref(), Ok(&*once), "the form is a fixed point");
            }
        }
    }

    #[test]
    fn every_double_survives_in_its_canonical_spelling(bits in any::<u64>()) {
        let value = f64::from_bits(bits);
        prop_assume!(value.is_finite() && value != 0.0);
        let once = text(Canonical::Jcs, &format!("{value:e}"), None).unwrap();
        prop_assert_eq!(once.parse::<f64>().unwrap().to_bits(), bits);
        prop_assert_eq!(text(Canonical::Jcs, &once, None), Ok(once.clone()));
    }
}
