//! What became of an output.

/// What became of an output that could be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// It is in its file.
    File(Written),
    /// Each of the files is in its place.
    Files(FilesWritten),
    /// A device or a pipe has taken all of it.
    Whole,
    /// The reader of stdout, such as `head -1`, has left before the end.
    Cut,
}

/// What became of a regular file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The size of the file, in bytes.
    pub size: u64,
    /// Whether it had this content and its mode already.
    pub is_unchanged: bool,
}

/// What became of the files of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FilesWritten {
    /// New files, and those with new content.
    pub written: u64,
    /// Those that had this content already, and have another mode now.
    pub mode_changed: u64,
    /// Those that had both already.
    pub unchanged: u64,
    /// Those of earlier runs that are no longer written.
    pub removed: u64,
    /// The size of all files together, in bytes.
    pub bytes: u64,
}

impl FilesWritten {
    /// Whether nothing is new or gone.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.written + self.mode_changed + self.removed == 0
    }
}
