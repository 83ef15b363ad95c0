//! The share of one process in a load that several make together: which slots and journeys are its own.
//! Shards share nothing; each works out its part from the same plan, seed and tag. When they begin is left to `start.rs`.

use std::fmt;
use std::str::FromStr;

/// One of so many shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    count: u32,
}

/// What is wrong with a shard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShardError {
    /// The text is no shard.
    #[error("`{0}` is no shard: write it as i/n, such as 1/3 for the first of three")]
    Form(String),
    /// There is none of that number.
    #[error("there is no shard {index} of {count}: shards count from 1 to {count}")]
    Index {
        /// The number that was asked for.
        index: u32,
        /// How many there are.
        count: u32,
    },
    /// There are too many, or none.
    #[error("a load is made by 1 to {most} shards, not by {0}", most = Shard::MOST)]
    Count(u32),
    /// A completion index of Kubernetes without the number of shards.
    #[error("JOB_COMPLETION_INDEX is {0}, and of how many is not said: set POSTPROOF_SHARDS to the Job's completions")]
    Uncounted(u32),
    /// A number of shards, without the number of this one.
    #[error("this is one of {0} shards, and which is not said: give --shard i/{0}, or set JOB_COMPLETION_INDEX")]
    Unnumbered(u32),
}

impl Shard {
    /// Most shards of one load; journeys of all of them together have to fit the ledger's numbers.
    pub const MOST: u32 = 4096;

    /// The whole load in one process.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    /// The shard `index`, from 1, of `count`.
    ///
    /// # Errors
    /// When there is none of that number, or too many.
    pub fn new(index: u32, count: u32) -> Result<Self, ShardError> {
        if !(1..=Self::MOST).contains(&count) {
            return Err(ShardError::Count(count));
        }
        if !(1..=count).contains(&index) {
            return Err(ShardError::Index { index, count });
        }
        Ok(Self { index, count })
    }

    /// The shard that flags and surroundings name: `--shard`, before the completion index of a Kubernetes Indexed Job (which
    /// counts from 0) with the number of completions; the whole load where nothing is said.
    ///
    /// # Errors
    /// When only half of it is said, or what is said does not fit.
    pub fn chosen(given: Option<Self>, completion: Option<u32>, count: Option<u32>) -> Result<Self, ShardError> {
        match (given, completion, count) {
            (Some(given), _, _) => Ok(given),
            (None, Some(index), Some(count)) => Self::new(index.saturating_add(1), count),
            (None, Some(index), None) => Err(ShardError::Uncounted(index)),
            (None, None, None | Some(1)) => Ok(Self::WHOLE),
            (None, None, Some(count)) => Err(ShardError::Unnumbered(count)),
        }
    }

    /// Its number, from 1.
    pub fn index(self) -> u32 {
        self.index
    }

    /// How many there are.
    pub fn count(self) -> u32 {
        self.count
    }

    /// Whether it is the whole load.
    pub fn is_whole(self) -> bool {
        self.count == 1
    }

    /// How many of the first `total` slots or journeys of the whole load are its own.
    pub fn part(self, total: u64) -> u64 {
        let (count, before) = (u64::from(self.count), u64::from(self.index) - 1);
        total.saturating_sub(before).div_ceil(count)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        // `u32` takes a leading plus, which nobody means here.
        let number = |part: &str| part.parse::<u32>().ok().filter(|_| !part.starts_with('+'));
        let parts = text.split_once('/').and_then(|(index, count)| Some((number(index)?, number(count)?)));
        let (index, count) = parts.ok_or_else(|| ShardError::Form(text.to_owned()))?;
        Self::new(index, count)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_parts_are_the_whole(count in 1_u32..50, total in 0_u64..500) {
            let part = |index| Shard::new(index, count).unwrap().part(total);
            prop_assert_eq!((1..=count).map(part).sum::<u64>(), total);
            prop_assert!((1..=count).map(part).all(|part| part.abs_diff(total / u64::from(count)) <= 1));
        }

        #[test]
        fn what_is_printed_is_read(count in 1_u32..=Shard::MOST, index in 1_u32..=Shard::MOST) {
            prop_assume!(index <= count);
            let shard = Shard::new(index, count).unwrap();
            prop_assert_eq!(shard.to_string().parse::<Shard>(), Ok(shard));
        }

        #[test]
        fn no_text_stops_it(text: String) {
            let _ = text.parse::<Shard>();
        }
    }

    #[test]
    fn what_is_no_shard_is_told() {
        for (text, told) in [
            ("0/3", "no shard 0 of 3"),
            ("4/3", "no shard 4 of 3"),
            ("x", "such as 1/3"),
            ("1", "such as 1/3"),
            ("1/", "such as 1/3"),
            ("+1/3", "such as 1/3"),
            ("1/3/5", "such as 1/3"),
            ("-1/3", "such as 1/3"),
            ("1/0", "not by 0"),
            ("1/5000", "1 to 4096 shards"),
        ] {
            let error = text.parse::<Shard>().unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }

    #[test]
    fn the_surroundings_name_the_shard() {
        let third = Shard::new(3, 3).unwrap();
        assert_eq!(Shard::chosen(None, None, None), Ok(Shard::WHOLE));
        assert_eq!(Shard::chosen(None, Some(2), Some(3)), Ok(third));
        assert_eq!(Shard::chosen(Some(third), Some(0), Some(9)), Ok(third));
        assert_eq!(Shard::chosen(None, Some(3), Some(3)), Err(ShardError::Index { index: 4, count: 3 }));
        assert_eq!(Shard::chosen(None, Some(2), None), Err(ShardError::Uncounted(2)));
        assert_eq!(Shard::chosen(None, None, Some(3)), Err(ShardError::Unnumbered(3)));
    }
}
