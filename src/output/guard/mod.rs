//! The guard: refuses an output whose rows are too few, too many, or too different from those of the last delivered run.

mod guarded_delivery;
mod judge;
mod objections;
mod other_lists;
mod rejected;
mod watched_rows;

pub use judge::{Guard, GuardOptions};
