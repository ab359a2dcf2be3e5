//! Previews: a profile's template rendered with a snapshot or the sample, once or on each save.

mod folders;
mod input;
mod render;
mod stamp;
mod watch;

pub use input::Input;
pub use render::{Loaded, Preview};
pub use watch::WatchObserver;
