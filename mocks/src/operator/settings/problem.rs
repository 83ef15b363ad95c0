//! What can be wrong with the operator's settings.

use crate::operator::TemplateError;

/// Settings that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A number lies outside its range.
    #[error("{key}: {found} is out of range; write {least} to {most}")]
    Range {
        /// The key.
        key: String,
        /// What stands there.
        found: u64,
        /// The least that may.
        least: u64,
        /// The most that may.
        most: u64,
    },
    /// A name has a form that cannot be used.
    #[error("{key}: write 1 to 32 characters out of a-z, A-Z, 0-9, - and _")]
    Name {
        /// The key.
        key: String,
    },
    /// Two networks share what tells them apart.
    #[error("networks.{name}.{key}: another network has the same; give each its own")]
    Shared {
        /// The network.
        name: String,
        /// The key.
        key: &'static str,
    },
    /// A template is none.
    #[error("networks.{name}.{key}: {source}")]
    Template {
        /// The network.
        name: String,
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        source: TemplateError,
    },
    /// An event has a name that nobody knows.
    #[error("networks.{name}.events: `{event}` is no event; there are {known}")]
    Event {
        /// The network.
        name: String,
        /// What stands there.
        event: String,
        /// The names there are.
        known: String,
    },
    /// A sum is none.
    #[error("networks.{name}.cpa: write a plain decimal, like \"50.00\", above 0")]
    Sum {
        /// The network.
        name: String,
    },
    /// `{key}` is used and not given.
    #[error(
        "networks.{name}.key_env: {{key}} is in the address and `key_env` is not given; name the variable that holds it"
    )]
    NoKey {
        /// The network.
        name: String,
    },
}

impl SettingsError {
    /// The key that is wrong, from the operator's own part of a configuration downwards.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Range { key, .. } | Self::Name { key } => key.clone(),
            Self::Shared { name, key } | Self::Template { name, key, .. } => format!("networks.{name}.{key}"),
            Self::Event { name, .. } => format!("networks.{name}.events"),
            Self::Sum { name } => format!("networks.{name}.cpa"),
            Self::NoKey { name } => format!("networks.{name}"),
        }
    }
}
