//! What ends a run before its time.

use std::time::Duration;

use crate::diagnostic::duration::limit_in_words;
use crate::{Error, Kind};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    Signal,
    /// The deadline of the profile, which is so long.
    Deadline(Duration),
}

impl Stop {
    /// `then` is what was going on, such as ``while the hook `before` ran``.
    pub fn error(self, then: &str) -> Error {
        match self {
            Self::Signal => Error::new(Kind::Interrupted, format!("interrupted {then}")),
            Self::Deadline(limit) => {
                let limit = limit_in_words(limit);
                Error::new(Kind::Unreachable, format!("the deadline of {limit} passed {then}"))
                    .help("see what takes so long, or raise `deadline` under `[run]`")
            }
        }
    }
}
