//! What earlier runs delivered: the data of each, in a file of its own.
//!
//! | file | what is in it |
//! |---|---|
//! | `recorder`, `body`, `recorded_fields` | recording the rows of a run on their way, compressed |
//! | `record`, `header`, `list_head` | a record: what is in its file, and reading it |
//! | `store`, `names` | where records are, which of them are of delivered runs, and how many are kept |
//! | `file_hash` | whether the files are still as a run delivered them |
//! | `since` | which record is meant |
//! | `sorter`, `entry`, `file_range` | rows sorted by key, however many there are |
//! | `changes` | which rows came and went |
//! | `comparison`, `row_change` | the same with what has changed in each |
//! | `json` | changes as programs and templates see them |
//!
//! Files and comparisons are sequential, and the memory they take does not grow with the number of rows.

mod body;
mod changes;
mod comparison;
mod entry;
mod file_hash;
mod file_range;
mod header;
mod json;
mod list_head;
mod names;
mod record;
mod recorded_fields;
mod recorder;
mod row_change;
mod since;
mod sorter;
mod store;

pub use changes::{Changes, Difference};
pub use comparison::{Change, ListComparison, SortedRecord, Summary};
pub use entry::{Entry, key_of, label_of};
pub use file_hash::FileHash;
pub use header::RunHead;
pub use json::{Compared, KnownChanges, RunChanges, write_changes};
pub use list_head::ListHead;
pub use record::{Record, Unusable};
pub use recorded_fields::{add_fields_of_changes, add_recorded_fields};
pub use recorder::{Recorded, Recorder};
pub use row_change::{FieldChange, InnerChanges};
pub use since::Since;
pub use store::{History, LastRun, PendingRecord};
