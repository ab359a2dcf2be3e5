//! The lock between processes: held from re-reading the store to replacing it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::OFlags;

use crate::fs::{create_private_folder, folder_of, nonblocking, open_regular, regular};
use crate::{Error, Kind, Result};

/// How long a run waits for another one, whose requests to Globus Auth have an earlier deadline.
const DEADLINE: Duration = Duration::from_secs(90);

/// How often a waiting run tries again. The kernel releases the lock of a process that died.
const INTERVAL: Duration = Duration::from_millis(15);

/// A longer wait is announced to the user.
const ANNOUNCE_AFTER: Duration = Duration::from_secs(2);

/// An exclusive lock, released when dropped or when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// The lock, if it is free.
    pub(super) fn try_acquire(path: &Path) -> Option<Self> {
        let file = open(path).ok()?;
        file.try_lock().ok().map(|()| Self { _file: file })
    }

    /// Waits for the lock; `None` on a disk that can't be written, where no tokens can be stored either. Exit code 6 if
    /// another run still holds it after 90 seconds.
    pub(super) async fn acquire(path: &Path) -> Result<Option<Self>> {
        let file = match open(path) {
            Ok(file) => file,
            Err(error) if nothing_can_be_written(&error) && !path.exists() => {
                tracing::debug!("going on without the lock `{}`: {error}", path.display());
                return Ok(None);
            }
            Err(error) => {
                let help = if path.symlink_metadata().is_ok() {
                    "it must be a file, not a link, and this user must be able to open it: remove what is there"
                } else {
                    "the folder of the token file must be writable: refreshed tokens are stored there"
                };
                return Err(Error::failed(format!("can't open the lock file `{}`", path.display()))
                    .because(error)
                    .help(help));
            }
        };
        let start = Instant::now();
        let mut announced = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self { _file: file })),
                Err(TryLockError::Error(error)) => {
                    // Such as ENOLCK or EOPNOTSUPP. Going on without the lock could lose a login.
                    return Err(Error::failed(format!("can't lock `{}`", path.display())).because(error).help(
                        "some network file systems, such as NFS without a lock service, have no file locks: \
                         set `storage` in the profile to a file on a local disk",
                    ));
                }
                Err(TryLockError::WouldBlock) => {}
            }
            if start.elapsed() >= DEADLINE {
                return Err(Error::new(Kind::Locked, "another run is refreshing the same tokens")
                    .because(format!("`{}` was locked for {} seconds", path.display(), DEADLINE.as_secs()))
                    .help("find a hanging or stopped `runner` process with `fuser` on that file"));
            }
            if !announced && start.elapsed() >= ANNOUNCE_AFTER {
                tracing::info!("waiting for another run to release `{}`", path.display());
                announced = true;
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    create_private_folder(folder_of(path))?;
    // Never deleted: removing the file while a run waits for its lock would let in two runs.
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true).mode(0o600);
    // A planted link would create a file where it points, and a named pipe would block.
    options.custom_flags(nonblocking() | OFlags::NOFOLLOW.bits().cast_signed());
    let file = options.open(path).or_else(|error| {
        // An existing file can be locked without the right to write.
        if nothing_can_be_written(&error) { open_regular(path).map_err(|_| error) } else { Err(error) }
    })?;
    let file = regular(file)?;
    if rustix::process::geteuid().is_root()
        && let Ok(folder) = folder_of(path).metadata()
    {
        // The owner of the tokens must be able to open it too.
        let _ = fchown(&file, Some(folder.uid()), Some(folder.gid()));
    }
    Ok(file)
}

/// A read-only or full disk. The run can still use its tokens; storing them reports the error.
fn nothing_can_be_written(error: &io::Error) -> bool {
    use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(error.kind(), PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull)
}
