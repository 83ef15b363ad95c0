//! Shrinking: from a recipe that fails to the least that fails alike. First mutations go, then optional members of the
//! postback, then lengths; a step counts when the target breaks the contract with it in the same way.

use super::{Mutation, Recipe};

/// A recipe on its way to the least.
#[derive(Clone, Debug)]
pub struct Shrinking {
    best: Recipe,
    optional: Vec<&'static str>,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Without any mutation: then the genuine postback fails by itself.
    Bare,
    /// One mutation alone.
    Alone(usize),
    /// Without one mutation.
    Fewer(usize),
    /// Without some of the optional members that are left: so many, from that one on.
    Members {
        many: usize,
        from: usize,
    },
    /// One mutation made smaller.
    Smaller(usize),
    Done,
}

impl Shrinking {
    /// Begins with a recipe that fails; these members of its postback are optional.
    pub fn of(recipe: Recipe, optional: Vec<&'static str>) -> Self {
        Self { best: recipe, optional, stage: Stage::Bare }
    }

    /// The least that is known to fail.
    pub fn best(&self) -> &Recipe {
        &self.best
    }

    /// The next recipe to try; `None` when there is nothing smaller.
    pub fn candidate(&mut self) -> Option<Recipe> {
        loop {
            let mutations = &self.best.mutations;
            let only = |mutations: Vec<Mutation>| Some(Recipe { mutations, ..self.best.clone() });
            self.stage = match self.stage {
                Stage::Bare if !mutations.is_empty() => return only(Vec::new()),
                Stage::Bare => Stage::Alone(0),
                Stage::Alone(at) if mutations.len() > 1 => match mutations.get(at) {
                    Some(one) => return only(vec![one.clone()]),
                    None => Stage::Fewer(0),
                },
                Stage::Fewer(at) if mutations.len() > 2 && at < mutations.len() => {
                    let mut fewer = mutations.clone();
                    fewer.remove(at);
                    return only(fewer);
                }
                Stage::Alone(_) | Stage::Fewer(_) => Stage::Members { many: self.left().len(), from: 0 },
                Stage::Members { many: 0, .. } => Stage::Smaller(0),
                Stage::Members { many, from } => {
                    let out: Vec<&'static str> = self.left().into_iter().skip(from).take(many).collect();
                    if out.is_empty() {
                        Stage::Members { many: many / 2, from: 0 }
                    } else {
                        let mut smaller = self.best.clone();
                        smaller.base.without.extend(out);
                        return Some(smaller);
                    }
                }
                Stage::Smaller(at) => match mutations.get(at) {
                    None => Stage::Done,
                    Some(mutation) => match mutation.smaller() {
                        None => Stage::Smaller(at + 1),
                        Some(less) => {
                            let mut smaller = mutations.clone();
                            smaller[at] = less;
                            return only(smaller);
                        }
                    },
                },
                Stage::Done => return None,
            };
        }
    }

    /// Takes down whether the last candidate failed alike.
    pub fn tried(&mut self, candidate: Recipe, alike: bool) {
        if alike {
            self.best = candidate;
        }
        self.stage = match (self.stage, alike) {
            (Stage::Bare, false) => Stage::Alone(0),
            (Stage::Alone(at), false) => Stage::Alone(at + 1),
            (Stage::Fewer(at), false) => Stage::Fewer(at + 1),
            (Stage::Members { many, from }, false) => Stage::Members { many, from: from + many },
            (Stage::Smaller(at), false) => Stage::Smaller(at + 1),
            (Stage::Bare | Stage::Alone(_), true) => Stage::Members { many: self.left().len(), from: 0 },
            (stage, true) => stage,
            (Stage::Done, false) => Stage::Done,
        };
    }

    /// Optional members that the best still has.
    fn left(&self) -> Vec<&'static str> {
        self.optional.iter().copied().filter(|name| !self.best.base.without.contains(name)).collect()
    }
}
