//! Recipes: how a shell makes a scheme's signature with openssl, as data, for commands that people paste.
//! In the templates `{t}` stands for the second of signing, `{id}` for the message's id and `{s}` for the digest.

/// How a signature is made by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// What the secret's text is to the key.
    pub key: KeyText,
    /// What is hashed before the payload.
    pub before: &'static str,
    /// Whether the digest is spelled in base64, and not in hex.
    pub base64: bool,
    /// The signature's own text.
    pub value: &'static str,
    /// Headers that go along, with their templates.
    pub companions: &'static [(&'static str, &'static str)],
}

/// What a secret's text is to the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyText {
    /// The key itself.
    Plain,
    /// The key in base64, behind this mark.
    Base64After(&'static str),
}

impl Recipe {
    /// Whether any template has that place in it.
    pub fn needs(&self, place: &str) -> bool {
        let templates = self.companions.iter().map(|(_, template)| *template);
        templates.chain([self.before, self.value]).any(|template| template.contains(place))
    }

    /// Of a scheme that hashes the payload alone and spells the digest in hex.
    pub(super) const fn hex(value: &'static str) -> Self {
        Self { key: KeyText::Plain, before: "", base64: false, value, companions: &[] }
    }
}
