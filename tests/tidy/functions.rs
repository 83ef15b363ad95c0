//! The functions of a source: their names, how long they are and how much they take.

use crate::tokens::{Kind, Token, closing};

/// A function or method.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function<'a> {
    pub(crate) name: &'a str,
    /// The line of its `fn`.
    pub(crate) line: usize,
    /// From `fn` to the closing brace, both counted.
    pub(crate) lines: usize,
    /// Its parameters without `self`.
    pub(crate) parameters: usize,
}

/// Every function with a name, those inside others too.
pub(crate) fn functions<'a>(tokens: &[Token<'a>]) -> Vec<Function<'a>> {
    let mut found = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        if !pair[0].is("fn") || pair[1].kind != Kind::Word {
            continue;
        }
        let open = past_generics(tokens, at + 2);
        let close = closing(tokens, open);
        let end = end(tokens, close + 1);
        let Token { line, .. } = pair[0];
        let lines = tokens[end].line - line + 1;
        found.push(Function { name: pair[1].text, line, lines, parameters: parameters(&tokens[open + 1..close]) });
    }
    found
}

/// Where the parentheses of the parameters open.
fn past_generics(tokens: &[Token<'_>], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_isize);
    while at + 1 < tokens.len() {
        match tokens[at].text {
            "(" if depth == 0 => return at,
            "<" => depth += 1,
            ">" => depth -= 1,
            "(" | "[" | "{" => at = closing(tokens, at),
            _ => {}
        }
        at += 1;
    }
    at
}

/// The last token of a function whose parameters end before `start`: the brace of its body, or a semicolon.
fn end(tokens: &[Token<'_>], start: usize) -> usize {
    let mut at = start;
    while at < tokens.len() {
        match tokens[at].text {
            ";" => return at,
            "{" => return closing(tokens, at),
            "(" | "[" => at = closing(tokens, at),
            _ => {}
        }
        at += 1;
    }
    tokens.len() - 1
}

/// How many parameters stand between the parentheses, `self` aside.
fn parameters(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0;
    let split = tokens.split(|token| {
        depth += match token.text {
            "<" => 1,
            ">" => -1,
            _ => token.nesting(),
        };
        depth == 0 && token.is(",")
    });
    let is_self = |part: &[Token<'_>]| part.iter().take_while(|token| !token.is(":")).any(|token| token.is("self"));
    split.filter(|part| !part.is_empty() && !is_self(part)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokens;

    fn measured(source: &str) -> Vec<(&str, usize, usize)> {
        functions(&tokens(source)).into_iter().map(|found| (found.name, found.lines, found.parameters)).collect()
    }

    #[test]
    fn lengths_run_from_fn_to_the_closing_brace() {
        assert_eq!(measured("fn a() {\n  if b { c() }\n}\nfn d() {}"), [("a", 3, 0), ("d", 1, 0)]);
        assert_eq!(measured("fn a() {\n  let b = \"}\"; // }\n  let c = '}'; /* } */\n}"), [("a", 4, 0)]);
        assert_eq!(measured("fn a() {\n  fn b() {\n  }\n}"), [("a", 4, 0), ("b", 2, 0)]);
        assert_eq!(
            measured("trait T { fn a(&self) -> [u8; 2];\n fn b(self)\n where Self: Sized; }"),
            [("a", 1, 0), ("b", 2, 0)]
        );
    }

    #[test]
    fn parameters_are_counted_without_self() {
        assert_eq!(measured("fn a(&'a mut self, b: u8, c: Map<K, V>,) {}"), [("a", 1, 2)]);
        assert_eq!(
            measured("fn a<F: Fn(u8, u8) -> u8, const N: usize>(f: F, (x, y): (u8, [u8; N])) {}"),
            [("a", 1, 2)]
        );
        assert_eq!(
            measured("fn a(self: Box<Self>, f: impl Fn(u8, u8) -> Vec<u8>, g: fn(u8, u8) -> u8) {}"),
            [("a", 1, 2)]
        );
        assert_eq!(measured("fn a(b: u8, c: u8, d: u8, e: u8, f: u8, g: u8) {}"), [("a", 1, 6)]);
    }

    #[test]
    fn only_named_functions_count() {
        assert!(measured("struct A { f: fn(u8) -> u8 } // fn b() {}\nconst C: &str = \"fn d() {}\";").is_empty());
        assert!(measured("macro_rules! m { ($n:ident) => { fn $n() {} } }").is_empty());
    }
}
