//! What ends a rendering.

use std::io;

use super::hint::Hint;
use crate::handlebars::Span;
use crate::helpers::Misuse;
use crate::value::Hidden;

pub type Done<T = ()> = Result<T, Box<Fault>>;

/// Why a rendering can't go on, and where in the template that is.
#[derive(Debug)]
pub struct Fault {
    pub reason: Reason,
    /// The partial that it is in; `None` is the main template.
    pub file: Option<String>,
    /// The tag.
    pub span: Span,
}

#[derive(Debug)]
pub enum Reason {
    /// A variable does not exist. The span is that of its path, if it has one.
    Missing {
        path: Option<Span>,
        hint: Hint,
    },
    /// A value that a block can't loop over or enter. Without a path it is computed.
    Unusable {
        path: Option<Span>,
        what: &'static str,
        is_null: bool,
    },
    Misuse(Misuse),
    /// The template would take what is hidden for nothing.
    Hidden(Hidden),
    /// A helper refuses the data, and says what to do.
    Unfit {
        why: String,
        help: String,
    },
    /// There is no partial of this name, which was computed.
    NoPartial(String),
    NoPartialBlock,
    TooDeep,
    TooManyPartials,
    Output(io::Error),
}

impl Reason {
    /// A value does not exist that has no path.
    pub(super) fn unnamed() -> Self {
        Self::Missing { path: None, hint: Hint::for_other_data() }
    }
}
