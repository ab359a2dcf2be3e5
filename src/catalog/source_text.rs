//! The text of a profile or template, read from a file.

use std::fmt;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::clean;
use crate::fs::{Exposure, exposure, open_regular, path_as_text, resolve_folder};
use crate::{Error, Result};

/// The largest profile or template that is read, in bytes.
const SIZE_LIMIT: u64 = 1024 * 1024;

/// Where a profile or template is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// This file.
    File(PathBuf),
    /// The binary itself.
    Embedded,
}

impl Origin {
    /// The file; none for an embedded one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Embedded => None,
        }
    }

    /// See [`SourceText::key`].
    #[must_use]
    pub fn key(&self, name: &str) -> String {
        match self {
            Self::File(path) => path_as_text(&resolve_folder(path)),
            Self::Embedded => format!("built in:{name}"),
        }
    }

    /// The folder where relative paths start; none for an embedded file.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.file()?.parent()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.write_str(&clean(&path.to_string_lossy())),
            Self::Embedded => f.write_str("built in"),
        }
    }
}

/// The text of a profile or template, and where it is.
#[derive(Clone)]
pub struct SourceText {
    /// Its name; for a profile given as a path, the name of the file without `.toml`.
    pub name: String,
    /// Where it is.
    pub origin: Origin,
    /// Its whole text.
    pub text: Arc<str>,
}

/// Leaves the text out: a profile that holds a secret by mistake must not reach a log.
impl fmt::Debug for SourceText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceText")
            .field("name", &self.name)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl SourceText {
    /// The file as a message names it.
    #[must_use]
    pub fn display_path(&self) -> String {
        match &self.origin {
            Origin::File(path) => path.to_string_lossy().into_owned(),
            Origin::Embedded => format!("built-in {}", self.name),
        }
    }

    /// See [`Origin::folder`].
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.origin.folder()
    }

    /// What tells it from all others, from whatever folder it is named: its absolute path, or `built in:NAME`.
    #[must_use]
    pub fn key(&self) -> String {
        self.origin.key(&self.name)
    }
}

/// Reads a file; `what` is what a message calls it.
pub(super) fn read_path(what: &str, path: PathBuf, name: String) -> Result<SourceText> {
    let bytes = read_limited(&path).map_err(|error| unreadable(what, &path, &error))?;
    let shown = clean(&path.to_string_lossy());
    if let Some(Exposure { why, help }) = exposure(&path) {
        return Err(Error::usage(format!("other users can change the {what} {shown}"))
            .because(clean(&why))
            .help(format!("{}; a profile can run programs", clean(&help))));
    }
    if bytes.len() as u64 > SIZE_LIMIT {
        return Err(Error::usage(format!("{shown} is larger than 1 MiB"))
            .help(format!("is this the right {what}? People write them by hand")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceText { name, origin: Origin::File(path), text: Arc::from(text) }),
        Err(error) => Err(Error::usage(format!(
            "{shown} is not UTF-8 text: byte {} is wrong",
            error.utf8_error().valid_up_to()
        ))
        .help("save it as UTF-8")),
    }
}

/// The bytes of a file, up to one more than the limit: then the file is too large.
fn read_limited(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_regular(path)?.take(SIZE_LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn unreadable(what: &str, path: &Path, error: &io::Error) -> Error {
    let failed = Error::usage(format!("cannot read the {what} {}", clean(&path.to_string_lossy())));
    match error.kind() {
        ErrorKind::NotFound => {}
        ErrorKind::PermissionDenied => {
            return failed.because(error).help("the user who runs this must be able to read it");
        }
        _ => return failed.because(error),
    }
    if path.is_symlink() {
        return failed.because("it is a link to a file that does not exist");
    }
    let failed = failed.because("it does not exist");
    match std::env::current_dir() {
        Ok(here) if path.is_relative() => failed.help(format!(
            "a relative path starts at the current folder, {}",
            clean(&here.to_string_lossy())
        )),
        _ => failed,
    }
}
