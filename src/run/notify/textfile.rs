//! The file with metrics, which `node_exporter` reads.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::fs::{read_regular, replace_file, sweep_drafts};

/// `node_exporter` is another user.
const MODE: u32 = 0o644;

/// Replaces the file by these metrics of the profile with this key. One that another profile, or another program, has written
/// stays: each needs its own. A failure is a warning.
pub fn write_textfile(path: &Path, profile_key: &str, metrics: &str) {
    let mark = format!("# Written by globus-runner for {}\n", profile_key.escape_debug());
    let written = || {
        match read_regular(path) {
            Ok(there) if !there.starts_with(mark.as_bytes()) && !there.is_empty() => {
                return Err(io::Error::other(
                    "another profile or program has written it, and each profile needs its own",
                ));
            }
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        sweep_drafts(path);
        replace_file(path, (mark.clone() + metrics).as_bytes(), Some(MODE))
    };
    if let Err(error) = written() {
        log::warn!("can't write the metrics to `{}`: {error}", path.display());
    }
}
