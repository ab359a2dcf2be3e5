//! Where the rendering goes.

use std::fs;
use std::path::PathBuf;

use crate::fs::is_same_file;
use crate::{Error, Result};

/// Where the rendering goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    Stdout,
    File {
        /// The file, which need not exist.
        path: PathBuf,
        /// Its permission bits, such as `0o640`. With `None` a file keeps its own, and a new one has 0600.
        mode: Option<u32>,
    },
}

impl Destination {
    /// Fails if the output would replace one of these files, each with what messages call it. Exit code 2.
    /// They are listed only if the output is a file.
    pub fn check_against(&self, files: impl FnOnce() -> Vec<(PathBuf, &'static str)>) -> Result<()> {
        let Self::File { path, .. } = self else { return Ok(()) };
        match files().iter().find(|(file, _)| is_same_file(file, path)) {
            None => Ok(()),
            Some((_, what)) => Err(Error::usage(format!("the output `{}` is also {what}", path.display()))
                .because("it would be replaced")
                .help("choose another name for the output")),
        }
    }

    /// Whether the output is a regular file, or a new one. Anything else can't be replaced, and may block.
    pub fn is_regular(&self) -> bool {
        match self {
            Self::Stdout => false,
            Self::File { path, .. } => fs::metadata(path).map_or(true, |metadata| metadata.is_file()),
        }
    }
}
