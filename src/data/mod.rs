//! The data of a template: rows from a source, and what is known about the profile and the run.
//!
//! A live run, `runner data`, a snapshot and the built-in sample all send their rows to a [`RowReceiver`], which
//! either renders each row as it arrives or keeps them all. [`TemplateContext`] alone decides what a template sees.

mod built_in;
mod clock;
mod collector;
mod context;
mod fetch;
mod first_names;
mod groups;
mod history;
mod lists;
mod made_up_changes;
mod marks;
mod row_kind;
mod rows;
mod sample_selection;
mod samples;
mod snapshot;
mod source;
mod source_name;
mod sources;
mod surrogates;
mod totals;

pub use built_in::BuiltIn;
pub use collector::Collector;
pub use context::TemplateContext;
pub use fetch::Plan;
pub use globus_templates::read::RowReader;
pub use globus_templates::value::{Fields, Value};
pub use groups::GROUPS;
pub use history::{
    Change, Changes, Compared, Difference, Entry, FieldChange, FileHash, History, InnerChanges, KnownChanges,
    LastRun, ListComparison, ListHead, PendingRecord, Record, Recorded, Recorder, RunChanges, RunHead, Since,
    SortedRecord, Summary, Unusable, add_fields_of_changes, add_recorded_fields, key_of, label_of,
    write_changes,
};
pub use lists::{Lists, Outcome, Outcomes};
pub use marks::marked;
pub use row_kind::RowKind;
pub use rows::RowReceiver;
pub use snapshot::Snapshot;
pub use source_name::SourceName;
pub use sources::{CHANGES, ListSource, MEMBERSHIPS, Sources};
pub use totals::Totals;
