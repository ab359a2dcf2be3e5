//! An output file: replaced whole, and only when it changes.

use std::fs::{self, Metadata, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::delivered::Written;
use super::file_change::FileChange;
use super::spool::Spooled;
use crate::fs::{SealedDraft, resolve, sweep_drafts};
use crate::{Error, Result};

/// A rendering that is ready to become a file: its draft is on the disk, or there is nothing to replace.
#[derive(Debug)]
pub(super) struct StagedFile {
    path: PathBuf,
    written: Written,
    step: Option<Step>,
}

/// What is left to do.
#[derive(Debug)]
enum Step {
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
        let (written, step) = staged.map_err(|error| cannot_write(&path, error))?;
        Ok(Self { path, written, step })
    }

    pub(super) fn commit(self) -> Result<Written> {
        let Self { path, written, step } = self;
        let (done, outcome) = match step {
            None => (Ok(()), "is up to date"),
            Some(Step::Replace(draft)) => (draft.commit(), "has been replaced"),
            Some(Step::SetMode(mode)) => {
                (fs::set_permissions(&path, Permissions::from_mode(mode)), "has another mode now")
            }
        };
        done.map_err(|error| cannot_write(&path, error))?;
        log::debug!("`{}` {outcome}", path.display());
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
) -> io::Result<(Written, Option<Step>)> {
    sweep_drafts(path);
    let change = FileChange::of(path, old, &mut spooled, mode)?;
    let written = Written { size: spooled.len()?, is_unchanged: change.is_none() };
    let step = if change.replaces() {
        Some(Step::Replace(spooled.into_draft(path)?.seal(mode)?))
    } else {
        change.mode.map(|(_, mode)| Step::SetMode(mode))
    };
    Ok((written, step))
}
