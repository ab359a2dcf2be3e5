//! What is known of files before they are rendered.

use std::path::PathBuf;

use crate::output::would_be::DryRun;

/// What is known of the files before they are rendered.
#[derive(Debug, Clone)]
pub struct FilesOptions {
    /// The folder that all files are in. It exists.
    pub folder: PathBuf,
    /// The name of the profile, and what tells it from others; see [`Profile::key`](crate::profile::Profile::key).
    pub profile: String,
    pub key: String,
    pub mode: Option<u32>,
    /// Whether files that the profile wrote earlier, and writes no longer, are removed.
    pub prune: bool,
    /// If nothing is written.
    pub dry_run: Option<DryRun>,
}
