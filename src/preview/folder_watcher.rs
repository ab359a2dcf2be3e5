//! Waiting for a file to be saved, by the events of its folder or by polling.
//!
//! Editors save in several ways: they write into the file, or rename a new file over it, perhaps behind a symbolic
//! link. So folders are watched, and an event there only means that files may have changed. [`Stamp`](super::stamp::Stamp)
//! shows which files have changed.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::fs::{MAX_LINKS, folder_of};

/// A save has ended when there was no event for this long. Longer than the ticks of the clock that the kernel stamps
/// files with, so that a file written after a look has another stamp.
const QUIET: Duration = Duration::from_millis(10);
/// Endless events, such as those of a log in the same folder, must not delay a rendering for longer than this.
const MAX_DELAY: Duration = Duration::from_millis(50);
/// How often to poll the files although events come: network file systems send none for changes by other machines.
const POLL: Duration = Duration::from_secs(1);
/// How often to poll if the system sends no events at all.
const POLL_WITHOUT_EVENTS: Duration = Duration::from_millis(50);

/// Waits for events in folders.
#[derive(Debug)]
pub struct FolderWatcher {
    watcher: Option<RecommendedWatcher>,
    /// Each folder with its device and inode: another folder can take its name.
    watched: BTreeMap<PathBuf, Option<(u64, u64)>>,
    events: Receiver<()>,
    /// Keeps the channel open where there is no watcher.
    _sender: SyncSender<()>,
}

impl FolderWatcher {
    /// Watches nothing yet. Where the system sends no events, [`wait`](Self::wait) polls.
    #[must_use]
    pub fn new() -> Self {
        // One waiting event is enough: it means that files may have changed.
        let (sender, events) = sync_channel(1);
        let send = sender.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if !is_read(&event) {
                let _ = send.try_send(());
            }
        });
        let watcher = watcher.inspect_err(|error| log::debug!("no file events: {error}")).ok();
        Self { watcher, watched: BTreeMap::new(), events, _sender: sender }
    }

    /// Watches these folders too, where they exist. Returns whether any of them is new: a change in it may have been
    /// missed.
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
                log::debug!("no file events in `{}`: {error}", folder.display());
            }
            self.watched.insert(folder, now);
            any = true;
        }
        any
    }

    /// Waits until files may have changed.
    pub fn wait(&self) {
        let interval = if self.watcher.is_some() { POLL } else { POLL_WITHOUT_EVENTS };
        if self.events.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
            return;
        }
        let start = Instant::now();
        while start.elapsed() < MAX_DELAY && self.events.recv_timeout(QUIET).is_ok() {}
    }
}

impl Default for FolderWatcher {
    fn default() -> Self {
        Self::new()
    }
}

/// Reading a file is an event too, and this program reads the files that it watches.
fn is_read(event: &notify::Result<Event>) -> bool {
    let written = AccessKind::Close(AccessMode::Write);
    matches!(event, Ok(Event { kind: EventKind::Access(kind), .. }) if *kind != written)
}

/// The folders in which a save of the file is an event: its own, and those of the links that lead to it. For a missing
/// folder, the nearest existing one above it.
#[must_use]
pub fn folders_of_file(file: &Path) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    let mut target = file.to_path_buf();
    for _ in 0..MAX_LINKS {
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
        assert!(folders_of_file(&dir.path().join("loop")).len() <= MAX_LINKS);
    }
}
