//! A page of the operator's site: a whole HTML document, with headers that let it do no harm.
//!
//! Pages bring no style, and no script but that of the tracker's tag. Where a visitor's text goes into one, [`escaped`] goes before it.

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::response::{Html, IntoResponse, Response};

use crate::pixel::Tag;

/// Nothing is loaded, nothing runs, nothing frames it; forms go to the operator alone. A page of a site allows the tag.
const POLICY: &str = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page, as yet without its frame.
pub(crate) struct Page<'a> {
    /// Title and heading, as plain text.
    title: &'a str,
    /// HTML.
    content: &'a str,
    /// Whose page it is, where it may carry the tracker's tag.
    site: Option<&'a str>,
}

impl<'a> Page<'a> {
    /// A page with a plain title and HTML content.
    pub(crate) fn new(title: &'a str, content: &'a str) -> Self {
        Self { title, content, site: None }
    }

    /// The same as a page of that site, on which the tracker's tag may stand.
    pub(crate) fn of_site(self, site: &'a str) -> Self {
        Self { site: Some(site), ..self }
    }
}

impl IntoResponse for Page<'_> {
    fn into_response(self) -> Response {
        let tagged = self.site.and_then(|_| HeaderValue::try_from(format!("{POLICY}; {}", Tag::policy())).ok());
        let headers = [
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (CONTENT_SECURITY_POLICY, tagged.unwrap_or(HeaderValue::from_static(POLICY))),
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            // The address of the landing page holds the click id, which is nobody else's business.
            (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        ];
        let (title, content) = (escaped(self.title), self.content);
        let site = self.site.map_or_else(String::new, |site| format!(" data-site=\"{}\"", escaped(site)));
        let html = format!(
            "<!doctype html>\n<html lang=\"en\"{site}>\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n</head>\n\
             <body>\n<h1>{title}</h1>\n{content}</body>\n</html>\n"
        );
        (headers, Html(html)).into_response()
    }
}

/// Text that HTML reads as text, between tags and in attributes.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(escaped("a<b> & \"c\" 'd'"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
        assert_eq!(escaped("café"), "café");
    }
}
