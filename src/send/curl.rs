//! A postback as a curl command that can be pasted into a POSIX shell. It sends what would have been sent, to the byte.

use std::fmt::Write as _;

use url::Url;

use crate::profile::{Postback, Profile};

/// How the token stands in the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorization<'a> {
    /// No token goes along.
    None,
    /// A token that was minted for the moment.
    Token(&'a str),
    /// A token that is a secret itself: the shell takes it out of this variable.
    Variable(&'a str),
}

/// What a command is written from.
#[derive(Clone, Copy)]
pub struct Command<'a> {
    /// Where to.
    pub url: &'a Url,
    /// The dialect, which says what the body is.
    pub profile: &'a dyn Profile,
    /// The message.
    pub postback: &'a Postback,
    /// The token that goes with it.
    pub authorization: Authorization<'a>,
    /// curl's options for files of certificates, such as `--cacert`, with their paths.
    pub files: &'a [(&'static str, String)],
}

impl Command<'_> {
    /// The command, one option a line.
    pub fn write(&self) -> String {
        // -q first: a ~/.curlrc could follow redirects or use a proxy, and postproof does neither.
        let mut text = format!("curl -q -sS -i --noproxy '*' -X POST {}", quoted(self.url.as_str()));
        let mut option = |name: &str, word: &str| {
            let _ = write!(text, " \\\n  {name} {word}");
        };
        for (name, path) in self.files {
            option(name, &quoted(path));
        }
        option("-H", &quoted(&format!("Content-Type: {}", self.profile.content_type())));
        match self.authorization {
            Authorization::None => {}
            Authorization::Token(token) => option("-H", &quoted(&format!("Authorization: Bearer {token}"))),
            Authorization::Variable(name) => {
                option("-H", &format!("\"Authorization: Bearer $(printenv {})\"", quoted(name)));
            }
        }
        for (name, value) in &self.postback.headers {
            option("-H", &quoted(&format!("{name}: {value}")));
        }
        option("--data-binary", &quoted(&String::from_utf8_lossy(&self.postback.body)));
        text.push('\n');
        text
    }
}

/// A word as a POSIX shell takes it.
pub fn quoted(word: &str) -> String {
    let plain = !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&b));
    if plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{S2sJson, TokenUse};

    #[test]
    fn words_with_quotes_and_signs_stay_one_word() {
        assert_eq!(quoted("http://127.0.0.1:1/p"), "http://127.0.0.1:1/p");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn a_command_holds_the_message_and_no_secret() {
        let postback = Postback {
            event_id: "dep_1".into(),
            headers: vec![("X-Signature".into(), "sha256=00".into())],
            body: b"{\"name\":\"O'Hara\"}".to_vec(),
            token: TokenUse::Fresh,
            renewed: false,
        };
        let url = Url::parse("http://127.0.0.1:1/p?a=1&b=2").unwrap();
        let files = [("--cacert", "my ca.pem".to_owned())];
        let write = |authorization| {
            Command { url: &url, profile: &S2sJson, postback: &postback, authorization, files: &files }.write()
        };
        assert_eq!(
            write(Authorization::Token("aa.bb.cc")),
            "curl -q -sS -i --noproxy '*' -X POST 'http://127.0.0.1:1/p?a=1&b=2' \\\n  --cacert 'my ca.pem' \\\n  \
             -H 'Content-Type: application/json' \\\n  -H 'Authorization: Bearer aa.bb.cc' \\\n  \
             -H 'X-Signature: sha256=00' \\\n  --data-binary '{\"name\":\"O'\\''Hara\"}'\n"
        );
        assert!(write(Authorization::Variable("MY_TOKEN")).contains("Bearer $(printenv MY_TOKEN)\""));
        assert!(!write(Authorization::None).contains("Authorization"));
    }
}
