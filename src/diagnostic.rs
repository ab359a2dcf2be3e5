//! A mistake in a file a person wrote, shown with its file, line, column and the line itself.

use std::ops::Range;
use std::sync::Arc;

/// One mistake (or warning) at one place of one file.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Whether it stops the run.
    pub level: Level,
    /// The file as the user would name it.
    pub path: String,
    /// The whole text of that file.
    pub source: Arc<str>,
    /// The bytes of `source` that are wrong.
    pub span: Range<usize>,
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// What to do, where there is something better to say than the message.
    pub help: Option<String>,
}

/// Whether a diagnostic stops the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Stops the run.
    Error,
    /// Is shown and passed over.
    Warning,
}
