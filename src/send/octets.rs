//! Bytes as a command for a POSIX shell that writes exactly them: text as it is, everything else in octal, and long runs of
//! one byte by their length, so that ten megabytes of padding stay one short line.

use std::fmt::Write as _;

/// Runs of at least so many equal bytes are written by their length.
const RUN: usize = 64;

/// The command; what it writes is byte for byte what was given.
pub(super) fn printed(bytes: &[u8]) -> String {
    let mut commands = Vec::new();
    let mut plain: &[u8] = &[];
    let mut rest = bytes;
    while let [first, ..] = rest {
        let run = rest.iter().take_while(|byte| *byte == first).count();
        let (taken, after) = rest.split_at(run);
        rest = after;
        if run < RUN {
            let from = bytes.len() - rest.len() - run - plain.len();
            plain = &bytes[from..bytes.len() - rest.len()];
            continue;
        }
        commands.extend(literal(plain));
        plain = &[];
        commands.push(format!("head -c {} /dev/zero | tr '\\000' '\\{:03o}'", taken.len(), first));
    }
    commands.extend(literal(plain));
    match commands.as_slice() {
        [] => ":".to_owned(),
        [one] => one.clone(),
        many => format!("{{ {}; }}", many.join("; ")),
    }
}

fn literal(bytes: &[u8]) -> Option<String> {
    if bytes.is_empty() {
        return None;
    }
    let mut text = String::from("printf '");
    for &byte in bytes {
        match byte {
            b'%' => text.push_str("%%"),
            b'\\' => text.push_str("\\\\"),
            b'\'' => text.push_str("'\\''"),
            b' '..=b'~' => text.push(char::from(byte)),
            other => drop(write!(text, "\\{other:03o}")),
        }
    }
    text.push('\'');
    // printf takes a first word that begins with a dash for an option.
    Some(if bytes.first() == Some(&b'-') { text.replacen("printf '", "printf -- '", 1) } else { text })
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use proptest::prelude::*;

    fn written(bytes: &[u8]) -> Vec<u8> {
        let done = Command::new("sh").args(["-c", &printed(bytes)]).output().expect("a shell");
        assert!(done.status.success());
        done.stdout
    }

    #[test]
    fn padding_stays_short() {
        let body = [b"{\"a\":\"".to_vec(), vec![b'x'; 10_000_000], b"\"}".to_vec()].concat();
        assert!(printed(&body).len() < 200);
        assert_eq!(written(&body), body);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_shell_writes_exactly_these_bytes(parts in proptest::collection::vec((any::<u8>(), 1..80_usize), 0..12)) {
            let bytes: Vec<u8> = parts.into_iter().flat_map(|(byte, count)| vec![byte; count]).collect();
            prop_assert_eq!(written(&bytes), bytes);
        }
    }
}
