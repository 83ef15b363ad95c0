//! Signatures and canonical forms against values that others computed: the standards' own tables,
//! published examples, and the `PyPI` package rfc8785. `tests/vectors/README.md` says where each comes from.

mod generator;

use std::fmt::Write as _;

use hex::encode as hex;
use postproof::{
    model::Secret,
    sign::{Canonical, HmacKey, Message, S2sJson, Scheme, Settings},
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use generator::{BLOCK, Rng};

/// One line of the digests that `rfc8785_vectors.py` wrote.
#[derive(Clone)]
struct Block {
    kind: String,
    number: u64,
    digest: String,
}

/// One published HMAC.
#[derive(Deserialize)]
struct Published {
    name: String,
    key: String,
    form: String,
    body: String,
    hmac_sha256: String,
}

fn blocks(kind: &str) -> Vec<Block> {
    let lines = include_str!("../vectors/sign/rfc8785_digests.txt").lines();
    let fields = lines.map(|line| line.split(' ').collect::<Vec<_>>());
    fields
        .filter(|fields| fields[0] == kind)
        .map(|fields| Block {
            kind: fields[0].to_owned(),
            number: fields[1].parse().expect("the second field is a number"),
            digest: fields[2].to_owned(),
        })
        .collect()
}

/// The first block whose digest is another one under this form, with the digest that was found.
fn first_difference(form: Canonical, blocks: &[Block]) -> Option<String> {
    blocks.iter().find_map(|block| {
        let (seed, draw) = generator::source(&block.kind);
        let mut rng = Rng::new(seed + block.number);
        let mut hash = Sha256::new();
        for index in 0..BLOCK {
            let text = draw(&mut rng);
            match form.apply(text.as_bytes(), None) {
                Ok(payload) => hash.update(&payload),
                Err(error) => {
                    return Some(format!("{} {} item {index}: {error}: {text}", block.kind, block.number));
                }
            }
            hash.update(b"\n");
        }
        let found = hex(hash.finalize());
        (found != block.digest).then(|| format!("{} {}: {found}, not {}", block.kind, block.number, block.digest))
    })
}

fn jcs(text: &str) -> String {
    let payload = Canonical::Jcs.apply(text.as_bytes(), None).expect("the text has a canonical form");
    String::from_utf8(payload.into_owned()).expect("canonical JSON is UTF-8")
}

/// A double in a spelling that is not canonical, with digits enough to be read back as the same one.
fn spelled(bits: u64) -> String {
    format!("{:.16e}", f64::from_bits(bits))
}

#[test]
fn published_hmacs() {
    let published: Vec<Published> = serde_json::from_str(include_str!("../vectors/sign/hmac.json")).unwrap();
    assert_eq!(published.len(), 6);
    for Published { name, key, form, body, hmac_sha256 } in published {
        let key = Secret::new(key);
        let canonical: Canonical = form.parse().unwrap();
        let payload = canonical.apply(body.as_bytes(), None).unwrap();
        assert_eq!(hex(HmacKey::new(&key).mac(&payload)), hmac_sha256, "{name}");

        let scheme = S2sJson::new(Settings { canonical, ..Settings::default() });
        let message = Message { body: body.as_bytes(), id: "", at: jiff::Timestamp::UNIX_EPOCH };
        let signed = scheme.sign(&key, &message).unwrap();
        let header = ("X-Signature".to_owned(), format!("sha256={hmac_sha256}"));
        assert_eq!((signed.headers, signed.body), (vec![header], None), "{name}");
    }
}

#[test]
fn reference_pairs_of_rfc_8785() {
    macro_rules! pair {
        ($name:literal) => {
            (
                $name,
                include_str!(concat!("../vectors/sign/jcs/input/", $name, ".json")),
                include_str!(concat!("../vectors/sign/jcs/output/", $name, ".json")),
            )
        };
    }
    for (name, input, output) in
        [pair!("arrays"), pair!("french"), pair!("structures"), pair!("unicode"), pair!("values"), pair!("weird")]
    {
        assert_eq!(jcs(input), output, "{name}");
        assert_eq!(jcs(output), output, "{name}: a canonical text is its own canonical form");
    }
}

#[test]
fn number_table_of_rfc_8785_appendix_b() {
    let rows: Vec<_> = include_str!("../vectors/sign/rfc8785_appendix_b.txt").lines().collect();
    assert_eq!(rows.len(), 24);
    for row in rows {
        let (bits, owed) = row.split_once(' ').unwrap();
        let bits = u64::from_str_radix(bits, 16).unwrap();
        assert_eq!(jcs(&spelled(bits)), owed, "{row}");
        assert_eq!(jcs(owed), owed, "{row}: a canonical number is its own canonical form");
    }
}

#[test]
fn number_file_of_the_reference_implementation() {
    let mut lines = String::new();
    for (index, bits) in generator::es6_numbers().take(10_000).enumerate() {
        writeln!(lines, "{bits:x},{}", jcs(&spelled(bits))).unwrap();
        if index == 999 {
            let first = "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687";
            assert_eq!((lines.len(), hex(Sha256::digest(&lines)).as_str()), (37_967, first));
        }
    }
    let owed = "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892";
    assert_eq!(hex(Sha256::digest(&lines)), owed);
}

#[test]
fn a_hundred_thousand_doubles_as_the_python_package_writes_them() {
    let blocks = blocks("doubles");
    assert_eq!(blocks.len(), 100);
    assert_eq!(first_difference(Canonical::Jcs, &blocks), None);
}

#[test]
fn a_hundred_thousand_objects_as_the_python_package_writes_them() {
    let blocks = blocks("objects");
    assert_eq!(blocks.len(), 100);
    assert_eq!(first_difference(Canonical::Jcs, &blocks), None);
}

#[test]
fn the_comparison_can_fail() {
    for kind in ["doubles", "objects"] {
        let mut blocks = blocks(kind)[..3].to_vec();
        let sorted = first_difference(Canonical::Sorted, &blocks).unwrap();
        assert!(sorted.starts_with(&format!("{kind} 0: ")), "{sorted}");

        blocks[2].digest = blocks[1].digest.clone();
        let changed = first_difference(Canonical::Jcs, &blocks).unwrap();
        assert!(changed.starts_with(&format!("{kind} 2: ")), "{changed}");
    }
}
