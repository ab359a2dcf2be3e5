//! Waiting for somebody to save a file.
//!
//! Editors save in many ways: they write into the file, or write another one and rename it over the first, perhaps
//! behind a symbolic link. So what is watched is folders, and an event there only says that it is time to look. Whether
//! something was saved is told by the files themselves; see [`Stamp`].

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::fs::folder_of;

/// A save is over when nothing has happened for this long. Longer than the steps of the clock that the kernel stamps
/// files with, so that what is written after a look has another stamp than what was seen.
const QUIET: Duration = Duration::from_millis(10);
/// Something that never ends, such as a log in the same folder, must not keep a save from being seen.
const LONGEST: Duration = Duration::from_millis(50);
/// How often to look without an event: a network file system tells nothing of what others do.
const LOOK: Duration = Duration::from_secs(1);
/// How often, if the system can't tell of events at all.
const LOOK_WITHOUT_EVENTS: Duration = Duration::from_millis(50);
/// As many symbolic links as Linux itself follows.
const MOST_LINKS: usize = 40;

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    /// What no program can set back: the time of the last change of content or attributes.
    changed: (i64, i64),
}

impl Stamp {
    /// The stamp of the file as it is now; none if there is none.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        Some(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }
}

/// Waits for events in folders.
#[derive(Debug)]
pub struct Folders {
    watcher: Option<RecommendedWatcher>,
    /// Each folder as it was when it was last watched: another one can take its name.
    watched: BTreeMap<PathBuf, Option<(u64, u64)>>,
    events: Receiver<()>,
    /// Keeps the channel open where there is no watcher.
    _sender: SyncSender<()>,
}

impl Folders {
    /// Watches nothing yet. Where the system can't tell of events, the clock takes their place.
    #[must_use]
    pub fn new() -> Self {
        // An event that is waiting says all that another one could.
        let (sender, events) = sync_channel(1);
        let send = sender.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if !is_only_a_look(&event) {
                let _ = send.try_send(());
            }
        });
        let watcher = watcher.inspect_err(|error| tracing::debug!("no events of files: {error}")).ok();
        Self { watcher, watched: BTreeMap::new(), events, _sender: sender }
    }

    /// Watches these folders too, as far as they are there. Whether any of them is new, and so may have changed unseen.
    pub fn watch(&mut self, folders: impl IntoIterator<Item = PathBuf>) -> bool {
        let mut any = false;
        for folder in folders {
            let Ok(metadata) = fs::metadata(&folder) else { continue };
            let now = Some((metadata.dev(), metadata.ino()));
            if self.watched.get(&folder) == Some(&now) {
                continue;
            }
            if let Some(watcher) = &mut self.watcher
                && let Err(error) = watcher.watch(&folder, RecursiveMode::NonRecursive)
            {
                tracing::debug!("no events of `{}`: {error}", folder.display());
            }
            self.watched.insert(folder, now);
            any = true;
        }
        any
    }

    /// Waits until it is time to look again.
    pub fn wait(&self) {
        let look = if self.watcher.is_some() { LOOK } else { LOOK_WITHOUT_EVENTS };
        if self.events.recv_timeout(look) == Err(RecvTimeoutError::Timeout) {
            return;
        }
        let start = Instant::now();
        while start.elapsed() < LONGEST && self.events.recv_timeout(QUIET).is_ok() {}
    }
}

impl Default for Folders {
    fn default() -> Self {
        Self::new()
    }
}

/// To read a file is an event too, and this program reads the files that it watches.
fn is_only_a_look(event: &notify::Result<Event>) -> bool {
    let written = AccessKind::Close(AccessMode::Write);
    matches!(event, Ok(Event { kind: EventKind::Access(kind), .. }) if *kind != written)
}

/// The folders in which something happens when the file is saved: its own, and those of the links that lead to it.
/// Where one is missing, it is the one in which that would appear.
#[must_use]
pub fn folders_of_file(file: &Path) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    let mut target = file.to_path_buf();
    for _ in 0..MOST_LINKS {
        let folder = folder_of(&target).ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
        folders.push(folder.to_path_buf());
        match fs::read_link(&target) {
            Ok(next) => target = folder_of(&target).join(next),
            Err(_) => break,
        }
    }
    folders
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_folders_of_all_links_count() {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["a", "b", "c"] {
            fs::create_dir(dir.path().join(folder)).unwrap();
        }
        symlink("../b/file", dir.path().join("a/file")).unwrap();
        symlink(dir.path().join("c/missing/file"), dir.path().join("b/file")).unwrap();
        let folders = folders_of_file(&dir.path().join("a/file"));
        assert_eq!(folders, [dir.path().join("a"), dir.path().join("a/../b"), dir.path().join("c")]);
        symlink("loop", dir.path().join("loop")).unwrap();
        assert!(folders_of_file(&dir.path().join("loop")).len() <= MOST_LINKS);
    }
}
