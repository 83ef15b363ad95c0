//! A scraper: reads the text format of Prometheus and refuses what a real one would.

use std::collections::BTreeMap;

use crate::harness::Running;

/// A page, read.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// Values as they were written, by name and labels.
    samples: BTreeMap<String, String>,
    kinds: BTreeMap<String, String>,
}

impl Page {
    /// Asks a stack for its figures.
    pub(crate) async fn of(stack: &Running) -> Self {
        let answer = stack.client.get(stack.at("/metrics")).send().await.expect("an answer");
        let kind = answer.headers()["content-type"].to_str().expect("text").to_owned();
        assert_eq!((answer.status().as_u16(), &*kind), (200, "text/plain; version=0.0.4; charset=utf-8"));
        Self::read(&answer.text().await.expect("a whole body")).expect("the text format")
    }

    /// Reads a page, or says which line is none.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        if !text.ends_with('\n') {
            return Err("the last line does not end".to_owned());
        }
        let mut page = Self::default();
        for line in text.lines().filter(|line| !line.is_empty()) {
            page.take(line).ok_or_else(|| line.to_owned())?;
        }
        for (name, _) in page.kinds.iter().filter(|(_, kind)| *kind == "histogram") {
            page.rises(name).ok_or_else(|| format!("{name} does not add up"))?;
        }
        Ok(page)
    }

    /// The value as it was written.
    pub(crate) fn text(&self, series: &str) -> &str {
        self.samples.get(series).expect(series)
    }

    /// A figure that has to be whole.
    pub(crate) fn count(&self, series: &str) -> u64 {
        self.text(series).parse().expect(series)
    }

    /// The series of a family, by what stands between the quotes of its one label.
    pub(crate) fn family(&self, name: &str) -> BTreeMap<&str, &str> {
        let of = |series: &'_ str| series.split('{').next() == Some(name);
        let labelled = self.samples.iter().filter(|(series, _)| of(series));
        labelled.filter_map(|(series, value)| Some((series.split('"').nth(1)?, value.as_str()))).collect()
    }

    /// The sum of a family.
    pub(crate) fn sum(&self, name: &str) -> u64 {
        self.family(name).values().map(|value| value.parse::<u64>().expect("a whole number")).sum()
    }

    fn take(&mut self, line: &str) -> Option<()> {
        if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ')?;
            let known = ["counter", "gauge", "histogram"].contains(&kind) && is_name(name);
            let fresh = self.kinds.insert(name.to_owned(), kind.to_owned()).is_none();
            return (known && fresh).then_some(());
        }
        if line.starts_with('#') {
            return line.starts_with("# HELP ").then_some(());
        }
        let (series, value) = line.rsplit_once(' ')?;
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        let labels = labels.strip_suffix('}')?;
        let label = |pair: &str| {
            let (name, value) = pair.split_once('=')?;
            let value = value.strip_prefix('"')?.strip_suffix('"')?;
            (is_name(name) && !value.contains(['"', '\\', '\n'])).then_some(())
        };
        if !labels.is_empty() {
            labels.split(',').try_for_each(label)?;
        }
        value.parse::<f64>().ok().filter(|value| value.is_finite())?;
        let family = ["_bucket", "_sum", "_count"].into_iter().find_map(|suffix| {
            let name = name.strip_suffix(suffix)?;
            self.kinds.get(name).filter(|kind| *kind == "histogram")
        });
        let typed = self.kinds.get(name).or(family)?;
        let counts_down = typed == "counter" && value.starts_with('-');
        let fresh = self.samples.insert(series.to_owned(), value.to_owned()).is_none();
        (is_name(name) && fresh && !counts_down).then_some(())
    }

    /// Whether a histogram's buckets rise up to its count.
    fn rises(&self, name: &str) -> Option<()> {
        let number = |series: String| self.samples.get(&series)?.parse::<u64>().ok();
        let mut buckets: Vec<(f64, u64)> = Vec::new();
        for (bound, count) in self.family(&format!("{name}_bucket")) {
            buckets.push((bound.replace("+Inf", "inf").parse().ok()?, count.parse().ok()?));
        }
        buckets.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let rising = buckets.windows(2).all(|pair| pair[0].1 <= pair[1].1);
        let (bound, all) = *buckets.last()?;
        let whole = bound.is_infinite() && number(format!("{name}_count")) == Some(all);
        (rising && whole).then_some(())
    }
}

fn is_name(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    text.bytes().next().is_some_and(letter) && text.bytes().all(|byte| letter(byte) || byte.is_ascii_digit())
}

#[test]
fn what_a_scraper_would_refuse_is_refused() {
    let sound = "# HELP a b\n# TYPE a counter\na 1\na{x=\"y\"} 2\n";
    assert_eq!(Page::read(sound).expect("sound").count("a{x=\"y\"}"), 2);
    let histogram = |one, all, count| {
        format!(
            "# TYPE h histogram\nh_bucket{{le=\"1\"}} {one}\nh_bucket{{le=\"+Inf\"}} {all}\nh_sum 1\nh_count {count}\n"
        )
    };
    assert!(Page::read(&histogram(1, 2, 2)).is_ok());
    assert!(Page::read(&histogram(2, 1, 1)).is_err() && Page::read(&histogram(1, 2, 3)).is_err());
    for text in [
        "a 1\n",
        "# TYPE a counter\na 1",
        "# TYPE a counter\na -1\n",
        "# TYPE a counter\na one\n",
        "# TYPE a counter\na NaN\n",
        "# TYPE a counter\na 1\na 1\n",
        "# TYPE a counter\n# TYPE a gauge\n",
        "# TYPE a heap\n",
        "# TYPE a gauge\na{x=\"y} 1\n",
        "# TYPE a gauge\na{x=y} 1\n",
        "# TYPE a gauge\na{1x=\"y\"} 1\n",
        "# TYPE 1a gauge\n",
        "#TYPE a gauge\n",
    ] {
        assert!(Page::read(text).is_err(), "{text:?}");
    }
}
