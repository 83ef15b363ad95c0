//! Fleets: the manifest under `docs/scale/` held to the schemas of Kubernetes, and what shards leave, merged and compared
//! by the command.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use jiff::Timestamp;
use jsonschema::Validator;
use postproof::load::{
    Identity, IntervalLog, LATENCIES, LedgerWriter, LoadRecord, Place, Shard, SlotSums, write_record,
};
use postproof::model::{EventKey, EventKind, Outcome, Record, Stance};
use postproof::scenario;
use postproof::stats::{Count, Latency};
use serde_json::{Value, json};
use yaml_rust2::{Yaml, YamlLoader};

use crate::command::{code, text, wait};
use crate::process::{Stack, postproof};

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn file(path: &str) -> String {
    std::fs::read_to_string(root(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The documents of a manifest.
fn documents(yaml: &str) -> Vec<Value> {
    YamlLoader::load_from_str(yaml).expect("YAML").iter().map(json_of).collect()
}

fn json_of(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::String(text) => json!(text),
        Yaml::Integer(number) => json!(number),
        Yaml::Boolean(flag) => json!(flag),
        Yaml::Array(items) => items.iter().map(json_of).collect(),
        Yaml::Hash(members) => {
            let member =
                |(key, value): (&Yaml, &Yaml)| (key.as_str().expect("a text for a key").to_owned(), json_of(value));
            Value::Object(members.iter().map(member).collect())
        }
        other => panic!("nothing that a manifest needs: {other:?}"),
    }
}

/// The schema of each kind.
fn schemas() -> BTreeMap<String, Validator> {
    let all: Value = serde_json::from_str(&file("tests/vectors/kubernetes/schemas.json")).expect("JSON");
    let validator = |(kind, place): (&String, &Value)| {
        let schema = json!({ "$ref": place, "$defs": all["$defs"] });
        (kind.clone(), jsonschema::validator_for(&schema).expect("a schema"))
    };
    all["kinds"].as_object().expect("kinds").iter().map(validator).collect()
}

/// What Kubernetes would not take.
fn complaints(schemas: &BTreeMap<String, Validator>, document: &Value) -> Vec<String> {
    let kind = document["kind"].as_str().unwrap_or("nothing");
    match schemas.get(kind) {
        None => vec![format!("{kind} is no kind that is known")],
        Some(schema) => schema.iter_errors(document).map(|error| error.to_string()).collect(),
    }
}

#[test]
fn the_manifest_is_what_kubernetes_takes() {
    let schemas = schemas();
    let documents = documents(&file("docs/scale/job.yaml"));
    let kinds: Vec<&str> = documents.iter().filter_map(|document| document["kind"].as_str()).collect();
    assert_eq!(kinds, ["ConfigMap", "PersistentVolumeClaim", "Job"]);
    for document in &documents {
        assert_eq!(complaints(&schemas, document), Vec::<String>::new(), "{}", document["kind"]);
    }
}

#[test]
fn the_schemas_refuse_what_kubernetes_would_not_take() {
    let schemas = schemas();
    let manifest = file("docs/scale/job.yaml");
    for (right, wrong) in [
        ("completions: 4", "completions: four"),
        ("completionMode: Indexed", "completionsMode: Indexed"),
        ("restartPolicy: Never", "restartPolicy: [Never]"),
        ("              value: \"4\"", "              value: 4"),
        ("kind: Job", "kind: Jobs"),
        ("  accessModes:\n    - ReadWriteMany\n", "  accessModes: ReadWriteMany\n"),
    ] {
        let broken = manifest.replacen(right, wrong, 1);
        assert_ne!(broken, manifest, "{right} is in the manifest");
        let found: Vec<String> =
            documents(&broken).iter().flat_map(|document| complaints(&schemas, document)).collect();
        assert!(!found.is_empty(), "{wrong}");
    }
}

#[test]
fn the_manifest_fits_together() {
    let documents = documents(&file("docs/scale/job.yaml"));
    let [config, claim, job] = documents.as_slice() else { panic!("three documents") };
    let spec = &job["spec"];
    let pod = &spec["template"]["spec"];
    let container = &pod["containers"][0];
    let variable = |name: &str| {
        let variables = container["env"].as_array().expect("variables");
        variables.iter().find(|variable| variable["name"] == name).cloned().unwrap_or_else(|| panic!("{name}"))
    };
    assert_eq!((&spec["completionMode"], &spec["completions"]), (&json!("Indexed"), &spec["parallelism"]));
    assert_eq!(variable("POSTPROOF_SHARDS")["value"], json!(spec["completions"].to_string()));
    for key in ["tag", "start-at"] {
        assert!(config["data"][key].is_string(), "{key}");
    }
    assert_eq!(variable("POSTPROOF_START_AT")["valueFrom"]["configMapKeyRef"]["key"], "start-at");
    let start: Result<Timestamp, _> = config["data"]["start-at"].as_str().expect("an instant").parse();
    assert!(start.is_ok());
    assert_eq!(pod["volumes"][1]["persistentVolumeClaim"]["claimName"], claim["metadata"]["name"]);
    let secret = |name: &str| variable(name)["valueFrom"]["secretKeyRef"]["name"].clone();
    assert_eq!(
        [secret("POSTPROOF_SECRET"), secret("POSTPROOF_JWT_SECRET")],
        ["postproof-secrets", "postproof-secrets"]
    );
    let scenario = config["data"]["load.toml"].as_str().expect("a scenario");
    let raw = scenario::read("load.toml", scenario).expect("it reads");
    assert!(scenario::check(&raw, "load.toml", scenario).is_ok());
    assert_eq!(container["resources"]["requests"], container["resources"]["limits"]);
}

/// What a shard would leave whose answers took about so long.
fn leave(folder: &Path, (index, count): (u32, u32), seed: u64, usual: Duration) {
    std::fs::create_dir_all(folder).expect("a folder");
    let raw = scenario::read("it", "").expect("a scenario");
    let scenario = scenario::check(&raw, "it", "").expect("a scenario");
    let start = "2026-11-01T00:00:00Z".parse().expect("an instant");
    let place = Place { target: "http://127.0.0.1:9/postback", signing: "hmac" };
    let tag = "fleet".parse().expect("a tag");
    let identity = Identity::of(&scenario, place, seed, &tag, start);
    let mut record = LoadRecord::new(identity, Shard::new(index, count).expect("a shard"), start);

    let mut ledger = LedgerWriter::create(folder, 0).expect("a ledger");
    let mut log = IntervalLog::create(&folder.join(LATENCIES), start).expect("a log");
    for second in 0..30 {
        let mut latency = Latency::new();
        for n in 0..400 {
            latency.record(usual + Duration::from_micros(n));
            ledger.add(&attempt(second * 400 + n));
        }
        log.write(second, "response", &latency).expect("written");
        log.write(second, "service", &latency).expect("written");
        let count = Count { bad: 0, total: 400 };
        record.count(second, count, &[count, count]);
    }
    log.finish().expect("written");
    record.ledger_records = ledger.finish().expect("written").records;
    record.slots = SlotSums { planned: 12_000, sent: 12_000, ..SlotSums::default() };
    record.in_plan = 12_000;
    write_record(&record, folder).expect("written");
}

fn attempt(journey: u64) -> Record {
    Record {
        key: EventKey { journey, slot: 1, kind: EventKind::Registration },
        stance: Stance::Genuine,
        outcome: Outcome::Ok { repeat: Some(false) },
        stage: 0,
        owed: 7,
        scheduled_ms: 0,
        response_us: 900,
    }
}

fn report(folder: &Path, args: &[&str]) -> Output {
    postproof(folder).arg("report").args(args).output().expect("it runs")
}

const TEN: Duration = Duration::from_millis(10);

#[expect(clippy::disallowed_methods, reason = "processes begin by the machine's clock")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// Two shards of one load as two processes, which begin together.
fn fire_shards(folder: &Path, stack: &Stack) {
    // Late enough for both to have started and clicked on a busy machine.
    let begins = now() + Duration::from_secs(10);
    let shard = |index: u32| {
        let mut command = postproof(folder);
        command.args(["load", "load.toml", "--seed", "7", "--tag", "fleet", "--quiet"]);
        command.args([
            "--start-at",
            &begins.to_string(),
            "--shard",
            &format!("{index}/2"),
            "--out",
            &format!("s{index}"),
        ]);
        command.envs(stack.env.iter().cloned()).spawn().expect("it starts")
    };
    let mut shards = [shard(1), shard(2)];
    // A shard's own verdict is not the fleet's; only that it ran counts here.
    let codes = shards.each_mut().map(wait);
    assert!(codes.iter().all(|code| [0, 1, 4].contains(code)), "{codes:?}");
}

const LOAD: &str = r#"
name = "fleet"
[load]
connections = 4
clicks = 20
canaries = 0
stages = [{ for = "3s", rate = 60 }]
"#;

#[test]
fn shards_are_merged_and_judged_once() {
    let here = tempfile::tempdir().expect("a folder");
    std::fs::write(here.path().join("load.toml"), LOAD).expect("written");
    let stack = Stack::serve(here.path(), &["--listen", "127.0.0.1:0"]);
    fire_shards(here.path(), &stack);
    let merged = |shards: &[&str]| {
        let mut command = postproof(here.path());
        command.args(["report", "merge", "--scenario", "load.toml", "--out", "whole", "--format", "json"]).args(shards);
        let output = command.envs(stack.env.iter().cloned()).output().expect("it runs");
        let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!("{error}: {}", text(&output.stderr));
        });
        found
    };
    let verdict = |found: &Value, id: &str| {
        let checks = found["checks"].as_array().expect("checks");
        checks.iter().find(|check| check["id"] == id).map(|check| check["verdict"].clone()).expect("a check")
    };
    let whole = merged(&["s2", "s1"]);
    for id in ["load.shards", "load.evidence"] {
        assert_eq!(verdict(&whole, id), "pass", "{id}: {whole}");
    }
    let ledger = &whole["ledger"];
    assert_eq!([&ledger["lost"], &ledger["double"], &ledger["corrupt"]], [&json!(0), &json!(0), &json!(0)], "{ledger}");
    let events = |found: &Value| found["ledger"]["events"].as_u64().expect("a number");
    assert!(events(&whole) > 100, "{ledger}");

    let part = merged(&["s1"]);
    assert_eq!(verdict(&part, "load.shards"), "inconclusive");
    assert!(part.to_string().contains("missing: 2/2"), "{part}");
    assert!(events(&part) < events(&whole));
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let here = tempfile::tempdir().expect("a folder");
    leave(&here.path().join("s1"), (1, 2), 7, TEN);
    leave(&here.path().join("s2"), (2, 2), 8, TEN);
    let told = |args: &[&str]| {
        let output = report(here.path(), args);
        assert_eq!(code(&output), 2, "{args:?}");
        text(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(told(&["merge", "s1", "s2", "--out", "o"]).contains("seed differs"));
    assert!(told(&["merge", "s1", "s1", "--out", "o"]).contains("shard 1 is there twice"));
    assert!(told(&["merge", "s1", "nowhere", "--out", "o"]).contains("nowhere/load.json"));
    assert!(told(&["merge", "s1", "s2", "--out", "s1"]).contains("is to be merged and written to"));
    assert!(here.path().join("s1/load.json").exists(), "what was to be merged stays");
    assert!(told(&["merge", "--out", "o"]).contains("<DIR>"));
    assert!(told(&["compare", "s1", "nowhere"]).contains("nowhere/load.json"));
    assert!(told(&["compare", "s1", "s2", "--tolerance", "10"]).contains("such as 10%"));
}

#[test]
fn a_later_load_is_worse_or_not_or_nobody_can_tell() {
    let here = tempfile::tempdir().expect("a folder");
    leave(&here.path().join("before"), (1, 1), 7, TEN);
    leave(&here.path().join("same"), (1, 1), 9, TEN);
    leave(&here.path().join("slower"), (1, 1), 7, TEN * 2);
    let same = report(here.path(), &["compare", "before", "same", "--tolerance", "20%"]);
    assert_eq!(code(&same), 0, "{}", text(&same.stdout));
    let slower = report(here.path(), &["compare", "before", "slower", "--tolerance", "20%", "--format", "json"]);
    assert_eq!(code(&slower), 1);
    let found: Value = serde_json::from_slice(&slower.stdout).expect("a comparison");
    assert_eq!((&found["schema"], &found["verdict"]), (&json!("postproof.comparison/1"), &json!("fail")));
    let tight = report(here.path(), &["compare", "before", "same", "--tolerance", "0%"]);
    assert_eq!(code(&tight), 4, "{}", text(&tight.stdout));
    assert!(text(&tight.stdout).contains("nobody can tell"));
}
