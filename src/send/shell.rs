//! A request of a contract case as one line for a POSIX shell, of openssl and curl: it takes the secrets out of the
//! environment or a file, signs for the moment at which it is pasted, and sends exactly the bytes that were sent.

use std::fmt::Write as _;
use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::Value;

use super::curl::quoted;
use super::octets::printed;
use crate::contract::{
    Address, Cut, Expiry, Framing, Hash, Key, Listening, OddToken, Over, Pass, Request, Seal, Signer, TlsVersion, Wire,
};
use crate::profile::Dialect;
use crate::sign::{Algorithm, Bearer, KeyText, Message, Place, TokenMaker};

mod outing;

pub use outing::{ACCOUNT, Entrance, Errand, Look, Outing, Party, Shelf, named};

/// What a line is written with, besides the request.
#[derive(Clone, Copy)]
pub struct Shell<'a> {
    /// What the target expects.
    pub dialect: &'a Dialect,
    /// Where the signing secret lies.
    pub secret: &'a ShellSecret,
    /// Where the token's key, or the opaque token itself, lies.
    pub token: &'a ShellSecret,
    /// curl's options for files of certificates, with their paths.
    pub files: &'a [(&'static str, String)],
}

/// Where a shell finds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShellSecret {
    /// In an environment variable.
    Variable(String),
    /// In a file.
    File(PathBuf),
}

/// `s` out of a binary digest, in hex.
const HEX: &str = "od -An -v -tx1 | tr -d ' \\n'";
/// The same in base64url, as tokens have it.
const BASE64_URL: &str = "openssl base64 -A | tr '+/' '-_' | tr -d '='";

impl ShellSecret {
    /// The command that writes the secret's bytes to its output.
    fn printed(&self) -> String {
        match self {
            Self::Variable(name) => format!("printf %s \"${name}\""),
            Self::File(path) => format!("cat {}", quoted(&path.display().to_string())),
        }
    }
}

