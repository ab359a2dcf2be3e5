//! The guard: refuses an output whose rows are too few, too many, or too different from those of the last delivered run.

mod approved;
mod judge;
mod objections;
mod other_lists;
mod rejected;
mod watched_rows;

pub use approved::{Rendered, deliver_approved, file_hashes, preview_approved};
pub use judge::{Guard, GuardOptions};
pub use watched_rows::WatchedRows;
