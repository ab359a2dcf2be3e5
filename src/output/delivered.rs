//! What became of an output.

/// What became of an output that could be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// It is in its file.
    File(Written),
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
    /// Whether it had this content already.
    pub is_unchanged: bool,
}
