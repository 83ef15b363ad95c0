//! What can be planted in a stack: the tracker's defects and the operator's mistakes, those of the comparison of cookie
//! and S2S among them, under one list of names.

use crate::defects::{DEFECTS, Defect};
use crate::operator::{MISTAKES, Mistake, PARALLEL_MISTAKES};
use crate::stack::Config;

/// The name of everything that can be planted, and what goes wrong with it.
pub fn plantable() -> impl Iterator<Item = (&'static str, &'static str)> + Clone {
    let defects = DEFECTS.iter().map(|defect| (defect.name, defect.about));
    defects.chain(MISTAKES.iter().chain(PARALLEL_MISTAKES).map(|mistake| (mistake.name, mistake.about)))
}

impl Config {
    /// Plants what has that name; says whether there is such a thing.
    #[must_use]
    pub fn plant(&mut self, name: &str) -> bool {
        match (Defect::by_name(name), Mistake::by_name(name)) {
            (Some(defect), _) => self.defects.push(defect),
            (None, Some(mistake)) => self.mistakes.push(mistake),
            (None, None) => return false,
        }
        true
    }

    /// The names of what is planted.
    pub fn planted(&self) -> Vec<&'static str> {
        let defects = self.defects.iter().map(|defect| defect.name);
        defects.chain(self.mistakes.iter().map(|mistake| mistake.name)).collect()
    }

    /// Takes everything out that is planted.
    pub fn clear(&mut self) {
        self.defects.clear();
        self.mistakes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_stands_for_one_thing() {
        let names: Vec<_> = plantable().map(|(name, _)| name).collect();
        let mut config = Config::default();
        for name in &names {
            assert!(config.plant(name), "{name}");
        }
        assert_eq!(config.planted(), names);
        assert_eq!(
            (config.defects.len(), config.mistakes.len()),
            (DEFECTS.len(), MISTAKES.len() + PARALLEL_MISTAKES.len())
        );
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), names.len(), "no name twice");
        config.clear();
        assert!(config.planted().is_empty() && !config.plant("none-such"));
    }
}
