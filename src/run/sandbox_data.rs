//! What a sandbox holds.

use std::path::PathBuf;

use crate::data::BuiltIn;
use crate::output::ProtectedFile;

/// The users, clients and groups of a sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SandboxData {
    BuiltIn(BuiltIn),
    /// A TOML or JSON file.
    File(PathBuf),
}

impl SandboxData {
    /// What the user means by this word or path.
    #[must_use]
    pub fn named(word: PathBuf) -> Self {
        word.to_str().and_then(BuiltIn::named).map_or(Self::File(word), Self::BuiltIn)
    }

    /// The file that no output may replace.
    pub(super) fn protected_file(&self) -> Option<ProtectedFile> {
        match self {
            Self::File(path) => Some((path.clone(), "the data of the sandbox")),
            Self::BuiltIn(_) => None,
        }
    }
}

#[cfg(feature = "sandbox")]
impl SandboxData {
    /// Reads it. Exit code 2 for a file that does not hold such data.
    pub fn load(&self) -> crate::Result<globus_sandbox::Data> {
        match self {
            Self::BuiltIn(BuiltIn::Sample) => Ok(globus_sandbox::Data::default()),
            Self::BuiltIn(BuiltIn::Hostile) => Ok(globus_sandbox::Data::hostile()),
            Self::File(path) => Ok(globus_sandbox::Data::load(path)?),
        }
    }
}
