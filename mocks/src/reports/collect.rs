//! From a source to a finished view: pages are read one after the other, and let go.
//!
//! A report ends where the books stood when it began, so it ends even while postbacks pour in.

use std::future::Future;

use super::entry::{ClickEntry, Entry};
use super::source::{Page, Source, SourceError};
use super::view::View;
use crate::tracker::books::spend::SpendTable;
use crate::tracker::books::terms::Terms;

/// A row with its number.
trait Numbered {
    fn id(&self) -> i64;
}

impl Numbered for Entry {
    fn id(&self) -> i64 {
        self.id
    }
}

impl Numbered for ClickEntry {
    fn id(&self) -> i64 {
        self.id
    }
}

/// Shows a view everything there is, and settles it.
pub(crate) async fn fill(
    view: &mut View,
    source: &impl Source,
    terms: &Terms,
    spend: &SpendTable,
) -> Result<(), SourceError> {
    each(|after| source.clicks(after), |click| view.click(click)).await?;
    each_entry(source, |entry| view.entry(entry, terms)).await?;
    view.spend(spend);
    view.settle(terms);
    Ok(())
}

/// Shows every booked event, in the order of the books.
pub(crate) async fn each_entry(source: &impl Source, show: impl FnMut(&Entry) + Send) -> Result<(), SourceError> {
    each(|after| source.entries(after), show).await
}

async fn each<T, F>(fetch: impl Fn(i64) -> F + Send, mut show: impl FnMut(&T) + Send) -> Result<(), SourceError>
where
    T: Numbered + Send,
    F: Future<Output = Result<Page<T>, SourceError>> + Send,
{
    let (mut after, mut end) = (0, None);
    loop {
        let page = fetch(after).await?;
        let end = *end.get_or_insert(page.upto);
        let Some(last) = page.rows.last().map(Numbered::id) else {
            return Ok(());
        };
        page.rows.iter().take_while(|row| row.id() <= end).for_each(&mut show);
        if last >= end {
            return Ok(());
        }
        // A source that answers with the same page for ever is broken, not long.
        if last <= after {
            return Err(SourceError);
        }
        after = last;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::*;
    use crate::reports::entry::ClickFacts;

    fn page(ids: &[i64], upto: i64) -> Page<ClickEntry> {
        let click =
            |id: &i64| ClickEntry { id: *id, at: Timestamp::UNIX_EPOCH, facts: Arc::new(ClickFacts::default()) };
        Page { rows: ids.iter().map(click).collect(), upto }
    }

    async fn seen(
        pages: impl Fn(i64) -> Result<Page<ClickEntry>, SourceError> + Send,
    ) -> Result<Vec<i64>, SourceError> {
        let mut seen = Vec::new();
        each(move |after| std::future::ready(pages(after)), |click: &ClickEntry| seen.push(click.id)).await?;
        Ok(seen)
    }

    #[tokio::test]
    async fn pages_are_read_to_where_the_books_stood() {
        let growing = |after: i64| Ok(page(&[after + 1, after + 2], 5 + after));
        assert_eq!(seen(growing).await, Ok(vec![1, 2, 3, 4, 5]));
        assert_eq!(seen(|_| Ok(page(&[], 0))).await, Ok(vec![]));
    }

    #[tokio::test]
    async fn a_broken_source_is_told() {
        assert_eq!(seen(|_| Ok(page(&[1, 2], 9))).await, Err(SourceError));
        assert_eq!(seen(|_| Err(SourceError)).await, Err(SourceError));
    }
}
