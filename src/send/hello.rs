//! The beginning of a TLS handshake, written by hand: our own TLS library knows no version older than 1.2, and a target has
//! to refuse those. Nothing is negotiated; what the server says first is kept for `contract::Greeting` to read.

use std::io;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use url::{Host, Url};

use super::wire::Delivered;
use crate::contract::{Greeting, Reply, TlsVersion};
use crate::model::{FailReason, InfoReason, Outcome};

/// Most bytes of a server's first words that are read: a `ServerHello` begins within the first few.
const MOST: usize = 1024;

/// Suites that servers of TLS 1.0 and 1.1 know, in the order of preference (RFC 8422 §6, RFC 5246 appendix A.5).
const OLD_SUITES: [u16; 9] = [0xC009, 0xC013, 0xC00A, 0xC014, 0x0033, 0x0039, 0x002F, 0x0035, 0x000A];
/// Suites that came with TLS 1.2 (RFC 5289, RFC 7905).
const NEW_SUITES: [u16; 6] = [0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8];
/// x25519, secp256r1 and secp384r1.
const GROUPS: [u16; 3] = [0x001D, 0x0017, 0x0018];
/// Signatures by ECDSA, RSA-PSS and RSA (RFC 8446 §4.2.3).
const SIGNATURES: [u16; 10] = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0203, 0x0201];

/// The bytes of a `ClientHello` in its record, which offers that version and none that is newer (RFC 5246 §7.4.1.2).
pub(super) fn client_hello(version: TlsVersion, server_name: Option<&str>, random: &[u8; 32]) -> Vec<u8> {
    let new = version == TlsVersion::Tls12;
    let suites = NEW_SUITES.iter().filter(|_| new).chain(&OLD_SUITES);
    let mut extensions = Vec::new();
    if let Some(name) = server_name {
        let name = [&[0][..], &sized(name.as_bytes())].concat();
        extensions.extend(extension(0x0000, &sized(&name)));
    }
    extensions.extend(extension(0x000A, &sized(&words(&GROUPS))));
    extensions.extend(extension(0x000B, &[1, 0]));
    if new {
        extensions.extend(extension(0x000D, &sized(&words(&SIGNATURES))));
    }
    extensions.extend(extension(0x0017, &[]));
    extensions.extend(extension(0xFF01, &[0]));
    let suites: Vec<u16> = suites.copied().collect();
    let hello = [
        &version.number().to_be_bytes()[..],
        random,
        // There is no session to go on with.
        &[0],
        &sized(&words(&suites)),
        // No compression is the only one.
        &[1, 0],
        &sized(&extensions),
    ]
    .concat();
    let message = [&[1, 0][..], &sized(&hello)].concat();
    [&[22, 3, 1][..], &sized(&message)].concat()
}

/// Bytes behind their length in two bytes. What is written here is shorter than that allows.
fn sized(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], bytes].concat()
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn extension(number: u16, data: &[u8]) -> Vec<u8> {
    [&number.to_be_bytes()[..], &sized(data)].concat()
}

/// Begins a handshake with the server of a URL. The reply holds the server's first bytes, and no status.
pub(super) async fn greet(url: &Url, version: TlsVersion, patience: Duration) -> Delivered {
    let started = Instant::now();
    let mut random = [0; 32];
    // Without randomness the handshake begins no worse: it is never ended.
    let _ = getrandom::fill(&mut random);
    let name = match url.host() {
        Some(Host::Domain(name)) => Some(name),
        _ => None,
    };
    let heard = tokio::time::timeout(patience, exchange(url, &client_hello(version, name, &random))).await;
    let (outcome, reply, trouble) = match heard {
        Err(_) => (InfoReason::Timeout.into(), None, "no answer in time".to_owned()),
        Ok(Err(error)) => (Outcome::Fail(FailReason::NotConnected), None, error.to_string()),
        Ok(Ok(body)) => {
            let outcome = match Greeting::read(&body) {
                Some(Greeting::Chosen(_)) => Outcome::Ok { repeat: None },
                _ => InfoReason::Broken.into(),
            };
            (outcome, Some(Reply { body, ..Reply::default() }), String::new())
        }
    };
    Delivered { outcome, reply, took: started.elapsed(), trouble }
}

/// The server's first bytes; fewer than it takes to understand them when it closes the connection.
///
/// # Errors
/// When there is no connection at all.
async fn exchange(url: &Url, hello: &[u8]) -> io::Result<Vec<u8>> {
    let host = url.host().map(|host| host.to_string().trim_matches(['[', ']']).to_owned()).unwrap_or_default();
    let stream = TcpStream::connect((host, url.port_or_known_default().unwrap_or(443))).await?;
    let mut heard = Vec::new();
    // One that closes or resets the connection now has turned us away, and that is an answer.
    let _ = speak(&stream, hello, &mut heard).await;
    Ok(heard)
}

async fn speak(stream: &TcpStream, mut rest: &[u8], heard: &mut Vec<u8>) -> io::Result<()> {
    while !rest.is_empty() {
        stream.writable().await?;
        match stream.try_write(rest) {
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    let mut buffer = [0; 256];
    while heard.len() < MOST && Greeting::read(heard).is_none() {
        stream.readable().await?;
        match stream.try_read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => heard.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The `u16` at that place.
    fn word(bytes: &[u8], at: usize) -> usize {
        usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]))
    }

    #[test]
    fn every_length_in_a_hello_is_right() {
        for (version, name) in [(TlsVersion::Tls10, None), (TlsVersion::Tls12, Some("tracker.example"))] {
            let bytes = client_hello(version, name, &[7; 32]);
            assert_eq!(bytes[..3], [22, 3, 1]);
            assert_eq!(word(&bytes, 3), bytes.len() - 5, "the record");
            assert_eq!((bytes[5], bytes[6], word(&bytes, 7)), (1, 0, bytes.len() - 9), "the message");
            assert_eq!(word(&bytes, 9), usize::from(version.number()));
            assert_eq!((&bytes[11..43], bytes[43]), (&[7; 32][..], 0), "randomness, and no session");
            let after_suites = 46 + word(&bytes, 44);
            assert_eq!(bytes[after_suites..after_suites + 2], [1, 0], "no compression");
            let mut at = after_suites + 4;
            assert_eq!(word(&bytes, after_suites + 2), bytes.len() - at, "the extensions");
            let mut numbers = Vec::new();
            while at < bytes.len() {
                numbers.push(word(&bytes, at));
                at += 4 + word(&bytes, at + 2);
            }
            assert_eq!(at, bytes.len());
            assert_eq!(numbers.contains(&0), name.is_some(), "the server's name");
            assert_eq!(numbers.contains(&0x000D), version == TlsVersion::Tls12);
        }
    }

    #[test]
    fn the_servers_name_stands_in_it() {
        let bytes = client_hello(TlsVersion::Tls11, Some("tracker.example"), &[0; 32]);
        let list = [&[0, 0, 0, 20, 0, 18, 0, 0, 15][..], b"tracker.example"].concat();
        assert!(bytes.windows(list.len()).any(|window| window == list));
    }
}
