//! Draws the values that `tests/vectors/sign/rfc8785_vectors.py` draws, as JSON text in spellings that are
//! not canonical: whitespace, escapes and exponents vary by a second stream that the Python side has no part in.
//! Also the number sequence of the JCS reference implementation. Comparing is left to the parent module.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// How many values stand behind one digest.
pub(super) const BLOCK: usize = 1000;

/// What draws one value of a kind, as JSON text.
pub(super) type Draw = fn(&mut Rng) -> String;

/// The values' stream (`SplitMix64`), and the stream that decides how they are spelled.
pub(super) struct Rng {
    values: u64,
    spelling: u64,
}

impl Rng {
    pub(super) fn new(seed: u64) -> Self {
        Self { values: seed, spelling: !seed }
    }

    fn next(&mut self) -> u64 {
        split_mix(&mut self.values)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// True once in `odds` times; for spelling only.
    fn spell(&mut self, odds: u64) -> bool {
        split_mix(&mut self.spelling).is_multiple_of(odds)
    }
}

/// The seed and the drawing function of a kind of blocks.
pub(super) fn source(kind: &str) -> (u64, Draw) {
    if kind == "doubles" { (0x0064_6F75_626C_6573, double) } else { (0x006F_626A_6563_7473, |rng| object(rng, 0)) }
}

/// The bits of the reference implementation's numbers: a table, 2,000 neighbours of the smallest
/// normal number, then the doubles in a chain of SHA-256 blocks that starts from 32 zero bytes.
pub(super) fn es6_numbers() -> impl Iterator<Item = u64> {
    let table = include_str!("../../vectors/sign/es6_static.txt").lines();
    let table = table.map(|line| u64::from_str_radix(line, 16).expect("the table holds hex numbers"));
    let neighbours = (0..2000).map(|step| 0x0010_0000_0000_0000 + step);
    let chain = std::iter::successors(Some([0_u8; 32]), |block| Some(Sha256::digest(block).into())).skip(1);
    let doubles = chain.flat_map(|block| {
        let words = block.as_chunks::<8>().0;
        [words[0], words[1], words[2], words[3]].map(u64::from_le_bytes)
    });
    let usable = doubles.filter(|bits| f64::from_bits(*bits).is_finite() && f64::from_bits(*bits) != 0.0);
    table.chain(neighbours).chain(usable)
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn double(rng: &mut Rng) -> String {
    let value = if rng.below(2) == 0 { any_double(rng) } else { money(rng) };
    // Seventeen digits, or as many as are needed, are both read back as the same double;
    // the exponent keeps a whole number from being taken for an integer.
    if rng.spell(2) { format!("{value:.16e}") } else { format!("{value:E}") }
}

fn any_double(rng: &mut Rng) -> f64 {
    loop {
        let value = f64::from_bits(rng.next());
        if value.is_finite() {
            return value;
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "whole numbers below 10^14 are exact doubles")]
fn money(rng: &mut Rng) -> f64 {
    rng.below(100_000_000_000_000) as f64 / 100.0
}

fn code_point(rng: &mut Rng) -> u64 {
    match rng.below(8) {
        0..=2 => 0x20 + rng.below(0x5F),
        3 => rng.below(0x20),
        4 => [0x22, 0x5C, 0x2F, 0x7F][usize::try_from(rng.below(4)).expect("below four")],
        5 => 0x80 + rng.below(0x780),
        6 => match 0x800 + rng.below(0xF000) {
            // Steps over the surrogates.
            code @ 0xD800.. => code + 0x800,
            code => code,
        },
        _ => 0x1_0000 + rng.below(0x10_0000),
    }
}

fn character(rng: &mut Rng) -> char {
    u32::try_from(code_point(rng)).ok().and_then(char::from_u32).expect("only scalar values are drawn")
}

fn text(rng: &mut Rng) -> String {
    (0..rng.below(8)).map(|_| character(rng)).collect()
}

fn value(rng: &mut Rng, depth: u32) -> String {
    match rng.below(if depth < 3 { 10 } else { 7 }) {
        0 => "null".to_owned(),
        1 => (rng.below(2) == 1).to_string(),
        2 => (rng.below((1 << 54) - 1).cast_signed() - ((1 << 53) - 1)).to_string(),
        3 => (rng.below(2000).cast_signed() - 1000).to_string(),
        4 => double(rng),
        5 | 6 => {
            let text = text(rng);
            quoted(rng, &text)
        }
        7 | 8 => array(rng, depth + 1),
        _ => object(rng, depth + 1),
    }
}

fn array(rng: &mut Rng, depth: u32) -> String {
    let items: Vec<String> = (0..rng.below(4)).map(|_| value(rng, depth)).collect();
    let comma = if rng.spell(2) { " ,\n" } else { "," };
    format!("[{}]", items.join(comma))
}

fn object(rng: &mut Rng, depth: u32) -> String {
    let mut seen = Vec::new();
    let mut members = Vec::new();
    for _ in 0..rng.below(6) {
        let (key, value) = (text(rng), value(rng, depth));
        // The first of two equal keys counts, as with setdefault in Python.
        if !seen.contains(&key) {
            let colon = if rng.spell(2) { "\t: " } else { ":" };
            members.push(format!("{}{colon}{value}", quoted(rng, &key)));
            seen.push(key);
        }
    }
    let comma = if rng.spell(2) { ", " } else { "," };
    format!("{{{}}}", members.join(comma))
}

fn quoted(rng: &mut Rng, text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        if matches!(character, '"' | '\\' | '\0'..='\x1f') || rng.spell(4) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let written =
                    if rng.spell(2) { write!(quoted, "\\u{unit:04x}") } else { write!(quoted, "\\u{unit:04X}") };
                written.expect("a String takes all text");
            }
        } else {
            quoted.push(character);
        }
    }
    quoted.push('"');
    quoted
}
