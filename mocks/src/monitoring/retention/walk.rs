//! A walk over a table in stretches of bounded length, so that its owner is never held up for long, and so that no
//! index has to be kept for the sake of what grows old.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::RetainError;

/// How far a walk has come.
#[derive(Debug, Default)]
pub(crate) struct Walk<K>(Mutex<Place<K>>);

/// A stretch that was looked at.
#[derive(Debug)]
pub(crate) struct Stretch<K> {
    /// The key it ended with; nothing where the table ends.
    pub(crate) last: Option<K>,
    /// How many things were removed in it.
    pub(crate) removed: u64,
}

#[derive(Debug, Default)]
struct Place<K> {
    after: K,
    ended: bool,
}

impl<K: Clone + Default> Walk<K> {
    /// Looks at stretches, each behind the key where the one before it ended, until something was removed or the table
    /// ends; says how much was removed. After a nought the next walk begins.
    pub(crate) async fn go<F>(&self, stretch: impl Fn(K) -> F) -> Result<u64, RetainError>
    where
        F: Future<Output = Result<Stretch<K>, RetainError>>,
    {
        loop {
            let Some(after) = self.next() else { return Ok(0) };
            let Stretch { last, removed } = stretch(after).await?;
            let mut place = self.place();
            match last {
                Some(last) => place.after = last,
                None => place.ended = true,
            }
            if removed > 0 {
                return Ok(removed);
            }
        }
    }

    fn next(&self) -> Option<K> {
        let mut place = self.place();
        if place.ended {
            *place = Place::default();
            return None;
        }
        Some(place.after.clone())
    }

    fn place(&self) -> MutexGuard<'_, Place<K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K> Stretch<K> {
    /// A stretch over `keys`, which is the last one if there are fewer than `limit`.
    pub(crate) fn over(keys: Vec<K>, limit: u32, removed: u64) -> Self {
        let whole = keys.len() as u64 >= u64::from(limit);
        Self { last: keys.into_iter().next_back().filter(|_| whole), removed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_walk_goes_on_until_the_end_and_then_begins_anew() {
        let walk = Walk::<u32>::default();
        let looked = Mutex::new(Vec::new());
        // Ten keys in stretches of four; only the key 7 has something to remove.
        let stretch = |after: u32| {
            looked.lock().expect("not poisoned").push(after);
            let keys: Vec<u32> = (after + 1..=10).take(4).collect();
            let removed = u64::from(keys.contains(&7));
            std::future::ready(Ok(Stretch::over(keys, 4, removed)))
        };
        let walked = [walk.go(stretch).await, walk.go(stretch).await, walk.go(stretch).await];
        assert_eq!(walked, [Ok(1), Ok(0), Ok(1)]);
        assert_eq!(*looked.lock().expect("not poisoned"), [0, 4, 8, 0, 4]);
        let fails = |_| std::future::ready(Err(RetainError));
        assert_eq!(walk.go(fails).await, Err(RetainError));
    }
}
