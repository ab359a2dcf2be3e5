//! A mistake or a warning, at one place of one file.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::clean::clean;
use super::position::position;

/// One mistake (or warning) at one place of one file.
#[derive(Clone)]
pub struct Diagnostic {
    /// Whether it stops the run.
    pub level: Level,
    /// The file as the user would name it.
    pub path: String,
    /// The whole text of that file. A value that must not be shown is masked (see [`mask`]) before it gets here.
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

impl Diagnostic {
    /// A mistake that stops the run, at the bytes `span` of `source`.
    pub fn error(
        path: impl Into<String>,
        source: Arc<str>,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        Self { level: Level::Error, path: path.into(), source, span, message: message.into(), help: None }
    }

    /// Something to look at that stops nothing, at the bytes `span` of `source`.
    pub fn warning(
        path: impl Into<String>,
        source: Arc<str>,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        Self { level: Level::Warning, ..Self::error(path, source, span, message) }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The line and column, both counted from 1 and the column in characters, where the mistake starts.
    #[must_use]
    pub fn position(&self) -> (usize, usize) {
        position(&self.source, self.span.start)
    }

    /// The line the mistake starts on.
    #[must_use]
    pub fn line(&self) -> String {
        let (line, _) = self.position();
        clean(self.source.lines().nth(line - 1).unwrap_or_default())
    }

    /// Place and message in one line, as compilers write them.
    #[must_use]
    pub fn headline(&self) -> String {
        let (line, column) = self.position();
        clean(&format!("{}:{line}:{column}: {}", self.path, self.message))
    }
}

/// Leaves the source out: it is long, and a file can hold what a log must not.
impl fmt::Debug for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Diagnostic")
            .field("level", &self.level)
            .field("path", &self.path)
            .field("span", &self.span)
            .field("message", &self.message)
            .field("help", &self.help)
            .finish_non_exhaustive()
    }
}
