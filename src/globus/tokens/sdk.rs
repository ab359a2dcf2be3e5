//! What the token files of the Globus SDK have in common, whatever their format.

use std::fmt;
use std::path::Path;

use crate::Error;

/// The SDK release whose formats are followed. The SDK refuses a JSON file that doesn't name one.
pub(super) const VERSION: &str = "4.9.0";

/// The file is something else, or damaged. It has not been touched.
pub(super) fn not_usable(path: &Path, why: impl fmt::Display) -> Error {
    Error::failed(format!("`{}` is not a usable Globus token file", path.display())).because(why).help(
        "the file was left as it is; move it away to log in afresh, or set another `storage` in the profile",
    )
}

pub(super) fn cannot_read(path: &Path, why: impl fmt::Display) -> Error {
    Error::failed(format!("can't read the token file `{}`", path.display())).because(why)
}

pub(super) fn cannot_write(path: &Path, why: impl fmt::Display) -> Error {
    Error::failed(format!("can't write the token file `{}`", path.display())).because(why)
}
