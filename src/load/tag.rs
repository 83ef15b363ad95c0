//! Tags of an interval log: any text, written so that the format takes it. Its readers know neither commas nor spaces in a tag,
//! nor line ends; those are written by their bytes, `%20` for a space.

/// The tag as it stands in the file.
pub(super) fn written(tag: &str) -> String {
    let mut text = String::with_capacity(tag.len());
    for byte in tag.bytes() {
        if byte.is_ascii_graphic() && byte != b',' && byte != b'%' {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.extend([byte >> 4, byte & 0xf].into_iter().filter_map(|digit| char::from_digit(digit.into(), 16)));
        }
    }
    text
}

/// The tag that was written so. What was not written by [`written`] is taken as it stands.
pub(super) fn read(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        let escaped = match (first, more) {
            (b'%', [high, low, after @ ..]) => {
                digit(*high).zip(digit(*low)).map(|(high, low)| (high << 4 | low, after))
            }
            _ => None,
        };
        let (byte, after) = escaped.unwrap_or((*first, more));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn digit(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hdrhistogram::serialization::interval_log::Tag;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_text_is_read_back(tag: String) {
            let text = written(&tag);
            prop_assert!(Tag::new(&text).is_some() && text.is_ascii());
            prop_assert_eq!(read(&text), tag);
        }

        #[test]
        fn no_text_stops_reading(text: String) {
            let _ = read(&text);
        }
    }

    #[test]
    fn usual_tags_stay_as_they_are() {
        assert_eq!(written("response.event.deposit_success"), "response.event.deposit_success");
        assert_eq!(written("response.stage.warm up, slowly"), "response.stage.warm%20up%2c%20slowly");
    }
}
