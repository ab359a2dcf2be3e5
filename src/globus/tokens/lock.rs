//! The lock between processes: held from re-reading the store to replacing it.
//!
//! Only the holder of the lock removes its file. A run that waited for a file that is removed meanwhile gets the lock of a
//! file that has no name any more, which keeps no other run out: it opens the new file and waits again.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::OFlags;

use crate::fs::{create_private_folder, folder_of, nonblocking, open_regular, regular, try_lock};
use crate::terminal::tell;
use crate::{Error, Kind, Result};

/// How long a run waits for another one, whose requests to Globus Auth have an earlier deadline.
const DEADLINE: Duration = Duration::from_secs(90);

/// How often a waiting run tries again. The kernel releases the lock of a process that died.
const INTERVAL: Duration = Duration::from_millis(15);

/// A longer wait is announced to the user.
const ANNOUNCE_AFTER: Duration = Duration::from_secs(2);

/// The paths of the locks that this process holds.
static HELD: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Nothing panics while it is locked.
fn held() -> MutexGuard<'static, Vec<PathBuf>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An exclusive lock, released when dropped or when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    fn new(file: File, path: &Path) -> Self {
        held().push(path.to_owned());
        Self { file, path: path.to_owned() }
    }

    /// Whether this process holds it.
    pub(super) fn is_held_here(path: &Path) -> bool {
        held().iter().any(|held| held == path)
    }

    /// The lock, if it is free.
    pub(super) fn try_acquire(path: &Path) -> Option<Self> {
        loop {
            let file = open(path).ok()?;
            try_lock(&file).ok()?;
            if is_at(&file, path) {
                return Some(Self::new(file, path));
            }
        }
    }

    /// Waits for the lock; `None` on a disk that can't be written, where no tokens can be stored either. Exit code 6 if
    /// another run still holds it after 90 seconds.
    pub(super) async fn acquire(path: &Path) -> Result<Option<Self>> {
        let Some(mut file) = open_or_do_without(path)? else { return Ok(None) };
        let start = Instant::now();
        let mut announced = false;
        loop {
            match try_lock(&file) {
                Ok(()) if is_at(&file, path) => return Ok(Some(Self::new(file, path))),
                Ok(()) => {
                    let Some(new) = open_or_do_without(path)? else { return Ok(None) };
                    file = new;
                    continue;
                }
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
                tell(format_args!("waiting for another run to release `{}`", path.display()));
                announced = true;
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }

    /// Removes the file and releases the lock.
    pub fn remove(self) {
        self.remove_file();
    }

    /// The file stays where it can't be removed, and does no harm.
    fn remove_file(&self) {
        // A person may have removed it, and another run may hold the new one.
        if !is_at(&self.file, &self.path) {
            return;
        }
        if let Err(error) = fs::remove_file(&self.path) {
            log::debug!("the lock `{}` is not removed: {error}", self.path.display());
        }
    }
}

/// Without a token file, such as after a login that failed, its lock would only be left over.
impl Drop for Lock {
    fn drop(&mut self) {
        if fs::symlink_metadata(self.path.with_extension(""))
            .is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
        {
            self.remove_file();
        }
        let mut held = held();
        if let Some(place) = held.iter().position(|held| *held == self.path) {
            held.swap_remove(place);
        }
    }
}

/// Whether this is still the file at this path.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(file), Ok(there)) => (file.dev(), file.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// The lock file; `None` on a disk that can't be written.
fn open_or_do_without(path: &Path) -> Result<Option<File>> {
    match open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if nothing_can_be_written(&error) && !path.exists() => {
            log::debug!("going on without the lock `{}`: {error}", path.display());
            Ok(None)
        }
        Err(error) => {
            let help = if path.symlink_metadata().is_ok() {
                "it must be a file, not a link, and this user must be able to open it: remove what is there"
            } else {
                "the folder of the token file must be writable: refreshed tokens are stored there"
            };
            Err(Error::failed(format!("can't open the lock file `{}`", path.display()))
                .because(error)
                .help(help))
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    create_private_folder(folder_of(path))?;
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
