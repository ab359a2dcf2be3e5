//! The errors of token files, whatever their format.

use std::fmt;
use std::path::Path;

use crate::fs::{Exposure, exposure};
use crate::{Error, Result};

/// The file is not a token file, or is damaged. It has not been changed.
pub(super) fn not_usable(path: &Path, why: impl fmt::Display) -> Error {
    Error::failed(format!("`{}` is not a usable Globus token file", path.display())).because(why).help(
        "the file was left as it is; move it away to log in again, or set another `storage` in the profile",
    )
}

pub(super) fn cannot_read(path: &Path, why: impl fmt::Display) -> Error {
    Error::failed(format!("can't read the token file `{}`", path.display()))
        .because(why)
        .help("it belongs to the user who runs the profile; `storage` in the profile names it")
}

/// Fails if other users can change the file. Exit code 2.
pub(super) fn check_exposure(path: &Path) -> Result<()> {
    let Some(Exposure { why, help }) = exposure(path) else { return Ok(()) };
    Err(Error::usage(format!("other users can change the token file `{}`", path.display()))
        .because(why)
        .help(help))
}

pub(super) fn cannot_write(path: &Path, why: impl fmt::Display) -> Error {
    Error::failed(format!("can't write the token file `{}`", path.display())).because(why)
}
