//! Guessing: whether ids of which many were seen tell what the others are. Counters, instants and short ids do; ids with
//! enough chance in them do not, whatever they carry besides.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Bits of chance that an id needs: eight letters and digits drawn at random have 47.6, and six bytes in hex have 48. What
/// a thousand ids show is off by less than half a bit.
const ENOUGH: f64 = 47.0;
/// How often the same distance may lie between neighbours. Among a thousand ids drawn from 2^47 two distances are equal with
/// a chance of 1 in 300, and eleven are practically never.
const EQUAL_STEPS: usize = 10;

/// Why ids can be guessed; `None` where nothing shows that they can.
pub(super) fn guessable(ids: &[&str]) -> Option<String> {
    let bits = chance(ids);
    if bits < ENOUGH {
        return Some(format!("they differ from each other by {bits:.0} bits of chance"));
    }
    let steps = equal_steps(ids);
    (steps > EQUAL_STEPS).then(|| format!("{steps} of them lie at the same distance from the one before"))
}

/// The bits of chance in an id: the entropy of each place, added up. It is too high where places depend on each other.
fn chance(ids: &[&str]) -> f64 {
    let longest = ids.iter().map(|id| id.len()).max().unwrap_or_default();
    (0..longest).map(|place| entropy(ids.iter().map(|id| id.as_bytes().get(place).copied()))).sum()
}

/// The entropy of values, in bits.
fn entropy(values: impl Iterator<Item = Option<u8>>) -> f64 {
    let mut counts: HashMap<Option<u8>, u32> = HashMap::new();
    let mut total = 0.0;
    for value in values {
        *counts.entry(value).or_default() += 1;
        total += 1.0;
    }
    counts.into_values().map(|count| f64::from(count) / total).map(|share| -share * share.log2()).sum()
}

/// How often the most frequent distance lies between neighbours, the ids taken as numbers in their own digits.
fn equal_steps(ids: &[&str]) -> usize {
    let places = varying(ids);
    let digits: BTreeSet<u8> =
        places.iter().flat_map(|&place| ids.iter().filter_map(move |id| at(id, place))).collect();
    let digits: Vec<u8> = digits.into_iter().collect();
    // Longer numbers than fit wrap around, which keeps equal distances equal.
    let number = |id: &str| {
        places.iter().filter_map(|&place| at(id, place)).fold(0_u128, |number, byte| {
            let digit = digits.binary_search(&byte).unwrap_or_default();
            number.wrapping_mul(digits.len() as u128).wrapping_add(digit as u128)
        })
    };
    let mut sorted = ids.to_vec();
    sorted.sort_unstable_by_key(|id| (id.len(), *id));
    sorted.dedup();
    let mut steps: BTreeMap<u128, usize> = BTreeMap::new();
    for pair in sorted.windows(2) {
        *steps.entry(number(pair[1]).wrapping_sub(number(pair[0]))).or_default() += 1;
    }
    steps.into_values().max().unwrap_or_default()
}

/// The places in which ids differ.
fn varying(ids: &[&str]) -> Vec<usize> {
    let longest = ids.iter().map(|id| id.len()).max().unwrap_or_default();
    let differs = |place: &usize| ids.windows(2).any(|pair| at(pair[0], *place) != at(pair[1], *place));
    (0..longest).filter(differs).collect()
}

fn at(id: &str, place: usize) -> Option<u8> {
    id.as_bytes().get(place).copied()
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn told(mut id: impl FnMut(u64, &mut ChaCha8Rng) -> String) -> Option<String> {
        let mut random = ChaCha8Rng::seed_from_u64(11);
        let ids: Vec<String> = (0..1000).map(|number| id(number, &mut random)).collect();
        guessable(&ids.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn letters(random: &mut ChaCha8Rng, count: usize) -> String {
        const ALL: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        (0..count).map(|_| char::from(ALL[random.random_range(0..ALL.len())])).collect()
    }

    #[test]
    fn chance_is_not_guessed() {
        let now = 1_760_000_000_000_u64;
        assert_eq!(told(|_, random| format!("clk_{:016x}", random.random::<u64>())), None);
        assert_eq!(told(|_, random| random.random::<u64>().to_string()), None);
        assert_eq!(told(|_, random| format!("{:012x}", random.random::<u64>() >> 16)), None);
        assert_eq!(told(|_, random| letters(random, 8)), None);
        assert_eq!(told(|_, random| letters(random, 21)), None);
        assert_eq!(told(|_, random| URL_SAFE_NO_PAD.encode(random.random::<u128>().to_be_bytes())), None);
        // UUIDs of version 4 and 7.
        let uuid = |head: u64, random: &mut ChaCha8Rng| {
            let tail = random.random::<u64>() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000;
            let (head, tail) = (format!("{head:016x}"), format!("{tail:016x}"));
            format!("{}-{}-{}-{}-{}", &head[..8], &head[8..12], &head[12..], &tail[..4], &tail[4..])
        };
        assert_eq!(told(|_, random| uuid(random.random::<u64>() & !0xf000 | 0x4000, random)), None);
        assert_eq!(told(|n, random| uuid((now + n) << 16 | 0x7000 | random.random::<u64>() & 0xfff, random)), None);
    }

    #[test]
    fn counters_instants_and_short_ids_are_guessed() {
        let now = 1_760_000_000_000_u64;
        let mixed = 0x9e37_79b9_7f4a_7c15_u64;
        for (what, guessed) in [
            ("a counter", told(|n, _| format!("clk_{n}"))),
            ("a padded counter", told(|n, _| format!("clk_{:032x}", 70_000 + n))),
            ("a counter that leaps", told(|n, _| format!("{:016x}", n.wrapping_mul(mixed)))),
            ("a counter that leaps, in decimals", told(|n, _| format!("{:020}", n.wrapping_mul(mixed)))),
            ("milliseconds", told(|n, _| (now + n * 3).to_string())),
            (
                "nanoseconds",
                told(|n, random| (now * 1_000_000 + n * 3_000_000 + random.random_range(0..2_000_000)).to_string()),
            ),
            (
                "numbers of time and sequence",
                told(|n, random| (((now + n * 3) << 22) | random.random_range(0..4)).to_string()),
            ),
            (
                "an instant and three digits",
                told(|n, random| format!("{}{:03}", now + n, random.random_range(0..1000))),
            ),
            ("six digits of hex", told(|_, random| format!("{:06x}", random.random_range(0..1 << 24)))),
            ("32 random bits", told(|_, random| format!("clk_{:08x}", random.random::<u32>()))),
        ] {
            assert!(guessed.is_some(), "{what}");
        }
    }
}