impl Shell<'_> {
    /// The line for a request that went to this URL in these bytes.
    pub fn line(&self, url: &str, request: &Request, wire: &Wire) -> String {
        if let Address::Handshake(version) = wire.address {
            return handshake(url, version);
        }
        let mut line = String::from("( d=$(mktemp -d); trap 'rm -r \"$d\"' EXIT; ");
        let in_body = matches!(self.dialect.scheme.place(), Place::Member(_)) && !request.seals.is_empty();
        let unsigned = if in_body { &request.body } else { &wire.body };
        let _ = write!(line, "{} > \"$d/body\"; ", printed(unsigned));
        for (number, seal) in request.seals.iter().enumerate() {
            self.seal(number, seal, request, &mut line);
        }
        if in_body {
            let _ = write!(line, "{} > \"$d/body\"; ", sealed_body(wire, self.value_of(wire).as_deref()));
        }
        self.token(&request.pass, &mut line);
        self.curl(url, request, wire, &mut line);
        line.push_str(" )");
        line
    }

    /// The assignment of `vN`, a signature's text.
    fn seal(&self, number: usize, seal: &Seal, request: &Request, line: &mut String) {
        let recipe = self.dialect.scheme.recipe();
        if recipe.needs("{t}") {
            let _ = write!(line, "t=$(($(date +%s)-{})); ", seal.age);
        }
        if recipe.needs("{id}") {
            let _ = write!(line, "i={}; ", quoted(&request.event_id));
        }
        let (hash, value) = match seal.digest {
            Hash::Agreed => ("sha256", filled(recipe.value)),
            Hash::Nameless => ("sha256", "$s".to_owned()),
            Hash::Named(digest) => (digest.name(), format!("{}=$s", digest.name())),
            Hash::Disguised(digest) => (digest.name(), filled(recipe.value)),
        };
        let payload = self.payload(seal, request);
        let hashed = match recipe.before {
            "" => payload,
            before => format!("{{ printf %s \"{}\"; {payload}; }}", filled(before)),
        };
        let spelled = if recipe.base64 { "openssl base64 -A" } else { HEX };
        let _ = write!(
            line,
            "k=$({} | {HEX}); s=$({hashed} | openssl dgst -{hash} -mac HMAC -macopt \"hexkey:$k\" -binary | {spelled}); ",
            self.key(seal.key)
        );
        let _ = match seal.cut {
            Cut::Whole => write!(line, "v{number}=\"{value}\"; "),
            Cut::Half => write!(
                line,
                "v{number}=\"{value}\"; v{number}=$(printf %s \"$v{number}\" | cut -c1-$((${{#v{number}}}/2))); "
            ),
            Cut::Empty => write!(line, "v{number}=; "),
        };
    }

    /// The command that writes a signing key's bytes.
    fn key(&self, key: Key) -> String {
        let secret = self.secret.printed();
        match (self.dialect.scheme.recipe().key, key) {
            (KeyText::Plain, Key::Agreed) => secret,
            (KeyText::Plain, Key::Another) => format!("{{ {secret}; printf '~'; }}"),
            (KeyText::Base64After(mark), Key::Agreed) => {
                format!("{secret} | sed 's/^{mark}//' | openssl base64 -d -A")
            }
            // The other key of that look has another first byte; for a shell one byte more is as good.
            (KeyText::Base64After(mark), Key::Another) => {
                format!("{{ {secret} | sed 's/^{mark}//' | openssl base64 -d -A; printf '~'; }}")
            }
        }
    }

    /// The command that writes the payload which a seal is over.
    fn payload(&self, seal: &Seal, request: &Request) -> String {
        let scheme = &self.dialect.scheme;
        let document = match &seal.over {
            Over::Bytes(bytes) => return printed(bytes),
            Over::Document(document) => document,
            Over::Body => &request.body,
        };
        let message = Message { body: document, id: &request.event_id, at: Timestamp::UNIX_EPOCH };
        let canonical = scheme.canonical().and_then(|_| scheme.signed_bytes(&message).ok());
        let payload = canonical.as_deref().unwrap_or(document);
        if *payload == *request.body { "cat \"$d/body\"".to_owned() } else { printed(payload) }
    }

    /// The signature that stood in the body.
    fn value_of(&self, wire: &Wire) -> Option<String> {
        let Place::Member(name) = self.dialect.scheme.place() else { return None };
        crate::profile::Payload::read(&wire.body).ok()?.text(&name)
    }

    /// The assignment of `a`, the header of a token, where one goes along.
    fn token(&self, pass: &Pass, line: &mut String) {
        let _ = match (pass, &self.dialect.bearer) {
            (Pass::Missing, _) | (Pass::Agreed, None) | (Pass::Odd(_), Some(Bearer::Opaque(_)) | None) => return,
            (Pass::Text(text), _) => write!(line, "a={}; ", quoted(text)),
            (Pass::Agreed, Some(Bearer::Opaque(_))) => write!(line, "a=$({}); ", self.token.printed()),
            (Pass::Agreed, Some(Bearer::Minted(maker))) => {
                let expiry = Expiry::In(maker.lifetime.as_secs());
                write!(line, "{}", self.minted(&OddToken { expiry, ..OddToken::default() }, maker))
            }
            (Pass::Odd(token), Some(Bearer::Minted(maker))) => write!(line, "{}", self.minted(token, maker)),
        };
    }

    fn minted(&self, token: &OddToken, maker: &TokenMaker) -> String {
        // As of second 0 the claims that are instants are offsets, to which the shell adds its own clock.
        let (header, claims) = token.parts(maker, Timestamp::UNIX_EPOCH);
        let (template, offsets) = template(&claims);
        let (header, template) = (quoted(&header.to_string()), quoted(&template));
        let joined = format!(
            "n=$(date +%s); h=$(printf %s {header} | {BASE64_URL}); c=$(printf {template}{offsets} | {BASE64_URL}); "
        );
        let signed = match (token.signer, maker.key.algorithm()) {
            (Signer::Nobody, _) => String::new(),
            (Signer::Another, _) => hmac(&format!("printf %s {}", quoted(OddToken::ANOTHER_KEY))),
            (Signer::Agreed, Algorithm::Hs256) => hmac(&self.token.printed()),
            (Signer::Agreed, Algorithm::Rs256) => format!(
                "{} > \"$d/key\"; g=$(printf %s \"$h.$c\" | openssl dgst -sha256 -sign \"$d/key\" | {BASE64_URL}); ",
                self.token.printed()
            ),
            // openssl writes these signatures as DER, which tokens do not hold.
            (Signer::Agreed, Algorithm::Es256) => {
                return ": \"${TOKEN:?set it to a token of the target}\"; a=$TOKEN; ".to_owned();
            }
        };
        format!("{joined}g=; {signed}a=\"$h.$c.$g\"; ")
    }

    fn curl(&self, url: &str, request: &Request, wire: &Wire, line: &mut String) {
        // -q first: a ~/.curlrc could follow redirects or use a proxy, and postproof does neither.
        let method = if wire.method == "HEAD" { "--head".to_owned() } else { format!("-X {}", quoted(wire.method)) };
        let _ = write!(line, "curl -q -sS -i --noproxy '*' {method} {}", quoted(url));
        let unshown: &[&str] = if wire.address == Address::PostbackUncertified { &["--cert", "--key"] } else { &[] };
        for (name, path) in self.files.iter().filter(|(name, _)| !unshown.contains(name)) {
            let _ = write!(line, " {name} {}", quoted(path));
        }
        let mut seals = 0..request.seals.len();
        let own = match self.dialect.scheme.place() {
            Place::Header(name) => Some(name),
            Place::Member(_) => None,
        };
        let companions = self.dialect.scheme.recipe().companions;
        for (name, value) in &wire.headers {
            let value = if name == "Authorization" {
                "\"Authorization: Bearer $a\"".to_owned()
            } else if let Some(number) = own.as_ref().filter(|own| *own == name).and_then(|_| seals.next()) {
                // A header with nothing in it is written with a semicolon for curl to send it.
                if value.is_empty() { quoted(&format!("{name};")) } else { format!("\"{name}: $v{number}\"") }
            } else if let Some((_, template)) = companions.iter().find(|(companion, _)| companion == name) {
                format!("\"{name}: {}\"", filled(template))
            } else {
                quoted(&format!("{name}: {value}"))
            };
            let _ = write!(line, " -H {value}");
        }
        if !wire.headers.iter().any(|(name, _)| name == "Content-Type") {
            line.push_str(" -H 'Content-Type:'");
        }
        line.push_str(match wire.framing {
            Framing::Chunked => " -H 'Transfer-Encoding: chunked' -H 'Expect:'",
            Framing::Expecting => " -H 'Expect: 100-continue'",
            Framing::Sized | Framing::Slow(_) | Framing::Bodiless => " -H 'Expect:'",
        });
        if let Framing::Slow(duration) = wire.framing {
            let rate = (wire.body.len() as u64).div_ceil(duration.as_secs().max(1));
            let _ = write!(line, " --limit-rate {rate}");
        }
        if wire.patience == Listening::NotAtAll {
            line.push_str(" --max-time 1");
        }
        if wire.framing != Framing::Bodiless {
            line.push_str(" --data-binary \"@$d/body\"");
        }
    }
}

