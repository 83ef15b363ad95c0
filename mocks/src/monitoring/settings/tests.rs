//! Settings that are taken, and what is said of those that are not.

use super::*;

fn checked(text: &str) -> Result<Settings, String> {
    let raw: RawMonitoring = serde_json::from_str(text).map_err(|error| error.to_string())?;
    raw.try_into().map_err(|error: SettingsError| error.to_string())
}

fn alert(more: &str) -> Result<Settings, String> {
    checked(&format!(
        r#"{{"webhook_hosts":["ops.example"],"alerts":[{{"name":"a","rule":"p95","threshold":0.5{more}}}]}}"#
    ))
}

#[test]
fn defaults_are_those_of_the_service_level() {
    let settings = alert("").expect("good");
    let rule = &settings.alerts[0];
    assert_eq!((rule.over.as_secs(), rule.hold.as_secs(), rule.renotify.as_secs()), (300, 30, 14_400));
    assert_eq!((rule.at_least, rule.webhook.is_none()), (20, true));
    let days: Vec<u32> = settings.limits.days.iter().map(|(_, days)| *days).collect();
    assert_eq!(days, [30, 90, 90, 30]);
    assert_eq!(Settings::default().log, LogTo::Off);
}

#[test]
fn everything_can_be_set() {
    let settings = alert(r#","over":"90s","for":"0s","renotify":"1h","at_least":1,"webhook":"http://127.0.0.1:9/x""#);
    let rule = settings.expect("good").alerts.remove(0);
    assert_eq!((rule.over.as_secs(), rule.hold.as_secs(), rule.at_least), (90, 0, 1));
    for url in ["http://localhost:1/", "http://[::1]:1/", "https://ops.example/hook", "https://OPS.example/hook"] {
        assert!(alert(&format!(r#","webhook":"{url}""#)).is_ok(), "{url}");
    }
    let log = checked(r#"{"log":{"to":"file","file":"/tmp/x.log","max_megabytes":1,"keep":0}}"#).expect("good").log;
    assert_eq!(log, LogTo::File(Place { path: "/tmp/x.log".into(), max_bytes: 1 << 20, keep: 0 }));
    assert_eq!(checked(r#"{"log":{"to":"stderr"}}"#).expect("good").log, LogTo::StandardError);
}

#[test]
fn mistakes_are_told_with_their_place_and_cure() {
    let told = |more: &str| alert(more).expect_err(more);
    assert!(told(r#","over":"5 minutes""#).contains("`over`: \"5 minutes\" is no span of time"));
    assert!(told(r#","over":"2d""#).contains("between 1s and 24h"));
    assert!(told(r#","for":"2d""#).contains("between 0s and 24h"));
    assert!(told(r#","renotify":"1s""#).contains("between 1m and"));
    assert!(told(r#","overr":"5m""#).contains("unknown field `overr`"));
    for url in ["ftp://127.0.0.1/", "http://10.0.0.1/", "http://ops.example.evil/", "not a URL", "http://128.0.0.1/"] {
        assert!(told(&format!(r#","webhook":"{url}""#)).contains("no http or https URL"), "{url}");
    }
    let one = |rule: &str, threshold: &str| {
        checked(&format!(r#"{{"alerts":[{{"name":"a","rule":"{rule}","threshold":{threshold}}}]}}"#))
    };
    assert!(one("p96", "1").expect_err("no rule").contains("use one of error-rate, failures, p95"));
    assert!(one("error-rate", "1.5").expect_err("no share").contains("error-rate takes a share from 0 to 1"));
    assert!(one("dlq", "-1").expect_err("negative").contains("out of range"));
    let twice = r#"{"alerts":[{"name":"a","rule":"dlq","threshold":0},{"name":"a","rule":"dlq","threshold":1}]}"#;
    assert!(checked(twice).expect_err("twice").contains("\"a\" is taken"));
    let many = vec![r#"{"name":"a","rule":"dlq","threshold":0}"#; 33].join(",");
    assert!(checked(&format!(r#"{{"alerts":[{many}]}}"#)).expect_err("many").contains("there are 33"));
    assert!(checked(r#"{"log":{"to":"file"}}"#).expect_err("no file").contains("`file` goes with file"));
    assert!(checked(r#"{"log":{"to":"syslog"}}"#).is_err() && checked(r#"{"log":{"max_megabytes":0}}"#).is_err());
    assert!(checked(r#"{"retention":{"dlq_days":0}}"#).expect_err("no days").contains("`dlq_days`"));
    assert!(checked(r#"{"retention":{"every":"1s"}}"#).expect_err("often").contains("between 1m and 30d"));
}
