//! What earlier runs delivered: which rows, by key and label, in a file that is sorted by key.
//!
//! Files and comparisons are sequential, and the memory they take does not grow with the number of rows.

mod changes;
mod file;
mod record;
mod row_id;
mod sorter;

pub use changes::{Changes, Difference};
pub use file::{History, RecordDraft};
pub use row_id::RowId;
pub use sorter::RowSorter;
