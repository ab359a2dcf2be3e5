//! Rendering a preview again on each save.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::folder_watcher::{FolderWatcher, folders_of_file};
use super::render::{Loaded, Preview};
use super::snapshot_source::SnapshotSource;
use super::stamp::Stamp;
use crate::catalog::{self, Origin, SearchPath};
use crate::data::Snapshot;
use crate::{Error, Result};

/// A snapshot that is read again only when its file has changed.
#[derive(Debug)]
struct CachedSnapshot {
    source: SnapshotSource,
    /// The snapshot that was read last, and the stamp of its file at that time.
    read: Option<(Option<Stamp>, Snapshot)>,
}

impl CachedSnapshot {
    fn current(&mut self) -> Result<&Snapshot> {
        let stamp = self.source.file().and_then(Stamp::of);
        let read = match self.read.take() {
            Some(read) if read.0 == stamp => read,
            _ => (stamp, self.source.read()?),
        };
        Ok(&self.read.insert(read).1)
    }
}

/// Observes a preview that renders again on each save.
pub trait WatchObserver {
    fn begin(&mut self);
    fn rendered(&mut self, loaded: &Loaded, took: Duration);
    /// The rendering failed. The next save may fix it.
    fn failed(&mut self, error: &Error);
}

impl Preview {
    /// Renders now, and again on each save of the profile, the template, a partial or the data. Returns only if there
    /// is nothing to begin with: no such profile, or no readable data.
    pub fn watch(&self, observer: &mut impl WatchObserver) -> Result<Infallible> {
        catalog::find_profile(&self.profile)?;
        let mut snapshot = CachedSnapshot { source: self.source.clone(), read: None };
        snapshot.current()?;
        let mut folders = FolderWatcher::new();
        let mut files = BTreeSet::new();
        let mut seen = None;
        loop {
            // Stamped before they are read: a change in between then shows the next time.
            let stamps: Vec<_> = files.iter().map(|file: &PathBuf| Stamp::of(file)).collect();
            let start = Instant::now();
            let loaded = self.load();
            let used = self.watched_files(&loaded, &files);
            let around = used.iter().flat_map(|file| folders_of_file(file));
            if folders.watch(around.chain(searched())) || used != files {
                // They may have changed before they were watched.
                files = used;
                continue;
            }
            let now = Some((stamps, loaded.as_ref().err().map(ToString::to_string)));
            if now != seen {
                seen = now;
                observer.begin();
                let done = loaded.and_then(|loaded| {
                    self.render(&loaded, snapshot.current()?)?;
                    Ok(loaded)
                });
                match done {
                    Ok(loaded) => observer.rendered(&loaded, start.elapsed()),
                    Err(error) => observer.failed(&error),
                }
            }
            folders.wait();
        }
    }

    /// The files that a rendering depends on; after a mistake, also those of the rendering before.
    fn watched_files(&self, loaded: &Result<Loaded>, before: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
        match loaded {
            Ok(loaded) => self.sources(loaded),
            Err(error) => {
                let mut files = before.clone();
                files.extend(self.source.file().map(Path::to_owned));
                // A mistake names its file, which may be a new one.
                let named = error.diagnostics.iter().map(|mistake| PathBuf::from(&mistake.path));
                files.extend(named.filter(|file| file.is_file()));
                let profile = catalog::find_profile(&self.profile).map(|source| source.origin);
                if let Ok(Origin::File(path)) = profile {
                    files.insert(path);
                }
                files
            }
        }
    }
}

/// The folders that profiles and templates are found in: a file may appear there that hides the one in use.
fn searched() -> impl Iterator<Item = PathBuf> {
    let search = SearchPath::from_env();
    search.profiles().into_iter().chain(search.templates())
}
