//! The names of profiles and the endings of files.

use std::path::Path;

use crate::diagnostic::clean;
use crate::{Error, Result};

/// Whether a profile can be found by this name. Fails with [`Kind::Usage`](crate::Kind::Usage) if not.
pub fn check_profile_name(name: &str) -> Result<()> {
    if is_profile_name(name) {
        return Ok(());
    }
    if name.is_empty() {
        return Err(Error::usage("the name of the profile is empty")
            .help("is a variable empty that should hold it? `runner profiles` lists all names"));
    }
    Err(Error::usage(format!("`{}` is not the name of a profile", clean(name))).because(
        "a name is made of letters, digits, `.`, `_` and `-`, without `..`, a `.` before it and `.toml`",
    ))
}

pub(super) fn is_profile_name(name: &str) -> bool {
    !name.is_empty()
        && !is_hidden(name)
        && !name.contains("..")
        && !is_profile_path(name)
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// Whether a file of this name is none that a person means, such as the lock `.#x.toml` of an editor.
pub(super) fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

/// Whether a profile is named by its path: it has a `/` in it or ends in `.toml`, in lower case.
pub fn is_profile_path(name: &str) -> bool {
    name.contains('/') || Path::new(name).extension().is_some_and(|extension| extension == "toml")
}

pub(super) fn is_template_file(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension == "hbs")
}
