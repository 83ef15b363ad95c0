//! `GET /landing`: the page a click leads to.
//!
//! It says what it is and shows the click id it was reached with. Registration is the operator's room.

use axum::extract::RawQuery;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::response::{Html, IntoResponse};

use crate::redirector::is_click_id;

/// The page. Only a click id of our own shape is shown, which holds nothing that HTML could read as markup.
pub(crate) async fn page(RawQuery(query): RawQuery) -> impl IntoResponse {
    let headers = [
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, Html(html(&query.unwrap_or_default())))
}

fn html(query: &str) -> String {
    let click_id = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "click_id")
        .map(|(_, value)| value)
        .filter(|value| is_click_id(value));
    let came = match click_id {
        Some(id) => format!("You came with click <code>{id}</code>."),
        None => "You came without a click.".to_owned(),
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Test landing</title>\n\
         <h1>Test landing</h1>\n<p>{came}</p>\n<p>No money is taken here: this page belongs to a test.</p>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_click_ids_are_shown() {
        let own = format!("clk_{}", "0a".repeat(16));
        assert!(html(&format!("click_id={own}")).contains(&own));
        let hostile = html("click_id=%3Cscript%3Ealert(1)%3C/script%3E");
        assert!(!hostile.contains("script") && hostile.contains("without a click"), "{hostile}");
    }
}
