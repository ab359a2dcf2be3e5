//! Previews: a profile's template rendered with a snapshot or the sample, once or on each save.

mod folder_watcher;
mod render;
mod snapshot_source;
mod stamp;
mod watch;

pub use render::{Loaded, Preview};
pub use snapshot_source::SnapshotSource;
pub use watch::WatchObserver;
