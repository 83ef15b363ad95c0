//! The canonical payload: RFC 8785 written from its text, over the value that `json` has read.
//!
//! What has no canonical form does not get here: the reader refuses it.

use super::json::{Json, Member};

/// The member that holds a signature inside a body. It cannot cover itself, so it is left out.
pub(super) const SIGNATURE_MEMBER: &str = "signature";

/// Bytes for which there is room at once; a postback has a few hundred.
const USUAL: usize = 512;

/// What a body's signature covers.
pub(super) fn payload(body: &Json) -> String {
    let mut out = String::with_capacity(USUAL);
    match body {
        Json::Object(members) => write_object(members.iter().filter(|(name, _)| name != SIGNATURE_MEMBER), &mut out),
        other => write(other, &mut out),
    }
    out
}

fn write(value: &Json, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Number(number) => out.push_str(ryu_js::Buffer::new().format(number.double)),
        Json::Text(text) => write_text(text, out),
        Json::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(element, out);
            }
            out.push(']');
        }
        Json::Object(members) => write_object(members.iter(), out),
    }
}

/// Members come in canonical order already.
fn write_object<'a>(members: impl Iterator<Item = &'a Member<'a>>, out: &mut String) {
    out.push('{');
    for (index, (name, value)) in members.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_text(name, out);
        out.push(':');
        write(value, out);
    }
    out.push('}');
}

/// Escapes what must be escaped and nothing else (RFC 8785, 3.2.2.2). What stands between two escapes is copied whole.
fn write_text(text: &str, out: &mut String) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    out.push('"');
    let mut rest = text;
    // Only characters of one byte are escaped, so both cuts are between characters.
    while let Some(at) = rest.bytes().position(|byte| byte <= 0x1f || byte == b'"' || byte == b'\\') {
        let (plain, escaped) = rest.split_at(at);
        let (character, behind) = escaped.split_at(1);
        out.push_str(plain);
        rest = behind;
        match character {
            "\"" => out.push_str("\\\""),
            "\\" => out.push_str("\\\\"),
            "\u{8}" => out.push_str("\\b"),
            "\t" => out.push_str("\\t"),
            "\n" => out.push_str("\\n"),
            "\u{c}" => out.push_str("\\f"),
            "\r" => out.push_str("\\r"),
            control => {
                let code = usize::from(control.as_bytes()[0]);
                out.push_str("\\u00");
                out.extend([HEX[code >> 4], HEX[code & 15]]);
            }
        }
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        payload(&Json::parse(text.as_bytes()).expect("valid JSON"))
    }

    #[test]
    fn rfc_8785_section_3_2_2() {
        let input = r#"{
          "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
          "literals": [null, true, false]
        }"#;
        let expected = r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
        assert_eq!(canonical(input), expected);
    }

    #[test]
    fn rfc_8785_section_3_2_3() {
        let input = r#"{
          "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
          "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
        }"#;
        let written = canonical(input);
        let values: Vec<&str> = written.split('"').skip(3).step_by(4).collect();
        let expected = [
            "Carriage Return",
            "One",
            "Control",
            "Latin Small Letter O With Diaeresis",
            "Euro Sign",
            "Emoji: Grinning Face",
            "Hebrew Letter Dalet With Dagesh",
        ];
        assert_eq!(values, expected);
        assert!(written.starts_with("{\"\\r\":"), "{written}");
    }

    #[test]
    fn rfc_8785_appendix_b() {
        let table: [(u64, &str); 26] = [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
            (0x3ff0_0000_0000_0000, "1"),
            (0xc059_0000_0000_0000, "-100"),
        ];
        for (bits, expected) in table {
            let lexeme = format!("{:e}", f64::from_bits(bits));
            assert_eq!(canonical(&lexeme), expected, "{bits:016x}");
        }
    }

    #[test]
    fn the_signature_is_left_out_at_the_top_only() {
        let body = r#"{"signature":"x","b":{"signature":"y"},"amount":100.00}"#;
        assert_eq!(canonical(body), r#"{"amount":100,"b":{"signature":"y"}}"#);
    }
}
