//! A file that can't be written.

use std::fs::Metadata;
use std::path::Path;

/// Why a file can't have its name, and what to do if that is not to write `path` in another way.
#[derive(Debug)]
pub struct RefusedName {
    pub why: String,
    pub help: Option<String>,
}

impl From<String> for RefusedName {
    fn from(why: String) -> Self {
        Self { why, help: None }
    }
}

impl RefusedName {
    pub(super) fn new(why: String, help: &str) -> Self {
        Self { why, help: Some(help.to_owned()) }
    }

    /// What is there is in the way of a file, or of a folder for it. `is_own` if an earlier run of the profile wrote it.
    pub(super) fn in_the_way(path: &Path, there: &Metadata, wanted: &str, is_own: bool) -> Self {
        let shown = path.display();
        let kind = match there.file_type() {
            kind if kind.is_symlink() => "a link",
            kind if kind.is_dir() => "a folder",
            kind if kind.is_file() => "a file",
            _ => "a device, pipe or socket",
        };
        let why = format!("`{shown}` is {kind}, not {wanted}");
        let help = if is_own {
            format!("remove `{shown}`, which an earlier run of this profile wrote")
        } else {
            format!("remove `{shown}` if nothing needs it, or write another `path`")
        };
        Self::new(why, &help)
    }
}
