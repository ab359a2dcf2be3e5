//! A place in the file of a profile.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::secret;
use crate::catalog::{Origin, SourceText};
use crate::diagnostic::Diagnostic;

/// Where a value is written.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    pub origin: Origin,
    text: Arc<str>,
    /// The bytes of the text.
    pub span: Range<usize>,
}

impl Place {
    pub(super) fn new(source: &SourceText, span: Range<usize>) -> Self {
        Self { origin: source.origin.clone(), text: source.text.clone(), span }
    }

    /// The text of the file. What looks like a secret is masked.
    #[must_use]
    pub fn shown(&self) -> Arc<str> {
        secret::shown(&self.text)
    }

    /// A mistake that is here.
    pub fn error(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(self.origin.to_string(), self.shown(), self.span.clone(), message)
    }

    /// What could be wrong here.
    pub fn warning(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::warning(self.origin.to_string(), self.shown(), self.span.clone(), message)
    }
}

/// Without the text, which may hold a secret.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.origin, self.span)
    }
}
