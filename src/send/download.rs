//! Downloads: long answers that are read as they come.

use std::time::Duration;

use bytes::Bytes;
use url::Url;

use super::Client;
use super::client::in_words;

/// An answer whose body is still coming.
pub struct Download {
    response: reqwest::Response,
}

impl Client {
    /// Asks for something long, which has to arrive in full within that time. Redirects are not followed.
    ///
    /// # Errors
    /// When no answer begins; in words.
    pub async fn download(&self, url: Url, bearer: Option<&str>, within: Duration) -> Result<Download, String> {
        let mut request = self.http.get(url).timeout(within);
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        let response = request.send().await.map_err(|error| in_words(&error))?;
        Ok(Download { response })
    }
}

impl Download {
    /// The answer's status.
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The next part of the body; `None` at its end.
    ///
    /// # Errors
    /// When the connection breaks or the time is up; in words.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, String> {
        self.response.chunk().await.map_err(|error| in_words(&error))
    }
}
