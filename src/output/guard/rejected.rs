//! The refused output, kept beside the file that it did not replace, so that a person can look at it.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::fs::{follow_links, shortened};
use crate::output::spool::Spool;
use crate::{Error, Result};

/// The mode of a kept output, which only this user can read. A file with another mode is not one: it is neither replaced
/// nor removed.
const KEPT_MODE: u32 = 0o600;

/// A longer name of an output, in bytes, leaves no room for what is added to it.
const LONGEST: usize = 240;

fn is_kept(metadata: &Metadata) -> bool {
    metadata.is_file() && metadata.permissions().mode() & 0o7777 == KEPT_MODE
}

/// Where the output of this file is kept when it is refused: `NAME.rejected` beside it. Of a very long name the end is left out.
pub fn rejected_path(output: &Path) -> io::Result<PathBuf> {
    let path = follow_links(output)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    if name.len() > LONGEST {
        name = shortened(&name.to_string_lossy(), LONGEST).into_owned().into();
    }
    name.push(".rejected");
    Ok(path.with_file_name(name))
}

/// Keeps a refused output in place of an earlier one, and tells where; `None` if it is not for a regular file.
pub fn keep_rejected(rendering: Spool) -> Result<Option<PathBuf>> {
    let (destination, spooled) = rendering.into_parts()?;
    let Some(output) = destination.regular_file() else { return Ok(None) };
    let keep = || {
        let path = rejected_path(output)?;
        if fs::symlink_metadata(&path).is_ok_and(|there| there.is_file() && !is_kept(&there)) {
            return Err(io::Error::other("a file of that name is there, which no run has kept"));
        }
        spooled.into_draft(output)?.commit_as(&path, KEPT_MODE)?;
        // The reader of the message may be in another folder.
        std::path::absolute(path)
    };
    keep().map(Some).map_err(|error: io::Error| {
        Error::failed(format!("can't keep the refused output as `{}.rejected`", output.display()))
            .because(error)
    })
}

/// Removes what an earlier run kept: the output is good again.
pub fn remove_rejected(output: &Path) {
    let remove = || {
        let path = rejected_path(output)?;
        if is_kept(&fs::symlink_metadata(&path)?) { fs::remove_file(path) } else { Ok(()) }
    };
    match remove() {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            log::warn!("can't remove the refused output `{}.rejected`: {error}", output.display());
        }
        _ => {}
    }
}
