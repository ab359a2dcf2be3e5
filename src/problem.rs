//! Errors, mistakes and warnings as other programs read them: `--json`.

use serde::Serialize;

use crate::diagnostic::{Diagnostic, without_secrets};
use crate::{Error, Kind};

/// One of them. Keys are stable; new ones may come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The name of an exit code, `warning` or `note`.
    pub kind: &'static str,
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The file that a person has to correct, as the message names it.
    pub file: Option<String>,
    /// From 1.
    pub line: Option<usize>,
    /// From 1, in characters.
    pub column: Option<usize>,
}

impl Problem {
    pub fn warning(warning: &Diagnostic) -> Self {
        Self::at("warning", warning)
    }

    pub fn note(note: &Diagnostic) -> Self {
        Self::at("note", note)
    }

    fn at(kind: &'static str, diagnostic: &Diagnostic) -> Self {
        let (line, column) = diagnostic.position();
        Self {
            kind,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            file: Some(diagnostic.path.clone()),
            line: Some(line),
            column: Some(column),
        }
    }
}

impl Error {
    /// The first of its problems in one sentence, with its place.
    #[must_use]
    pub fn first_problem(&self) -> String {
        match self.diagnostics.first() {
            Some(mistake) => mistake.headline(),
            None => self.summary(),
        }
    }

    /// Each mistake of a file, or the error itself if it has no place; then those of a second error.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let kind = self.kind.name();
        let mut problems: Vec<Problem> =
            self.diagnostics.iter().map(|mistake| Problem::at(kind, mistake)).collect();
        if problems.is_empty() {
            let (message, help) =
                (without_secrets(&self.summary()), self.help.as_deref().map(without_secrets));
            problems.push(Problem { kind, message, help, file: None, line: None, column: None });
        }
        problems.extend(self.also.iter().flat_map(|also| also.problems()));
        problems
    }
}

impl Kind {
    /// As `--json` names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::LoginNeeded => "login_needed",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::Locked => "locked",
            Self::Interrupted => "interrupted",
        }
    }
}
