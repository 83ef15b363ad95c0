//! Greetings: what a server of TLS answers to the beginning of a handshake, read from its first bytes (RFC 5246 §6.2.1,
//! §7.2, §7.4.1.3; RFC 8446 §5.1). The beginning itself is made and sent by `send`.

/// Bytes of a record's head: its type, a version and its length.
const HEAD: usize = 5;
/// Record types.
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
/// The type of a `ServerHello` among the handshake's messages.
const SERVER_HELLO: u8 = 2;
/// The level of an alert after which the handshake goes on.
const WARNING: u8 = 1;

/// What a server made of a handshake's beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Greeting {
    /// It goes on, in the version of that number.
    Chosen(u16),
    /// It ends here, with an alert of that description.
    Alert(u8),
    /// What came is no TLS.
    Strange,
}

impl Greeting {
    /// Reads a server's first bytes; `None` as long as they say nothing yet.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        loop {
            let (&kind, &major) = (rest.first()?, rest.get(1).unwrap_or(&3));
            if !matches!(kind, ALERT | HANDSHAKE) || major != 3 {
                return Some(Self::Strange);
            }
            let body = rest.get(HEAD..)?;
            let length = usize::from(u16::from_be_bytes([rest[3], rest[4]]));
            match (kind, body) {
                (ALERT, [WARNING, _, ..]) => rest = body.get(length..)?,
                (ALERT, [_, description, ..]) => return Some(Self::Alert(*description)),
                (HANDSHAKE, [SERVER_HELLO, _, _, _, high, low, ..]) => {
                    return Some(Self::Chosen(u16::from_be_bytes([*high, *low])));
                }
                (HANDSHAKE, [first, ..]) if *first != SERVER_HELLO => return Some(Self::Strange),
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hello_an_alert_and_nonsense_are_told_apart() {
        let hello = [22, 3, 1, 0, 49, 2, 0, 0, 45, 3, 2, 7, 7];
        for (bytes, read) in [
            (&hello[..], Some(Greeting::Chosen(0x0302))),
            (&hello[..10], None),
            (&hello[..3], None),
            (&[21, 3, 1, 0, 2, 2, 70], Some(Greeting::Alert(70))),
            (&[21, 3, 1, 0, 2, 2], None),
            (&[21, 3, 1, 0, 2, 1, 112], None),
            (b"HTTP/1.1 400 Bad Request", Some(Greeting::Strange)),
            (&[22, 3, 1, 0, 4, 1, 0, 0, 0], Some(Greeting::Strange)),
            (b"", None),
        ] {
            assert_eq!(Greeting::read(bytes), read, "{bytes:?}");
        }
        let warned = [&[21, 3, 1, 0, 2, 1, 112][..], &hello].concat();
        assert_eq!(Greeting::read(&warned), Some(Greeting::Chosen(0x0302)));
    }
}