/// A handshake of that version, which openssl by itself would not offer any more.
fn handshake(url: &str, version: TlsVersion) -> String {
    let url = url::Url::parse(url).ok();
    let host = url.as_ref().and_then(url::Url::host_str).unwrap_or_default().to_owned();
    let port = url.and_then(|url| url.port_or_known_default()).unwrap_or(443);
    let flag = match version {
        TlsVersion::Tls10 => "-tls1",
        TlsVersion::Tls11 => "-tls1_1",
        TlsVersion::Tls12 => "-tls1_2",
    };
    let (place, name) = (quoted(&format!("{host}:{port}")), quoted(&host));
    format!("openssl s_client -connect {place} -servername {name} {flag} -cipher 'ALL:@SECLEVEL=0' < /dev/null")
}

/// The body with `v0` in the place where the signature stood.
fn sealed_body(wire: &Wire, value: Option<&str>) -> String {
    let at = value.filter(|value| !value.is_empty()).and_then(|value| {
        let found = wire.body.windows(value.len()).position(|window| window == value.as_bytes())?;
        Some((found, found + value.len()))
    });
    match at {
        Some((from, to)) => {
            format!("{{ {}; printf %s \"$v0\"; {}; }}", printed(&wire.body[..from]), printed(&wire.body[to..]))
        }
        None => printed(&wire.body),
    }
}

/// A recipe's template with the shell's variables in it.
fn filled(template: &str) -> String {
    template.replace("{t}", "$t").replace("{id}", "$i").replace("{s}", "$s")
}

fn hmac(key: &str) -> String {
    format!(
        "k=$({key} | {HEX}); g=$(printf %s \"$h.$c\" | openssl dgst -sha256 -mac HMAC -macopt \"hexkey:$k\" -binary | {BASE64_URL}); "
    )
}

/// The claims as a template for printf, and its words: each instant is the shell's clock and an offset.
fn template(claims: &Value) -> (String, String) {
    let (mut members, mut words) = (Vec::new(), String::new());
    for (name, value) in claims.as_object().into_iter().flatten() {
        let instant = matches!(name.as_str(), "iat" | "exp" | "nbf");
        let offset = match value {
            Value::Number(offset) if instant => offset.as_i64(),
            Value::String(offset) if instant => offset.parse().ok(),
            _ => None,
        };
        let shown = match (offset, value) {
            (Some(_), Value::String(_)) => "\"%s\"".to_owned(),
            (Some(_), _) => "%s".to_owned(),
            (None, value) => value.to_string().replace('%', "%%").replace('\\', "\\\\"),
        };
        if let Some(offset) = offset {
            let _ = write!(words, " \"$((n+{offset}))\"");
        }
        members.push(format!("\"{name}\":{shown}"));
    }
    (format!("{{{}}}", members.join(",")), words)
}
