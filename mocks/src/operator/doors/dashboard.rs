//! `GET /operator/dashboard`: the counts as a person reads them.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};

use super::super::office::Office;
use super::super::page::{Page, escaped};
use super::counts::{Counts, Range, collect};
use crate::answer::Refusal;

/// Shows the same days that the counts would.
pub(super) async fn dashboard(
    State(office): State<Arc<Office>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let range = Range::read(query.as_deref().unwrap_or_default(), office.clock.now())?;
    let counts = collect(&office, &range).await?;
    Ok(Page::new("Operator", &content(&counts)).into_response())
}

fn content(counts: &Counts) -> String {
    let mut html = String::from(
        "<h2>Events</h2>\n<table>\n<tr><th>Day</th><th>Brand</th><th>Event</th><th>Count</th><th>Amount</th>\
         <th>Currency</th></tr>\n",
    );
    for line in &counts.counts {
        let cells = [
            line.day.as_str(),
            line.brand_id.as_deref().unwrap_or("–"),
            &line.event,
            &line.count.to_string(),
            line.amount.as_deref().unwrap_or_default(),
            line.currency.as_deref().unwrap_or_default(),
        ];
        row(&mut html, &cells);
    }
    html.push_str(
        "</table>\n<h2>Postbacks</h2>\n<table>\n<tr><th>Network</th><th>Pending</th><th>Delivered</th>\
         <th>Given up</th></tr>\n",
    );
    for (network, delivery) in &counts.delivery {
        let [pending, delivered, dead] =
            [delivery.pending, delivery.delivered, delivery.dead].map(|count| count.to_string());
        row(&mut html, &[network, &pending, &delivered, &dead]);
    }
    html.push_str("</table>\n");
    html
}

fn row(html: &mut String, cells: &[&str]) {
    html.push_str("<tr>");
    for cell in cells {
        // Writing into a string cannot fail.
        let _ = write!(html, "<td>{}</td>", escaped(cell));
    }
    html.push_str("</tr>\n");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::counts::{Delivery, Line};
    use super::*;

    #[test]
    fn names_cannot_break_out() {
        let line = Line {
            day: "2025-10-21".to_owned(),
            brand_id: Some("<script>".to_owned()),
            event: "deposit_success".to_owned(),
            currency: Some("USD".to_owned()),
            count: 3,
            amount: Some("300.00".to_owned()),
        };
        let delivery = BTreeMap::from([("tracker".to_owned(), Delivery { pending: 1, delivered: 2, dead: 0 })]);
        let html = content(&Counts { counts: vec![line], delivery });
        assert!(html.contains("<td>&lt;script&gt;</td><td>deposit_success</td><td>3</td><td>300.00</td>"), "{html}");
        assert!(html.contains("<td>tracker</td><td>1</td><td>2</td><td>0</td>"), "{html}");
    }
}
