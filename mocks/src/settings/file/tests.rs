//! The published sample means what it says, and every kind of mistake is told with its place and its cure.

use std::ffi::OsString;
use std::net::SocketAddr;

use super::*;
use crate::pixel::{CookieSetup, FirstPartyCookie};
use crate::tracker::books::programme::Programme;
use crate::tracker::{Dialect, Rate};

fn sample() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/serve.toml");
    std::fs::read_to_string(path).expect("the published sample")
}

fn environment(name: &str) -> Option<OsString> {
    let known = [("ONE", "first-secret"), ("TWO", "second-secret"), ("EMPTY", ""), ("B64", "d2hvbGUgYnl0ZXM=")];
    known.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
}

fn around(environment: Environment<'_>) -> Surroundings<'_> {
    let now = "2026-06-01T00:00:00Z".parse().expect("an instant");
    Surroundings { folder: Path::new(""), environment, now }
}

fn read(text: &str) -> Result<FileConfig, ConfigError> {
    super::read(text, around(&environment))
}

fn sound(text: &str) -> Config {
    read(text).unwrap_or_else(|error| panic!("{error}; {}; {text}", error.help())).config
}

/// What is told of a mistake, the text that is underlined, and what to do.
fn told(text: &str) -> [String; 3] {
    let error = read(text).map(|_| ()).expect_err(text);
    let place = error.place().map_or_else(String::new, |span| error.text()[span].to_owned());
    [error.to_string(), place, error.help().to_owned()]
}

/// A sample with comments taken away in front of its keys: of those that show a default, or of every one.
fn uncommented(sample: &str, examples: bool) -> String {
    let mut lines = Vec::new();
    for line in sample.lines() {
        let bare = line.strip_prefix('#').filter(|rest| !rest.is_empty());
        let is_key = bare.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_lowercase()));
        let is_network = bare.is_some_and(|rest| {
            let code = rest.trim_start();
            code.starts_with('[') || code.split(' ').nth(1) == Some("=")
        });
        let shown = match bare {
            Some(rest) if is_key && (examples || !rest.ends_with("# example")) => rest,
            Some(rest) if is_network && !is_key && examples => rest.trim_start(),
            _ => line,
        };
        lines.push(shown.trim_start());
    }
    lines.join("\n")
}

/// Everything of a configuration. Its programme has maps, which are printed in no order, so it is compared by itself.
fn printed(mut config: Config) -> String {
    assert!(config.tracker.programme == Programme::default(), "another programme than the default");
    config.tracker.programme = Programme::default();
    format!("{config:?}")
}

#[test]
fn the_sample_has_the_defaults_as_it_stands_and_with_them_written_out() {
    let defaults = printed(Config::default());
    assert!(printed(sound("")) == defaults && printed(sound(&sample())) == defaults);
    let written = uncommented(&sample(), false);
    assert!(written.matches("\nqueue_capacity = 100000\n").count() == 1 && !written.contains("\nper_second"));
    let mut config = sound(&written);
    assert_eq!(config.listen, SocketAddr::from(([127, 0, 0, 1], 7070)), "the command's own default");
    config.listen = Config::default().listen;
    assert!(printed(config) == defaults, "a key that is commented out says another thing than its default");
    let other = written.replace("session_days = 30", "session_days = 31");
    assert!(printed(sound(&other)) != defaults, "a difference would be seen");
}

