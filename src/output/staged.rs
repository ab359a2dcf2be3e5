//! An output between its rendering and its place.

use std::fs::{self, OpenOptions};
use std::io::IsTerminal;
use std::path::PathBuf;

use super::delivered::Delivered;
use super::destination::{Destination, is_folder};
use super::file::StagedFile;
use super::files::StagedFiles;
use super::spool::{Spool, Spooled};
use super::stdout;
use crate::fs::{Descriptor, descriptor};
use crate::{Error, Result};

/// A whole output, ready for its place. What can be done before without a trace is done.
#[derive(Debug)]
pub(super) enum Staged {
    Stdout(Spooled),
    /// A device, a named pipe, or a file that the caller has opened: it must not be replaced.
    Open {
        path: PathBuf,
        is_descriptor: bool,
        spooled: Spooled,
    },
    File(StagedFile),
    Files(Box<StagedFiles>),
}

impl Staged {
    pub(super) fn new(rendering: Spool) -> Result<Self> {
        let (destination, spooled) = rendering.into_parts()?;
        let Destination::File { path, mode } = destination else { return Ok(Self::Stdout(spooled)) };
        let descriptor = descriptor(&path);
        if descriptor == Some(Descriptor::Stdout) {
            return Ok(Self::Stdout(spooled));
        }
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => Err(is_folder(&path)),
            Ok(metadata) if !metadata.is_file() || descriptor.is_some() => {
                Ok(Self::Open { path, is_descriptor: descriptor.is_some(), spooled })
            }
            metadata => StagedFile::new(path, metadata.ok().as_ref(), spooled, mode).map(Self::File),
        }
    }

    /// Whether it replaces files. What was written elsewhere can't be undone.
    pub(super) fn is_file(&self) -> bool {
        matches!(self, Self::File(_) | Self::Files(_))
    }

    pub(super) fn commit(self) -> Result<Delivered> {
        match self {
            Self::Stdout(spooled) => stdout::write(spooled),
            Self::File(file) => file.commit().map(Delivered::File),
            Self::Files(files) => files.commit().map(Delivered::Files),
            Self::Open { path, is_descriptor, mut spooled } => OpenOptions::new()
                .write(true)
                .append(is_descriptor)
                .open(&path)
                .and_then(|mut file| {
                    if file.is_terminal() {
                        stdout::show(spooled.reader(), &mut file)
                    } else {
                        spooled.copy_to(&mut file)
                    }
                })
                .map(|()| Delivered::Whole)
                .map_err(|error| {
                    Error::failed(format!("can't write to `{}`", path.display())).because(error)
                }),
        }
    }

    /// The same, on another thread if writing may block: a signal must end a run whose output has no reader.
    pub(super) async fn commit_unblocked(self) -> Result<Delivered> {
        if self.is_file() || matches!(self, Self::Stdout(_)) && !stdout::may_block() {
            return self.commit();
        }
        let delivered = tokio::task::spawn_blocking(|| self.commit()).await;
        delivered.unwrap_or_else(|_| Err(Error::failed("the thread that writes the output has panicked")))
    }
}
