//! What a delivery would change. Nothing is written.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::delivered::{Delivered, Written};
use super::destination::{Destination, is_folder};
use super::diff::{self, Side};
use super::file::same;
use super::spool::Spool;
use crate::{Error, Result};

/// How a dry run is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DryRun {
    /// Whether the changes are shown.
    pub diff: bool,
}

/// What would become of an output.
#[derive(Debug)]
pub struct WouldBe {
    pub delivered: Delivered,
    /// Whether a file would be another one: its content or its mode.
    pub changes: bool,
    /// If it was asked for.
    pub diff: Option<Spool>,
}

impl WouldBe {
    /// Of one rendering.
    pub(super) fn of(rendering: Spool, dry_run: DryRun) -> Result<Self> {
        let (destination, mut spooled) = rendering.into_parts()?;
        let mut diff = dry_run.diff.then(|| Spool::new(Destination::Stdout));
        let Destination::File { path, mode } = &destination else {
            return Ok(Self { delivered: Delivered::Whole, changes: false, diff });
        };
        let old = fs::metadata(path).ok();
        if old.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(is_folder(path));
        }
        if !destination.is_regular() {
            return Ok(Self { delivered: Delivered::Whole, changes: false, diff });
        }
        let mut compare = || {
            let size = spooled.len()?;
            let is_unchanged = match &old {
                Some(old) => same(path, old.len(), &mut spooled)?,
                None => false,
            };
            let old_mode = old.as_ref().map(|old| old.permissions().mode() & 0o7777);
            let other_mode = old_mode.zip(*mode).filter(|(old, new)| old != new);
            if let Some(diff) = &mut diff {
                if let Some((old, new)) = other_mode {
                    diff::write_mode(path, old, new, diff)?;
                }
                if !is_unchanged {
                    let before = if old.is_some() { Side::of_file(path)? } else { Side::Missing };
                    diff::write(path, &before, &Side::of_rendering(&mut spooled)?, diff)?;
                }
            }
            Ok((Written { size, is_unchanged }, !is_unchanged || other_mode.is_some()))
        };
        let (written, changes) = compare().map_err(|error: std::io::Error| {
            Error::failed(format!("can't compare with the output file `{}`", path.display())).because(error)
        })?;
        Ok(Self { delivered: Delivered::File(written), changes, diff })
    }
}