#[test]
fn the_sample_s_examples_hold_too() {
    let sample = sample();
    let (before, after) = sample.split_once("#[tracker.tls]").expect("the sample has TLS");
    let after = after.split_once("[operator]").expect("the operator comes next").1;
    let after = after.replace("#file = ", "#to = \"file\" # example\n#file = ").replace("#to = \"off\"\n", "");
    // Tables and certificates are files, which are not there.
    let after = after.replace("#rates = ", "##rates = ").replace("#spend = ", "##spend = ");
    let text = uncommented(&format!("{before}[operator]{after}"), true)
        .replace("scheme = \"s2s-json\"", "scheme = \"stripe\"");
    let held = |name: &str| Some(OsString::from(format!("held by {name}")));
    let read = super::read(&text, around(&held)).unwrap_or_else(|error| panic!("{error}; {}\n{text}", error.help()));
    let config = read.config;
    assert_eq!(config.connections.per_address, Some(256));
    assert_eq!(config.tracker.admission.rate, Some(Rate { per_second: 100, burst: 200 }));
    assert_eq!(config.tracker.signature.scheme.name, "stripe");
    assert_eq!(config.tracker.tokens.previous.as_ref().and_then(|key| key.kid.as_deref()), Some("2026-05"));
    assert_eq!(config.secrets.map(|secrets| secrets.jwt), Some("held by TRACKER_TOKEN_KEY".to_owned()));
    assert_eq!(read.variables, Some(["TRACKER_SECRET", "TRACKER_TOKEN_KEY"].map(str::to_owned)));
    assert_eq!(config.database, Database::File("tracker.db".into()));
    let watched = format!("{:?}", config.monitoring);
    assert!(watched.contains("many refusals") && watched.contains("stack.log"), "{watched}");
    let printed = format!("{:?}", config.operator);
    assert!(printed.contains("keystone") && !printed.contains("held by"), "{printed}");
}

#[test]
fn what_is_written_is_what_is_meant() {
    let config = sound(
        "listen = \"[::1]:0\"\ndefects = [\"overwrite\"]\n[tracker]\ndialect = \"transaction-id\"\n\
         [tracker.admission]\nallow = [\"10.1.2.3\", \"2001:db8::/32\"]\nper_second = 5\n\
         [tracker.signature]\nscheme = \"standard-webhooks\"\nsecret_env = \"B64\"\n[tracker.tokens]\nsecret_env = \"ONE\"\n",
    );
    assert_eq!((config.listen.port(), config.defects[0].name), (0, "overwrite"));
    assert_eq!(config.tracker.dialect, Dialect::TransactionId);
    assert_eq!(config.tracker.admission.rate, Some(Rate { per_second: 5, burst: 5 }));
    assert_eq!(config.tracker.admission.allow[0].to_string(), "10.1.2.3/32");
}

#[test]
fn clocks_and_cookies_are_chosen() {
    let config = sound("[clock]\nspeed = 2880.0\n[cookies]\nsetup = \"cname\"\nfirst_party = \"header\"\n");
    assert_eq!(config.clock.speed().to_string(), "2880");
    let began = "2026-06-01T00:00:00Z".parse().expect("an instant");
    assert!(config.clock.now() >= began, "it begins where the file was read");
    assert_eq!((config.cookies.setup, config.cookies.first_party), (CookieSetup::Cname, FirstPartyCookie::Header));
    let origin = sound("[clock]\norigin = \"2001-02-03T00:00:00Z\"").clock;
    assert!(origin.now().to_string().starts_with("2001-02-03T00:") && origin.speed() <= 1.0);
    for (text, path) in
        [("speed = 0.0", "clock.speed"), ("speed = nan", "clock.speed"), ("origin = \"now\"", "clock.origin")]
    {
        assert!(told(&format!("[clock]\n{text}"))[0].contains(path), "{text}");
    }
    assert!(told("[cookies]\nsetup = \"second-party\"")[0].contains("second-party"));
}

#[test]
fn the_usual_variables_are_taken_where_none_is_named() {
    let usual = |name: &str| ["POSTPROOF_SECRET", "POSTPROOF_JWT_SECRET"].contains(&name).then(|| name.into());
    let read = super::read("", around(&usual)).expect("sound");
    assert_eq!(read.config.secrets.expect("given").hmac, "POSTPROOF_SECRET");
    let one = |name: &str| (name == "POSTPROOF_SECRET").then(|| "x".into());
    let error = super::read("", around(&one)).expect_err("only one").to_string();
    assert!(error.starts_with("`tracker.tokens.secret_env` is missing"), "{error}");
    assert!(super::read("", around(&|_| None)).expect("drawn later").config.secrets.is_none());
}

