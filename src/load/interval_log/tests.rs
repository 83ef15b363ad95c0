//! Interval logs: read back without loss, by the library alone too; torn, foreign and damaged ones are told.

use proptest::prelude::*;

use super::*;

fn latency(micros: &[u64]) -> Latency {
    let mut latency = Latency::new();
    for &micros in micros {
        latency.record(Duration::from_micros(micros));
    }
    latency
}

fn began() -> Timestamp {
    "2026-11-20T09:30:00Z".parse().unwrap()
}

fn sample(path: &Path) {
    let mut log = IntervalLog::create(path, began()).unwrap();
    log.write(0, "response", &latency(&[900, 1_100, 70_000_000])).unwrap();
    log.write(0, "response.stage.warm up, slowly", &latency(&[900])).unwrap();
    log.write(1, "lag", &latency(&[])).unwrap();
    log.write(1, "response", &latency(&[5])).unwrap();
    log.finish().unwrap();
}

fn told(path: &Path) -> String {
    Intervals::open(path).unwrap().find_map(Result::err).map_or_else(String::new, |error| error.to_string())
}

#[test]
fn what_was_clamped_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latency.hlog");
    sample(&path);
    let read: Vec<Interval> = Intervals::open(&path).unwrap().collect::<Result<_, _>>().unwrap();
    let told = read.iter().map(|i| (i.second, i.tag.as_str(), i.latency.count(), i.latency.clamped()));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [(0, "response", 3, 1), (0, "response.stage.warm up, slowly", 1, 0), (1, "response", 1, 0)]
    );
    assert!(read[0].latency.max() >= Duration::from_mins(1));
}

#[test]
fn standard_readers_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latency.hlog");
    sample(&path);
    let text = std::fs::read(&path).unwrap();
    let entries: Vec<LogEntry<'_>> = IntervalLogIterator::new(&text).collect::<Result<_, _>>().unwrap();
    assert_eq!(entries[0], LogEntry::StartTime(Duration::from_mins(29_919_450)));
    let [LogEntry::Interval(first), LogEntry::Interval(second), _] = &entries[1..] else { panic!("{entries:?}") };
    assert_eq!(first.tag().map(|tag| tag.as_str()), Some("response"));
    assert_eq!(second.tag().map(|tag| tag.as_str()), Some("response.stage.warm%20up%2c%20slowly"));
    assert_eq!((first.start_timestamp(), first.duration()), (Duration::ZERO, Duration::from_secs(1)));
    // The first four bytes of base64 are those of V2 with deflate.
    assert!(first.encoded_histogram().starts_with("HISTF"), "{}", first.encoded_histogram());
}

#[test]
fn what_is_no_log_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latency.hlog");
    sample(&path);
    let text = std::fs::read_to_string(&path).unwrap();
    let lines = text.lines().count();
    std::fs::write(&path, &text[..text.len() - 3]).unwrap();
    assert!(told(&path).contains(&format!("line {lines} of")) && told(&path).contains("cut off"), "{}", told(&path));
    for (broken, what) in [
        ("{\"schema\":1}\n", "line 1 of"),
        ("Tag=a,0.000,1.000,1.0,HISTF\n", "no histogram"),
        ("Tag=a,0.000,1.000,1.0,AAAA\n", "no histogram"),
        ("#[Clamped: x]\n", "no number of clamped"),
        (&format!("{text}Tag=a,0.000,1.000,1.0,AAAA\n"), "back in time"),
    ] {
        std::fs::write(&path, broken).unwrap();
        assert!(told(&path).contains(what), "{broken}: {}", told(&path));
    }
    assert!(Intervals::open(&folder.path().join("nowhere")).is_err());
}

#[test]
fn other_bounds_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latency.hlog");
    let mut file = Vec::new();
    let mut other = hdrhistogram::Histogram::<u64>::new_with_bounds(1, 1_000_000, 2).unwrap();
    other.record(5).unwrap();
    let mut serializer = V2DeflateSerializer::new();
    let mut writer = IntervalLogWriterBuilder::new().begin_log_with(&mut file, &mut serializer).unwrap();
    writer.write_histogram(&other, Duration::ZERO, Duration::from_secs(1), None).unwrap();
    std::fs::write(&path, file).unwrap();
    assert!(told(&path).contains("other bounds"), "{}", told(&path));
}

#[test]
fn seconds_go_forward_and_a_full_disk_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = IntervalLog::create(&folder.path().join("latency.hlog"), began()).unwrap();
    log.write(3, "lag", &latency(&[5])).unwrap();
    assert!(log.write(2, "lag", &latency(&[5])).is_err());
    let mut log = IntervalLog::create(Path::new("/dev/full"), began()).unwrap();
    let written = log.write(0, "lag", &latency(&[5]));
    assert!(written.and_then(|()| log.finish()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn latencies_are_read_back_as_they_were(seconds in prop::collection::vec(prop::collection::vec(0_u64..90_000_000, 0..40), 1..5)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("latency.hlog");
        let mut log = IntervalLog::create(&path, began()).unwrap();
        for (second, micros) in seconds.iter().enumerate() {
            log.write(second as u64, "response", &latency(micros)).unwrap();
        }
        log.finish().unwrap();
        let mut merged = Latency::new();
        for interval in Intervals::open(&path).unwrap() {
            let interval = interval.unwrap();
            let index = usize::try_from(interval.second).unwrap();
            let expected = latency(&seconds[index]);
            prop_assert_eq!(interval.latency.histogram(), expected.histogram());
            prop_assert_eq!(interval.latency.clamped(), expected.clamped());
            merged.merge(&interval.latency);
        }
        let all = latency(&seconds.concat());
        prop_assert_eq!(merged.histogram(), all.histogram());
        prop_assert_eq!(merged.clamped(), all.clamped());
    }
}
