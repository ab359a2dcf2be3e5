//! What a delivery would change. Nothing is written.

use std::fs;

use super::delivered::{Delivered, Written};
use super::destination::{Destination, is_folder};
use super::diff;
use super::file_change::FileChange;
use super::spool::Spool;
use crate::{Error, Result};

/// How a dry run is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DryRun {
    /// Whether the changes are shown.
    pub diff: bool,
}

impl DryRun {
    /// Where they are shown.
    pub(super) fn page(self) -> Option<Spool> {
        self.diff.then(|| Spool::new(Destination::Stdout))
    }
}

/// What would become of an output.
#[derive(Debug)]
pub struct WouldBe {
    pub delivered: Delivered,
    /// If it was asked for.
    pub diff: Option<Spool>,
}

impl WouldBe {
    /// Of one rendering.
    pub(super) fn of(rendering: Spool, dry_run: DryRun) -> Result<Self> {
        let (destination, mut spooled) = rendering.into_parts()?;
        let mut diff = dry_run.page();
        let Destination::File { path, mode } = &destination else {
            return Ok(Self { delivered: Delivered::Whole, diff });
        };
        let old = fs::metadata(path).ok();
        if old.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(is_folder(path));
        }
        if !destination.is_regular() {
            return Ok(Self { delivered: Delivered::Whole, diff });
        }
        let mut compare = || {
            let change = FileChange::of(path, old.as_ref(), &mut spooled, *mode)?;
            if let Some(diff) = &mut diff {
                diff::write(path, old.is_some(), change, &mut spooled, diff)?;
            }
            Ok(Written { size: spooled.len()?, is_unchanged: change.is_none() })
        };
        let written = compare().map_err(|error: std::io::Error| {
            Error::failed(format!("can't compare with the output file `{}`", path.display())).because(error)
        })?;
        Ok(Self { delivered: Delivered::File(written), diff })
    }
}
