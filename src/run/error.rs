//! Why a command did not do what it was asked: because it was asked wrongly, or because it could not be done.

use miette::Diagnostic;

use super::ConfigFileError;
use crate::scenario::ScenarioError;

/// A command that did not come to a verdict.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The scenario is wrong.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The configuration file of the reference stack is wrong.
    #[error(transparent)]
    ConfigFile(Box<ConfigFileError>),
    /// A flag or the surroundings are wrong; asking otherwise will help.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
    /// It could not be done: a target that cannot be reached, a service that does not start.
    #[error("{message}")]
    Undone {
        /// What went wrong.
        message: String,
        /// What to do.
        help: String,
    },
}

impl RunError {
    /// A mistake in how the command was called.
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: help.into() }
    }

    /// Something that could not be done.
    pub fn undone(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Undone { message: message.into(), help: help.into() }
    }
}

impl Diagnostic for RunError {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        match self {
            Self::Scenario(error) => error.help(),
            Self::ConfigFile(error) => error.help(),
            Self::Usage { help, .. } | Self::Undone { help, .. } => Some(Box::new(help)),
        }
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        match self {
            Self::Scenario(error) => error.source_code(),
            Self::ConfigFile(error) => error.source_code(),
            Self::Usage { .. } | Self::Undone { .. } => None,
        }
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        match self {
            Self::Scenario(error) => error.labels(),
            Self::ConfigFile(error) => error.labels(),
            Self::Usage { .. } | Self::Undone { .. } => None,
        }
    }
}
