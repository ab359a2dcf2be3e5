//! A mistake or a warning, at one place of one file.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::position::position;
use globus_templates::clean;

#[derive(Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it stops the run.
    pub level: Level,
    /// The path of the file, as the user would write it.
    pub path: String,
    /// The whole text of the file, with secrets [masked](super::mask()).
    pub source: Arc<str>,
    /// The wrong bytes of `source`.
    pub span: Range<usize>,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Whether a diagnostic stops the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Stops the run.
    Error,
    /// Is only shown.
    Warning,
}

impl Diagnostic {
    /// A mistake that stops the run.
    pub fn error(
        path: impl Into<String>,
        source: Arc<str>,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        Self { level: Level::Error, path: path.into(), source, span, message: message.into(), help: None }
    }

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

    /// The line and column where the mistake starts, counted from 1; the column in characters.
    #[must_use]
    pub fn position(&self) -> (usize, usize) {
        position(&self.source, self.span.start)
    }

    /// The text of the line where the mistake starts.
    #[must_use]
    pub fn line(&self) -> String {
        let (line, _) = self.position();
        clean(self.source.lines().nth(line - 1).unwrap_or_default())
    }

    /// `path:line:column: message`.
    #[must_use]
    pub fn headline(&self) -> String {
        let (line, column) = self.position();
        clean(&format!("{}:{line}:{column}: {}", self.path, self.message))
    }
}

/// Without the source: it is long, and can contain what a log must not.
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
