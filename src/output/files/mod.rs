//! A file for each row of a list: all of them good, or none is touched.
//!
//! Drafts are files in a folder of their own inside the output folder, so that a run holds no file open for each of them.

mod file_name;
mod file_set;
mod inside;
mod manifest;
mod names;
mod options;
mod others;
mod refused_name;
mod staged_files;
mod staging;

pub use file_set::FileSet;
pub use names::Names;
pub use options::FilesOptions;
pub use refused_name::RefusedName;
pub(super) use staged_files::StagedFiles;
