//! An output between its rendering and its place.

use std::fs::{self, OpenOptions};
use std::io::IsTerminal;
use std::os::unix::fs::FileTypeExt;
use std::path::PathBuf;
use std::pin::pin;
use std::thread;
use std::time::Duration;

use tokio::time::sleep;

use super::delivered::Delivered;
use super::destination::{Destination, is_folder};
use super::file::StagedFile;
use super::files::StagedFiles;
use super::spool::{Spool, Spooled};
use super::stdout;
use crate::fs::{Descriptor, descriptor};
use crate::runtime::on_thread;
use crate::terminal::{progress, tell};
use crate::{Error, Result};

/// A wait that is over sooner is not worth a message.
const PATIENCE: Duration = Duration::from_millis(500);

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
                        progress::end();
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

    /// What writing may wait for without end; `None` if it does not block.
    pub(super) fn taker(&self) -> Option<String> {
        match self {
            Self::File(_) | Self::Files(_) => None,
            Self::Stdout(_) => stdout::may_block().then(|| "the reader of stdout".to_owned()),
            Self::Open { path, .. } => {
                let is_pipe = fs::metadata(path).is_ok_and(|about| about.file_type().is_fifo());
                Some(format!("{} `{}`", if is_pipe { "a reader of" } else { "the device" }, path.display()))
            }
        }
    }

    /// Commits it, on another thread if writing may block: a signal must end a run whose output has no reader.
    pub(super) async fn commit_unblocked(self) -> Result<Delivered> {
        let Some(taker) = self.taker() else { return self.commit() };
        let is_at_stdout = matches!(self, Self::Stdout(_));
        let mut work = pin!(on_thread(thread::Builder::new(), || self.commit()));
        let delivered = tokio::select! {
            biased;
            delivered = &mut work => delivered,
            // What reads stdout may be a pager, at the same terminal.
            () = sleep(PATIENCE), if !is_at_stdout => {
                tell(format_args!("waiting for {taker}"));
                work.await
            }
        };
        delivered.map_err(|error| Error::failed("can't write the output").because(error))?
    }
}
