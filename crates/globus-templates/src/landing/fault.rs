//! What a lexer refuses.

use std::{fmt, io};

use crate::clean::clean;
use crate::format::Format;

/// Why an output can't be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// A value stands where no escaping of the format protects it.
    Misplaced {
        /// The place, as in "a value stands …".
        place: &'static str,
        /// What to write instead.
        help: &'static str,
    },
    /// The value has a character that the format cannot hold, and the profile refuses to replace it.
    Unwritable,
    /// The output is not what its format says, with the reason.
    Invalid(String),
    /// The same, found later than at its place in the output.
    InvalidAt { why: String, line: usize, column: usize },
}

pub(super) type Checked<T = ()> = Result<T, Fault>;

pub(super) fn misplaced<T>(place: &'static str, help: &'static str) -> Checked<T> {
    Err(Fault::Misplaced { place, help })
}

/// What a lexer says about an output that is not of its format.
pub(super) fn invalid(validate: bool, why: impl Into<String>) -> Checked {
    if validate { Err(Fault::Invalid(why.into())) } else { Ok(()) }
}

/// A fault, and where in the output it is.
#[derive(Debug)]
pub struct Refusal {
    pub(super) fault: Fault,
    /// The value that is misplaced, or the last one before the fault.
    pub(super) value: String,
    pub(super) format: Format,
    /// The line of the output, from 1.
    pub(super) line: usize,
    /// The column in characters, from 1.
    pub(super) column: usize,
}

/// How much of a value a message shows.
const SHOWN: usize = 40;

fn excerpt(value: &str) -> String {
    let mut shown: String = value.chars().take(SHOWN).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    clean(&shown)
}

impl Refusal {
    /// The refusal that an output ends with, if it is one.
    #[must_use]
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// Whether other data would be delivered.
    #[must_use]
    pub fn depends_on_data(&self) -> bool {
        self.fault == Fault::Unwritable
    }

    #[must_use]
    pub fn help(&self) -> String {
        match &self.fault {
            Fault::Misplaced { help, .. } => (*help).to_owned(),
            Fault::Unwritable => {
                "`line_ends = \"replace\"` under `[escaping]` writes visible characters instead".to_owned()
            }
            Fault::Invalid(_) if self.format == Format::Lines => {
                "write `{{#if x}}` around the line, or `{{default x \"-\"}}` in it".to_owned()
            }
            Fault::Invalid(_) | Fault::InvalidAt { .. } => {
                "mend the template; `validate = false` under `[output]` delivers it as it is".to_owned()
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fault, value, format, line, column } = self;
        let (line, column) = match fault {
            Fault::InvalidAt { line, column, .. } => (line, column),
            _ => (line, column),
        };
        match fault {
            Fault::Misplaced { place, .. } if value.is_empty() => {
                write!(f, "a value stands {place}, at {line}:{column} of the output")
            }
            Fault::Misplaced { place, .. } => {
                let value = excerpt(value);
                write!(f, "the value `{value}` stands {place}, at {line}:{column} of the output")
            }
            Fault::Unwritable => {
                let (value, extension) = (excerpt(value), format.extension());
                write!(f, "`.{extension}` cannot hold the value `{value}`, at {line}:{column} of the output")
            }
            Fault::Invalid(why) | Fault::InvalidAt { why, .. } => {
                write!(f, "the output is not valid .{}: {why}, at {line}:{column}", format.extension())
            }
        }
    }
}

impl std::error::Error for Refusal {}
