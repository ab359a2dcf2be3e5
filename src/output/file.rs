//! An output file: replaced whole, and only when it changes.

use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, BufReader, ErrorKind, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::delivered::Written;
use super::spool::Spooled;
use crate::fs::{SealedDraft, has_access_list, resolve, sweep_drafts};
use crate::{Error, Result};

/// A rendering that is ready to become a file: its draft is on the disk, or the file has this content already.
#[derive(Debug)]
pub(super) struct StagedFile {
    path: PathBuf,
    written: Written,
    change: Option<Change>,
}

/// What is left to do.
#[derive(Debug)]
enum Change {
    Replace(SealedDraft),
    SetMode(u32),
}

impl StagedFile {
    /// `old` is the metadata of the file, if there is one.
    pub(super) fn new(
        path: PathBuf,
        old: Option<&Metadata>,
        spooled: Spooled,
        mode: Option<u32>,
    ) -> Result<Self> {
        let staged = stage(&path, old, spooled, mode);
        let (written, change) = staged.map_err(|error| cannot_write(&path, error))?;
        Ok(Self { path, written, change })
    }

    pub(super) fn commit(self) -> Result<Written> {
        let Self { path, written, change } = self;
        let changed = match change {
            None => Ok(()),
            Some(Change::Replace(draft)) => draft.commit(),
            Some(Change::SetMode(mode)) => fs::set_permissions(&path, Permissions::from_mode(mode)),
        };
        changed.map_err(|error| cannot_write(&path, error))?;
        let outcome = if written.is_unchanged { "is up to date" } else { "has been replaced" };
        tracing::debug!("`{}` {outcome}", path.display());
        Ok(written)
    }
}

/// The file is written beside the old one and then renamed, so it is the folder that must be writable.
fn cannot_write(path: &Path, error: io::Error) -> Error {
    let failed = Error::failed(format!("can't write the output file `{}`", path.display()));
    let folder = resolve(path).parent().map(Path::to_owned).unwrap_or_default();
    match access(&folder, Access::WRITE_OK | Access::EXEC_OK) {
        Err(refused) if error.kind() == ErrorKind::PermissionDenied => failed
            .because(format!("no file can be made in its folder, `{}`: {refused}", folder.display()))
            .help("let the user who runs this write in that folder; the file is unchanged"),
        _ => failed.because(error).help("the file is unchanged"),
    }
}

fn stage(
    path: &Path,
    old: Option<&Metadata>,
    mut spooled: Spooled,
    mode: Option<u32>,
) -> io::Result<(Written, Option<Change>)> {
    sweep_drafts(path);
    let size = spooled.len()?;
    let is_unchanged = match old {
        Some(old) => same(path, old.len(), &mut spooled)?,
        None => false,
    };
    let written = Written { size, is_unchanged };
    // Removing the list first, or setting the mode first, would open the file to some for a moment.
    let replaces = !is_unchanged || mode.is_some() && has_access_list(path);
    if replaces {
        let draft = spooled.into_draft(path)?.seal(mode)?;
        return Ok((written, Some(Change::Replace(draft))));
    }
    let has_mode = |mode: &u32| old.is_some_and(|old| old.permissions().mode() & 0o7777 == *mode);
    Ok((written, mode.filter(|mode| !has_mode(mode)).map(Change::SetMode)))
}

/// Whether a file of this length has just this content. A file that can't be read can still be replaced.
pub(super) fn same(path: &Path, length: u64, spooled: &mut Spooled) -> io::Result<bool> {
    if length != spooled.len()? {
        return Ok(false);
    }
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(false),
        Err(error) => return Err(error),
    };
    let (mut old, mut new) = (BufReader::new(file), BufReader::new(spooled.reader()));
    let (mut old_chunk, mut new_chunk) = (Vec::new(), Vec::new());
    loop {
        old_chunk.clear();
        new_chunk.clear();
        (&mut old).take(CHUNK).read_to_end(&mut old_chunk)?;
        (&mut new).take(CHUNK).read_to_end(&mut new_chunk)?;
        if old_chunk != new_chunk {
            return Ok(false);
        }
        if new_chunk.is_empty() {
            return Ok(true);
        }
    }
}

/// Files are compared in chunks of this size.
const CHUNK: u64 = 64 * 1024;