#[test]
fn keys_and_values_that_are_not_known_are_told_with_their_neighbours() {
    let [message, place, help] = told("[tracker]\nqueue_capcity = 5\n");
    assert_eq!([&*message, &*place], ["there is no key `queue_capcity` here", "queue_capcity"]);
    assert_eq!(help, "did you mean `queue_capacity`?; docs/serve.toml shows every key and what it takes");
    assert!(told("[trakcer]\n")[2].contains("`tracker`"));
    let [message, place, help] = told("[tracker]\ndialect = \"event\"\n");
    assert_eq!([&*message, &*place], ["`event` is not known here", "\"event\""]);
    assert!(help.contains("`event-id`"), "{help}");
    assert!(told("defects = [\"no-idempotence\"]")[2].contains("did you mean `no-idempotency`?"));
    assert!(told("[tracker.signature]\nscheme = \"gitlab\"")[2].contains("did you mean `github`?"));
    let [message, place, _] = told("[[operator.networks]]\nkind = \"template\"\nkay = \"x\"\n");
    assert!(message.contains("`kay`") && !place.is_empty(), "{message} at {place}");
}

#[test]
fn values_that_cannot_be_used_are_told() {
    let cases = [
        ("listen = \"localhost\"", "`listen` is `localhost`", "\"localhost\"", "127.0.0.1:7070"),
        ("[tracker]\nqueue_capacity = 0", "`tracker.queue_capacity` is 0", "0", "write 1 to 1000000"),
        ("[tracker]\nqueue_capacity = \"many\"", "invalid type", "\"many\"", "docs/serve.toml"),
        ("[tracker]\nendpoints = [\"a\", \"b/c\"]", "is no name of a brand", "\"b/c\"", "1 to 64"),
        (
            "[tracker.admission]\nallow = [\"::1\", \"10.0.0.0/33\"]",
            "`10.0.0.0/33`",
            "\"10.0.0.0/33\"",
            "203.0.113.0/24",
        ),
        ("[tracker.admission]\nburst = 3", "without `per_second`", "3", "add per_second"),
        ("[tracker.admission]\nper_second = 0", "tracker.admission.per_second", "0", "1"),
        ("[connections]\nmost = 0", "`connections.most` is 0", "0", "write 1 to"),
        ("[tracker.signature]\ncanonical = \"raw\"\nscheme = \"slack\"", "as they are", "\"raw\"", "leave"),
        ("[tracker.signature]\nwindow_seconds = 9", "looks at no time", "9", "leave"),
        (
            "[tracker.signature]\nscheme = \"slack\"\nwindow_seconds = 5000000000",
            "out of range",
            "5000000000",
            "1 to 3600",
        ),
        ("[operator]\nsession_days = 0", "`operator.session_days` is wrong: 0 is out of range", "0", "write 1 to 400"),
        (
            "[programme.terms]\nzone = \"Mars\"",
            "`programme.terms.zone` cannot be used",
            "\"Mars\"",
            "America/Sao_Paulo",
        ),
        (
            "[programme]\nspend = \"nowhere\"",
            "`programme.spend` cannot be used: cannot read",
            "\"nowhere\"",
            "CSV file",
        ),
        ("[programme.terms]\nreport_currency = \"EUR\"", "the rates lead to USD", "\"EUR\"", "give rates to EUR"),
        ("[programme.terms.fees]\npercent_of_deposits = \"x\"", "fees.percent_of_deposits", "\"x\"", "0 to 100"),
        (
            "[monitoring.retention]\nevery = \"1s\"",
            "`every` has to lie between 1m and 30d",
            "\"1s\"",
            "docs/serve.toml shows",
        ),
        (
            "[[monitoring.alerts]]\nname = \"a\"\nrule = \"p99\"\nthreshold = 1",
            "`monitoring.alerts.a.rule` is wrong",
            "\"p99\"",
            "use one of error-rate",
        ),
        ("[tracker.tokens]\nkid = \"\"", "`tracker.tokens.kid` is empty", "\"\"", "name it"),
        ("[tracker.tokens]\nprevious_kid = \"a\"", "not there", "\"a\"", "previous_secret_env"),
        ("listen = ", "", "", "docs/serve.toml"),
        (
            "[tracker.tls]\ncertificate = \"nowhere\"\nkey = \"there\"",
            "nowhere cannot be read",
            "\"nowhere\"",
            "check the path",
        ),
        ("[tracker.tls]\ncertificate = \"nowhere\"", "missing field `key`", "", "docs/serve.toml"),
    ];
    for (text, message, place, help) in cases {
        let found = told(text);
        assert!(found[0].contains(message) && found[1].contains(place) && found[2].contains(help), "{text}: {found:?}");
    }
}

