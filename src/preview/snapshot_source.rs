//! The source of the snapshot that a preview renders.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::data::{BuiltIn, Snapshot};
use crate::{Error, Result};

/// The largest snapshot that is read, in bytes: a million groups are less.
const SIZE_LIMIT: u64 = 2 * 1024 * 1024 * 1024;

/// Where the snapshot of a preview comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnapshotSource {
    BuiltIn(BuiltIn),
    Stdin,
    /// A file that `runner data` saved.
    File(PathBuf),
}

impl SnapshotSource {
    /// What the user means by this word or path: a set of built-in groups, `-` for stdin, or a file.
    #[must_use]
    pub fn named(word: PathBuf) -> Self {
        match word.to_str() {
            Some("-") => Self::Stdin,
            text => text.and_then(BuiltIn::named).map_or(Self::File(word), Self::BuiltIn),
        }
    }

    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::BuiltIn(_) | Self::Stdin => None,
        }
    }

    /// Reads the data. Exit code 2 if it can't be read, or is not a snapshot.
    pub fn read(&self) -> Result<Snapshot> {
        let text = match self {
            Self::BuiltIn(groups) => return Snapshot::built_in(*groups),
            Self::Stdin => text(io::stdin().lock()),
            Self::File(path) => read_file(path),
        };
        let text = text.map_err(|error| {
            let error = Error::usage(format!("can't read {self}")).because(error);
            error.help(
                "`runner data PROFILE --save FILE` writes such a file; `sample` and `hostile` are built in",
            )
        })?;
        Snapshot::parse(&text, &self.to_string())
    }
}

impl fmt::Display for SnapshotSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(groups) => f.write_str(groups.shown()),
            Self::Stdin => f.write_str("the standard input"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

fn read_file(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::Error::other("it is a folder"));
    }
    if metadata.len() > SIZE_LIMIT {
        return Err(too_large());
    }
    text(File::open(path)?)
}

fn text(from: impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    from.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|error| {
        io::Error::other(format!("it is not UTF-8 text: byte {} is wrong", error.utf8_error().valid_up_to()))
    })
}

fn too_large() -> io::Error {
    io::Error::other("it is larger than 2 GiB")
}
