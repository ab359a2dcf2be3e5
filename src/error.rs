//! Errors as a user reads them, and their exit codes.

use std::fmt;

use crate::diagnostic::Diagnostic;

/// The exit codes other than 0. They are an interface: cron jobs test for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The run failed: a corrupt token file, a full disk, an unusable response.
    Failed,
    /// The command line, the profile or the template is wrong.
    Usage,
    /// A login is needed, and is not possible now.
    LoginNeeded,
    /// A service could not be reached, or kept failing after all retries.
    Unreachable,
    /// The guard refused the output.
    Refused,
    /// Another run holds the lock.
    Locked,
    /// Ctrl-C or another signal.
    Interrupted,
}

impl Kind {
    /// The exit code of the process.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::LoginNeeded => 3,
            Self::Unreachable => 4,
            Self::Refused => 5,
            Self::Locked => 6,
            Self::Interrupted => 130,
        }
    }

    /// The one that a command for several profiles ends with: the highest exit code, but those of failures that may pass by
    /// themselves, [`Unreachable`](Self::Unreachable) and [`Locked`](Self::Locked), only where there is no other.
    #[must_use]
    pub fn worst(kinds: impl IntoIterator<Item = Self>) -> Option<Self> {
        let may_pass = |kind: Self| matches!(kind, Self::Unreachable | Self::Locked);
        kinds.into_iter().max_by_key(|kind| (!may_pass(*kind), kind.exit_code()))
    }
}

/// An error as a user reads it: what, where and why, and what to do about it.
#[derive(Debug, Clone)]
pub struct Error {
    /// Decides the exit code.
    pub kind: Kind,
    pub(crate) what: Box<str>,
    pub(crate) why: Option<String>,
    /// Lines of their own, such as names.
    pub(crate) details: Box<[String]>,
    pub(crate) help: Option<String>,
    /// Mistakes in a profile or template, each with its place. Shown before the sentence.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether other data could make it go away: a template reads a value that these rows do not have.
    pub(crate) depends_on_data: bool,
    /// A second error, to be shown too.
    pub(crate) also: Option<Box<Error>>,
}

/// A result whose error can end a run.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of this kind; `what` names the thing that failed and where.
    pub fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self {
            kind,
            what: what.into().into_boxed_str(),
            why: None,
            details: Box::default(),
            help: None,
            diagnostics: Vec::new(),
            depends_on_data: false,
            also: None,
        }
    }

    /// Exit code 1.
    pub fn failed(what: impl Into<String>) -> Self {
        Self::new(Kind::Failed, what)
    }

    /// Exit code 2.
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(Kind::Usage, what)
    }

    /// Adds the cause.
    #[must_use]
    pub fn because(mut self, why: impl fmt::Display) -> Self {
        self.why = Some(why.to_string());
        self
    }

    /// Adds lines of their own.
    #[must_use]
    pub fn details(mut self, details: Vec<String>) -> Self {
        self.details = details.into_boxed_slice();
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says with which data it happens.
    #[must_use]
    pub fn in_case_of(mut self, data: &str) -> Self {
        self.what = format!("{}, with {data}", self.what).into();
        self
    }

    /// Adds another error, to be shown last.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        let also = match self.also.take() {
            Some(also) => also.and(other),
            None => other,
        };
        self.also = Some(Box::new(also));
        self
    }

    /// What and why, without the help.
    #[must_use]
    pub fn summary(&self) -> String {
        match &self.why {
            Some(why) => format!("{}: {why}", self.what),
            None => self.what.to_string(),
        }
    }

    /// Adds the mistakes in a file, each shown with its line.
    #[must_use]
    pub fn with(mut self, diagnostics: Vec<Diagnostic>) -> Self {
        self.diagnostics = diagnostics;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())?;
        for line in &self.details {
            write!(f, "\n  {line}")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
