//! Fetching the credits, once. Waiting for them to settle is `run`'s.

use std::path::{Path, PathBuf};

use url::Url;

use super::{Garbage, credits};
use crate::model::{Credit, Secret};
use crate::scenario::{ReadBackPlan, ReadBackSource};
use crate::send::{Client, Redactor};

/// Largest read-back, in bytes: some two million credits.
const MAX_BYTES: usize = 512 * 1024 * 1024;

/// Where credits are fetched from, ready for use.
pub struct ReadBack {
    /// The plan, with the shape of the credits.
    pub plan: ReadBackPlan,
    /// For a URL.
    pub client: Client,
    /// The read-back's own bearer token.
    pub bearer: Option<Secret>,
    /// What must not appear in errors.
    pub redactor: Redactor,
}

/// Why there are no credits to look at.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Nobody answers at the URL.
    #[error("read-back {url} cannot be reached: {cause}")]
    Unreachable {
        /// The URL.
        url: Url,
        /// Why.
        cause: String,
    },
    /// An answer that is no success.
    #[error("read-back {url} answered {status}: {excerpt}")]
    Status {
        /// The URL.
        url: Url,
        /// The answer's status.
        status: u16,
        /// The beginning of its body.
        excerpt: String,
    },
    /// The file cannot be read.
    #[error("read-back {}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// Something came back, and it is no list of credits.
    #[error("read-back holds no credits ({cause}); it begins: {excerpt}")]
    Garbage {
        /// What is wrong with it.
        cause: Garbage,
        /// Its beginning.
        excerpt: String,
    },
}

impl ReadBack {
    /// Everything that stands in the books now; `None` without a read-back.
    ///
    /// # Errors
    /// When nothing answers, or what does is no list of credits.
    pub async fn fetch(&self) -> Result<Option<Vec<Credit>>, ReadError> {
        let bytes = match &self.plan.source {
            None => return Ok(None),
            Some(ReadBackSource::Url(url)) => self.get(url).await?,
            Some(ReadBackSource::File(path)) => read_file(path).await?,
        };
        let text = String::from_utf8_lossy(&bytes);
        let found = credits(&text, &self.plan);
        found.map(Some).map_err(|cause| ReadError::Garbage { cause, excerpt: self.beginning(&bytes) })
    }

    async fn get(&self, url: &Url) -> Result<Vec<u8>, ReadError> {
        let bearer = self.bearer.as_ref().map(|secret| String::from_utf8_lossy(secret.expose()).into_owned());
        let answer = self.client.get(url.clone(), bearer.as_deref(), MAX_BYTES).await;
        let answer = answer.map_err(|cause| ReadError::Unreachable { url: url.clone(), cause })?;
        if !(200..300).contains(&answer.status) {
            let excerpt = self.beginning(&answer.body);
            return Err(ReadError::Status { url: url.clone(), status: answer.status, excerpt });
        }
        Ok(answer.body.into())
    }
}

async fn read_file(path: &Path) -> Result<Vec<u8>, ReadError> {
    let failed = |cause| ReadError::File { path: path.to_path_buf(), cause };
    let owned = path.to_path_buf();
    let read = tokio::task::spawn_blocking(move || read_bounded(&owned));
    read.await.map_err(|error| failed(std::io::Error::other(error)))?.map_err(failed)
}

/// The bytes of a plain file; a pipe could keep its reader waiting for ever, and a device never ends.
fn read_bounded(path: &Path) -> std::io::Result<Vec<u8>> {
    let length = std::fs::metadata(path).map(|found| found.is_file().then_some(found.len()))?;
    match length {
        None => Err(std::io::Error::other("it is no plain file")),
        Some(length) if length > MAX_BYTES as u64 => {
            Err(std::io::Error::other(format!("it is longer than {MAX_BYTES} bytes")))
        }
        Some(_) => std::fs::read(path),
    }
}
