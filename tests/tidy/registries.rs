//! Registries: a constant that lists every member of a folder, so that a file which is added and not listed is noticed.

use crate::{
    source::Source,
    tokens::{Kind, Token, closing, reads},
};

/// What makes a file of the folder a member.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Members {
    /// That it is there, `mod.rs` and `tests.rs` aside. The registry names the module: `overwrite::DEFECT`.
    EveryFile,
    /// That it implements this trait outside tests. The registry names the type, or the module.
    Implementing(&'static str),
}

/// A folder and its registry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Registry {
    pub(crate) folder: &'static str,
    members: Members,
    /// The file with the constant.
    pub(crate) home: &'static str,
    constant: &'static str,
}

/// A member: the line that makes it one, and the names by which the registry may know it.
struct Member<'a> {
    source: &'a Source,
    line: usize,
    module: &'a str,
    /// The type that implements the trait.
    implementor: Option<&'a str>,
}

impl Registry {
    /// The members of `folder`, listed by `constant` in the file `home`.
    pub(crate) const fn new(
        folder: &'static str,
        members: Members,
        home: &'static str,
        constant: &'static str,
    ) -> Self {
        Self { folder, members, home, constant }
    }

    /// What is missing, in the files of the folder and in the registry's own.
    pub(crate) fn gaps(&self, sources: &[Source], home: &Source) -> Vec<String> {
        let tokens = home.tokens();
        let Some(listed) = expression(&tokens, self.constant) else {
            return vec![home.at(1, &format!("there is no registry {}; correct REGISTRIES", self.constant))];
        };
        let members = self.members(sources);
        if members.is_empty() {
            return vec![format!("{}:1: {} has no member; correct REGISTRIES", self.folder, self.constant)];
        }
        let unlisted = members.iter().filter(|member| !member.is_in(listed)).map(|member| {
            let name = member.implementor.unwrap_or(member.module);
            member.source.at(member.line, &format!("{} lacks `{name}`; add a line in {}", self.constant, self.home))
        });
        unlisted.chain(self.undeclared(sources, &members)).collect()
    }

    /// The members whose file the folder's `mod.rs` does not declare, and which are therefore not compiled.
    fn undeclared(&self, sources: &[Source], members: &[Member<'_>]) -> Vec<String> {
        let Members::EveryFile = self.members else {
            return Vec::new();
        };
        let path = format!("{}/mod.rs", self.folder);
        let tokens = sources.iter().find(|source| source.path == path).map(Source::tokens).unwrap_or_default();
        let declared = |name: &str| (0..tokens.len()).any(|at| reads(&tokens, at, &["mod", name, ";"]));
        let undeclared = members.iter().filter(|member| !declared(member.module));
        undeclared.map(|member| member.source.at(1, &format!("add `mod {};` in {path}", member.module))).collect()
    }

    fn members<'a>(&self, sources: &'a [Source]) -> Vec<Member<'a>> {
        let below = sources.iter().filter_map(|source| {
            let inside = source.path.strip_prefix(self.folder)?.strip_prefix('/')?;
            Some((source, inside.strip_suffix(".rs")?))
        });
        match self.members {
            Members::EveryFile => below
                .map(|(source, inside)| (source, inside.strip_suffix("/mod").unwrap_or(inside)))
                .filter(|(_, name)| !name.contains('/') && *name != "mod" && *name != "tests")
                .map(|(source, module)| Member { source, line: 1, module, implementor: None })
                .collect(),
            Members::Implementing(name) => below
                .flat_map(|(source, inside)| {
                    let module = inside.split('/').next().unwrap_or(inside);
                    let found = implementors(&source.tokens(), name);
                    found.into_iter().map(move |(line, name)| Member { source, line, module, implementor: Some(name) })
                })
                .collect(),
        }
    }
}

impl Member<'_> {
    fn is_in(&self, listed: &[Token<'_>]) -> bool {
        let by_module = (0..listed.len()).any(|at| reads(listed, at, &[self.module, "::"]));
        by_module || self.implementor.is_some_and(|name| listed.iter().any(|token| token.is(name)))
    }
}

/// The tokens from a constant's name to its semicolon.
fn expression<'t, 'a>(tokens: &'t [Token<'a>], constant: &str) -> Option<&'t [Token<'a>]> {
    let start =
        tokens.windows(2).position(|pair| (pair[0].is("const") || pair[0].is("static")) && pair[1].is(constant))?;
    let mut at = start;
    while at < tokens.len() && !tokens[at].is(";") {
        at = if tokens[at].nesting() > 0 { closing(tokens, at) + 1 } else { at + 1 };
    }
    tokens.get(start..at)
}

