//! Following a read-back as it comes, from a URL or a file, in little memory however long it is.

use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;
use url::Url;

use super::stream::{CreditStream, MAX_STREAM};
use super::{Garbage, ReadBack, ReadError};
use crate::model::CreditRow;
use crate::scenario::ReadBackSource;

/// How long a whole download may take: at ten megabytes a second, six gigabytes arrive by then.
const WITHIN: Duration = Duration::from_mins(10);

/// How much of a file is read at once; a few of these wait to be parsed.
const CHUNK: usize = 1 << 20;
const WAITING: usize = 4;

/// How much of the beginning is kept for an error to show.
const HEAD: usize = 4096;

/// Who is told of the credits.
type Visit<'v> = dyn FnMut(&CreditRow<'_>) + Send + 'v;

/// A read-back that is being followed.
struct Following<'a> {
    read_back: &'a ReadBack,
    stream: CreditStream<'a>,
    /// Its beginning.
    head: Vec<u8>,
}

impl ReadBack {
    /// Tells of everything that stands in the books now, one credit at a time; how many there are, or `None` without a
    /// read-back. What was told before an error is not the whole.
    ///
    /// # Errors
    /// When nothing answers, or what does is no list of credits.
    pub async fn stream(&self, visit: &mut Visit<'_>) -> Result<Option<u64>, ReadError> {
        let following = Following { read_back: self, stream: CreditStream::new(&self.plan), head: Vec::new() };
        match &self.plan.source {
            None => Ok(None),
            Some(ReadBackSource::Url(url)) => following.url(url, visit).await.map(Some),
            Some(ReadBackSource::File(path)) => following.file(path, visit).await.map(Some),
        }
    }

    /// The beginning of what came back, so far as it may be shown: of JSON only the keys, for its values may be players'
    /// data, even where the rest of it is garbage or has not come.
    pub(super) fn beginning(&self, head: &[u8]) -> String {
        let text = String::from_utf8_lossy(head);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if !text.starts_with(['{', '[', '"']) {
            return self.redactor.excerpt(text.as_bytes());
        }
        let object = text.trim_start_matches(['[', ' ', '\t', '\r', '\n']);
        let first = serde_json::Deserializer::from_str(object).into_iter::<serde_json::Value>().next();
        match first {
            Some(Ok(serde_json::Value::Object(object))) => {
                let keys: Vec<&str> = object.keys().map(String::as_str).collect();
                format!("JSON, its first object with the keys {}", self.redactor.excerpt(keys.join(", ").as_bytes()))
            }
            _ => "something like JSON, but no whole object".to_owned(),
        }
    }
}

impl Following<'_> {
    async fn url(mut self, url: &Url, visit: &mut Visit<'_>) -> Result<u64, ReadError> {
        let unreachable = |cause| ReadError::Unreachable { url: url.clone(), cause };
        let read_back = self.read_back;
        let bearer = read_back.bearer.as_ref().map(|secret| String::from_utf8_lossy(secret.expose()).into_owned());
        let download = read_back.client.download(url.clone(), bearer.as_deref(), WITHIN).await;
        let mut download = download.map_err(unreachable)?;
        let status = download.status();
        while let Some(chunk) = download.chunk().await.map_err(unreachable)? {
            if (200..300).contains(&status) {
                self.feed(&chunk, visit)?;
            } else if self.keep(&chunk) {
                break;
            }
        }
        if (200..300).contains(&status) {
            return self.finish(visit);
        }
        Err(ReadError::Status { url: url.clone(), status, excerpt: read_back.beginning(&self.head) })
    }

    async fn file(mut self, path: &Path, visit: &mut Visit<'_>) -> Result<u64, ReadError> {
        let failed = |cause| ReadError::File { path: path.to_path_buf(), cause };
        let (sender, mut chunks) = mpsc::channel(WAITING);
        let owned = path.to_path_buf();
        let reader = tokio::task::spawn_blocking(move || read(&owned, &sender));
        while let Some(chunk) = chunks.recv().await {
            self.feed(&chunk, visit)?;
        }
        reader.await.map_err(|error| failed(std::io::Error::other(error)))?.map_err(failed)?;
        self.finish(visit)
    }

    fn feed(&mut self, bytes: &[u8], visit: &mut Visit<'_>) -> Result<(), ReadError> {
        self.keep(bytes);
        self.stream.feed(bytes, visit).map_err(|cause| garbage(self.read_back, &self.head, cause))
    }

    /// Keeps the beginning; tells whether there is enough of it.
    fn keep(&mut self, bytes: &[u8]) -> bool {
        let missing = HEAD - self.head.len();
        self.head.extend_from_slice(&bytes[..bytes.len().min(missing)]);
        self.head.len() == HEAD
    }

    fn finish(self, visit: &mut Visit<'_>) -> Result<u64, ReadError> {
        self.stream.finish(visit).map_err(|cause| garbage(self.read_back, &self.head, cause))
    }
}

