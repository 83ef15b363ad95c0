//! The document itself: whether the bytes are JSON at all, whether every reader finds the same members in it, and how deep
//! it goes.

use super::member::Members;
use super::{Basis, Class, Reading};
use crate::contract::probe::document::Document;
use crate::sign::Canonical;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The members of a body that is a JSON object.
///
/// # Errors
/// What a body is that is none, and why.
pub(super) fn members(basis: &Basis<'_>, body: &[u8], reading: &mut Reading) -> Result<Members, (Class, &'static str)> {
    let text = match body.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => {
            reading.mark(Class::Open, "a byte order mark");
            rest
        }
        None => body,
    };
    let Ok(said) = std::str::from_utf8(text) else { return Err((Class::Bad, "not UTF-8")) };
    let document = Document::read(text).map_err(|error| broken(basis, said, &error))?;
    let members = Members::of(document.members, reading);
    differences(basis, &members)?;
    if basis.profile.members().iter().any(|member| members.count(member.name) > 1) {
        reading.mark(Class::Bad, "a member that stands twice");
    }
    // What has no form by RFC 8785, unknown keys that stand twice among it, other readers may well read.
    if Canonical::Jcs.apply(text, basis.signature).is_err() {
        reading.mark(Class::Untold, "a value that readers may tell differently");
    }
    Ok(members)
}

/// What a body is that is no JSON object.
fn broken(basis: &Basis<'_>, text: &str, error: &serde_json::Error) -> (Class, &'static str) {
    if error.is_data() {
        return (Class::Bad, "not a JSON object");
    }
    // Common readers take these for numbers, and write them again as they are.
    if ["NaN", "Infinity"].iter().any(|word| text.contains(word)) {
        return (Class::Unusable, "a number that is none");
    }
    if error.is_eof() {
        return (Class::Bad, "truncated");
    }
    // No form of it can be signed, so no signature over it is right, however lenient the reader.
    if basis.strict { (Class::Bad, "not JSON") } else { (Class::Unusable, "not JSON, for strict readers") }
}

/// Names that some readers take for a known one: in other capitals, or with blanks about them.
fn differences(basis: &Basis<'_>, members: &Members) -> Result<(), (Class, &'static str)> {
    let odd = |name: &str| {
        let known = basis.profile.members().iter().map(|member| member.name);
        known.into_iter().any(|known| known != name && squeezed(known) == squeezed(name))
    };
    if members.names().any(odd) { Err((Class::Unusable, "a name that some readers take for another")) } else { Ok(()) }
}

fn squeezed(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// How deep arrays and objects nest.
pub(super) fn depth(body: &[u8]) -> usize {
    let (mut depth, mut deepest, mut within, mut escaped) = (0_usize, 0, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if within => escaped = true,
            b'"' => within = !within,
            b'{' | b'[' if !within => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !within => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