/// The types that implement a trait outside tests, each with its line.
fn implementors<'a>(tokens: &[Token<'a>], name: &str) -> Vec<(usize, &'a str)> {
    let blocks = tokens.iter().enumerate().filter(|(_, token)| token.is("impl") && !token.test);
    let found = blocks.filter_map(|(at, token)| {
        let head = tokens[at..].iter().take_while(|token| !token.is("{") && !token.is(";"));
        let head: Vec<_> = head.copied().collect();
        let split = head.iter().position(|token| token.is("for"))?;
        let of_trait = last_of_path(&head[past_generics(&head)..split])?;
        let implementor = last_of_path(&head[split + 1..])?;
        (of_trait == name).then_some((token.line, implementor))
    });
    found.collect()
}

/// Where the trait begins behind `impl` and its generics.
fn past_generics(head: &[Token<'_>]) -> usize {
    let mut depth = 0;
    let end = head.iter().skip(1).position(|token| {
        depth += isize::from(token.is("<")) - isize::from(token.is(">"));
        depth == 0
    });
    if reads(head, 1, &["<"]) { end.map_or(1, |end| end + 2) } else { 1 }
}

/// The last word of the path that comes first, `&`, `mut`, `dyn` and lifetimes passed over.
fn last_of_path<'a>(tokens: &[Token<'a>]) -> Option<&'a str> {
    let path = tokens
        .iter()
        .skip_while(|token| token.is("&") || token.is("mut") || token.is("dyn") || token.kind == Kind::Lifetime);
    let path = path.take_while(|token| token.kind == Kind::Word || token.is("::"));
    path.filter(|token| token.kind == Kind::Word).last().map(|token| token.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: Registry = Registry::new("src/zoo", Members::EveryFile, "src/zoo/mod.rs", "ZOO");
    const TRAIT: Registry = Registry { members: Members::Implementing("Beast"), ..FILES };

    fn gaps(registry: Registry, home: &str, others: &[(&str, &str)]) -> Vec<String> {
        let mut sources: Vec<_> = others.iter().map(|(path, text)| Source::new(*path, *text)).collect();
        sources.push(Source::new(registry.home, home));
        registry.gaps(&sources, &Source::new(registry.home, home))
    }

    #[test]
    fn every_file_is_declared_and_listed() {
        let home = "mod ape; mod bear; const ZOO: &[[u8; 2]] = &[ape::BEAST, bear::BEAST]; // cat";
        let two = [("src/zoo/ape.rs", ""), ("src/zoo/bear/mod.rs", ""), ("src/zoo/bear/tests.rs", "")];
        assert!(gaps(FILES, home, &two).is_empty());
        let three = gaps(FILES, home, &[two[0], ("src/zoo/cat.rs", "")]);
        assert_eq!(three.len(), 2, "{three:?}");
        assert!(three[0].starts_with("src/zoo/cat.rs:1: ZOO lacks `cat`") && three[1].contains("mod cat;"));
        assert_eq!(gaps(FILES, "mod ape; const ZOO: &[u8] = &[]; use ape::BEAST;", &two[..1]).len(), 1);
    }

    #[test]
    fn every_implementor_is_listed() {
        let home = "trait Beast {} const ZOO: &[&dyn Beast] = &[&Ape, bear::NEW];";
        let ape = ("src/zoo/ape.rs", "impl Beast for Ape {}");
        let bear = ("src/zoo/bear.rs", "struct Bear; impl<'a, T: Fn() -> u8> super::Beast<T> for &'a Bear<T> {}");
        let other = ("src/zoo/cage.rs", "impl Display for Cage {} #[cfg(test)] impl Beast for Stub {}");
        assert!(gaps(TRAIT, home, &[ape, bear, other]).is_empty());
        let found = gaps(TRAIT, home, &[ape, ("src/zoo/far/cat.rs", "\nimpl Beast for Cat {}")]);
        assert_eq!(found, ["src/zoo/far/cat.rs:2: ZOO lacks `Cat`; add a line in src/zoo/mod.rs"]);
    }

    #[test]
    fn a_registry_that_is_not_there_is_told() {
        assert!(gaps(TRAIT, "", &[("src/zoo/ape.rs", "impl Beast for Ape {}")])[0].contains("no registry ZOO"));
        assert!(gaps(TRAIT, "const ZOO: u8 = 1;", &[])[0].contains("has no member"));
    }
}