#[test]
fn secrets_come_from_the_environment_and_are_not_shown() {
    let signature = |more: &str| format!("[tracker.signature]\n{more}[tracker.tokens]\nsecret_env = \"ONE\"\n");
    let cases = [
        (signature("secret_env = \"NOWHERE\"\n"), "NOWHERE, which is not set", "export NOWHERE="),
        (signature("secret_env = \"EMPTY\"\n"), "EMPTY, which is empty", "export EMPTY="),
        (signature(""), "`tracker.signature.secret_env` is missing", "POSTPROOF_SECRET"),
        (
            signature("secret_env = \"TWO\"\nscheme = \"standard-webhooks\"\n"),
            "signing secret 1 is no Base64",
            "whsec_",
        ),
        (
            signature("secret_env = \"B64\"\nprevious_secret_env = \"TWO\"\nscheme = \"standard-webhooks\"\n"),
            "`tracker.signature.previous_secret_env` cannot be used: signing secret 2",
            "whsec_",
        ),
        ("[tracker.tokens]\nkid = \"a\"\nprevious_secret_env = \"TWO\"\n".to_owned(), "only one of two", "neither"),
        (
            "[tracker.tokens]\nkid = \"a\"\nprevious_kid = \"a\"\nprevious_secret_env = \"TWO\"\n".to_owned(),
            "both keys",
            "of its own",
        ),
    ];
    for (text, message, help) in cases {
        let found = told(&text);
        assert!(found[0].contains(message) && found[2].contains(help), "{text}: {found:?}");
        assert!(!found.iter().any(|part| part.contains("-secret")), "{found:?}");
    }
    let error = read("[tracker.signature]\nsecret = \"hunter2\"\n").map(|_| ()).expect_err("no such key");
    assert!(error.help().contains("`secret_env`") && !error.text().contains("hunter2"), "{error:?}");
}

#[test]
fn secrets_that_stand_in_the_file_are_not_told() {
    let cases = [
        ("secret_env = \"hunter2-not-a-name!\"", "is no name of an environment variable", "such as TRACKER_SECRET"),
        ("secret_env = \"hunter2f00d0123456789abcdef\"", "names an environment variable, which is not set", "capitals"),
        ("secret_env = \"\"\"\nhunter2\nhunter3\"\"\"", "is no name", "such as TRACKER_SECRET"),
        ("secret = \"\"\"\nhunter2\nhunter3\"\"\"", "there is no key `secret` here", "`secret_env`"),
        ("secret_env = [\"hunter2\",\n\"hunter3\"]", "so it is not repeated", "docs/serve.toml"),
        ("secret_env = { hunter2 = 1 }", "so it is not repeated", "docs/serve.toml"),
        ("secret_env = \"hunter2\nhunter3", "", "docs/serve.toml"),
        ("secret_env = hunter2\nhunter3", "", "docs/serve.toml"),
    ];
    for (line, message, help) in cases {
        let text = format!("[tracker.signature]\nscheme = \"github\"\n{line}\n");
        let error = read(&text).map(|_| ()).expect_err(&text);
        assert!(error.to_string().contains(message) && error.help().contains(help), "{error}; {}", error.help());
        assert!(error.place().is_some() && error.text().contains("scheme = \"github\"\n"), "{}", error.text());
        assert!(!format!("{error}{}{}{error:?}", error.help(), error.text()).contains("hunter"), "{error:?}");
    }
    let [message, ..] = told("[tracker.signature]\nsecret_env = 20261121\n");
    assert!(!message.contains("20261121"), "{message}");
}