fn garbage(read_back: &ReadBack, head: &[u8], cause: Garbage) -> ReadError {
    ReadError::Garbage { cause, excerpt: read_back.beginning(head) }
}

/// Passes on the bytes of a plain file; a pipe could keep its reader waiting for ever, and a device never ends.
fn read(path: &Path, chunks: &mpsc::Sender<Bytes>) -> std::io::Result<()> {
    let found = std::fs::metadata(path)?;
    if !found.is_file() {
        return Err(std::io::Error::other("it is no plain file"));
    }
    if found.len() > MAX_STREAM {
        return Err(std::io::Error::other(format!("it is longer than {MAX_STREAM} bytes")));
    }
    let mut file = std::fs::File::open(path)?;
    loop {
        let mut chunk = Vec::with_capacity(CHUNK);
        file.by_ref().take(CHUNK as u64).read_to_end(&mut chunk)?;
        // Nobody listens any more when the text turned out to be garbage.
        if chunk.is_empty() || chunks.blocking_send(chunk.into()).is_err() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use wiremock::matchers::method;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;
    use crate::scenario::{self, ReadBackPlan};
    use crate::send::{Client, Redactor, TlsFiles};

    fn read_back(source: ReadBackSource) -> ReadBack {
        let raw = scenario::read("test", "").unwrap();
        let plan = scenario::check(&raw, "test", "").unwrap().read_back;
        let client =
            Client::new(Duration::from_secs(5), Duration::from_secs(5), &TlsFiles::default()).expect("a client");
        let plan = ReadBackPlan { source: Some(source), ..plan };
        ReadBack { plan, client, bearer: None, redactor: Redactor::default() }
    }

    async fn followed(read_back: &ReadBack) -> (Result<Option<u64>, String>, Vec<String>) {
        let mut ids = Vec::new();
        let mut visit = |row: &CreditRow<'_>| ids.push(row.event_id.clone().into_owned());
        let read = read_back.stream(&mut visit).await.map_err(|error| error.to_string());
        (read, ids)
    }

    /// Rows of more than a few chunks.
    fn rows(count: usize) -> String {
        (0..count).fold(String::new(), |mut text, number| {
            let _ = writeln!(text, r#"{{"event_id":"{number}","click_id":"clk_secret_player_{number:0100}"}}"#);
            text
        })
    }

    #[tokio::test]
    async fn a_file_of_many_chunks_comes_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credits.ndjson");
        std::fs::write(&path, rows(50_000)).unwrap();
        let (read, ids) = followed(&read_back(ReadBackSource::File(path))).await;
        assert_eq!(read, Ok(Some(50_000)));
        assert!(ids.iter().enumerate().all(|(place, id)| *id == place.to_string()));
    }

    #[tokio::test]
    async fn a_url_is_followed_like_a_file_and_refusals_are_told() {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(200).set_body_string(rows(20_000));
        Mock::given(method("GET")).respond_with(answer).up_to_n_times(1).mount(&server).await;
        Mock::given(method("GET")).respond_with(ResponseTemplate::new(403).set_body_string("no")).mount(&server).await;
        let read_back = read_back(ReadBackSource::Url(server.uri().parse().unwrap()));
        let (read, ids) = followed(&read_back).await;
        assert_eq!((read, ids.len()), (Ok(Some(20_000)), 20_000));
        let (read, _) = followed(&read_back).await;
        assert!(read.unwrap_err().ends_with("answered 403: no"));
    }

    #[tokio::test]
    async fn what_is_wrong_is_told_without_the_values() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credits.ndjson");
        let whole = |path: &Path| {
            let read_back = read_back(ReadBackSource::File(path.to_path_buf()));
            async move { read_back.fetch().await.unwrap_err().to_string() }
        };
        let (sound, page) = (rows(20_000), "<html>not here</html>");
        for (text, told) in [
            (format!("{sound}{{oops}}\n{sound}"), "line 20001, column 2: no JSON: key must be a string"),
            (format!("[{}", rows(1)), "EOF while parsing a list"),
            ("{\"event_id\":\"clk_secret_player".to_owned(), "EOF while parsing a string"),
            (page.to_owned(), "begins: <html>not here</html>"),
        ] {
            std::fs::write(&path, &text).unwrap();
            let (read, _) = followed(&read_back(ReadBackSource::File(path.clone()))).await;
            for error in [read.unwrap_err(), whole(&path).await] {
                assert!(error.contains(told) && !error.contains("secret_player"), "{error}");
            }
        }
        let (read, _) = followed(&read_back(ReadBackSource::File(folder.path().to_path_buf()))).await;
        assert!(read.unwrap_err().ends_with("it is no plain file"));
        assert_eq!(followed(&read_back(ReadBackSource::File(folder.path().join("none")))).await.1.len(), 0);
    }
}
