//! A helper: its name, its signature and what it does.

use std::fmt;

use super::call::{Call, CallError, Which, wrong};
use crate::nearest::nearest;
use crate::value::{Hidden, Value};
use crate::writer::HelperOutput;

/// A helper of this program.
#[derive(Debug)]
pub struct Function {
    pub(super) name: &'static str,
    /// Other names that work too.
    pub(super) aliases: &'static [&'static str],
    /// What other template languages call it, for "did you mean"; words with spaces between them.
    pub(super) elsewhere: &'static str,
    /// How to write it, as the documentation and messages show it.
    pub(super) signature: &'static str,
    /// The least and the most arguments it takes.
    arguments: (usize, usize),
    /// The names it takes as `name=value`.
    options: &'static [&'static str],
    /// Whether it gives true or false. Such a helper can also be a block, which renders one branch or the other.
    pub(super) is_question: bool,
    /// What it does.
    pub run: Run,
}

/// What a helper does.
#[derive(Debug, Clone, Copy)]
pub enum Run {
    /// It makes something of its arguments.
    Make(HelperFn),
    /// It gives the first argument that exists and of which this holds; otherwise the last one, which has to exist.
    Choose(fn(&Value) -> bool),
}

pub type HelperFn = fn(&Call<'_>) -> Result<HelperOutput, CallError>;

/// A helper that gives any value, under one name and without options.
pub(super) const fn function(
    name: &'static str,
    signature: &'static str,
    arguments: (usize, usize),
    run: HelperFn,
) -> Function {
    helper(name, signature, arguments, Run::Make(run))
}

/// A helper that gives one of its arguments.
pub(super) const fn choice(
    name: &'static str,
    signature: &'static str,
    arguments: (usize, usize),
    is_chosen: fn(&Value) -> bool,
) -> Function {
    helper(name, signature, arguments, Run::Choose(is_chosen))
}

const fn helper(
    name: &'static str,
    signature: &'static str,
    arguments: (usize, usize),
    run: Run,
) -> Function {
    Function {
        name,
        aliases: &[],
        elsewhere: "",
        signature,
        arguments,
        options: &[],
        is_question: false,
        run,
    }
}

impl Function {
    /// Its own name, also where an alias is written.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    pub(super) const fn aliases(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    pub(super) const fn elsewhere(self, elsewhere: &'static str) -> Self {
        Self { elsewhere, ..self }
    }

    pub(super) const fn options(self, options: &'static [&'static str]) -> Self {
        Self { options, ..self }
    }

    pub(super) const fn question(self) -> Self {
        Self { is_question: true, ..self }
    }
}

/// Any number of arguments.
pub(super) const MANY: usize = usize::MAX;

impl Function {
    /// Checks the number of arguments and the names of options.
    #[inline]
    fn check<N: AsRef<str>, V>(
        &self,
        given: usize,
        options: &[(N, V)],
        is_block: bool,
    ) -> Result<(), CallError> {
        let (least, most) = self.arguments;
        if given < least || given > most {
            return self.takes_other_number(given);
        }
        if is_block && !self.is_question {
            return wrong("it is not a block; write it without `#`, or as the argument of a block");
        }
        for name in options.iter().map(|(name, _)| name.as_ref()) {
            if !self.options.contains(&name) {
                return self.has_no_option(name);
            }
        }
        Ok(())
    }

    #[cold]
    fn takes_other_number(&self, given: usize) -> Result<(), CallError> {
        let wanted = match self.arguments {
            (1, 1) => "one argument".to_owned(),
            (least, most) if least == most => format!("{least} arguments"),
            (1, MANY) => "at least one argument".to_owned(),
            (least, MANY) => format!("at least {least} arguments"),
            (least, most) => format!("{least} to {most} arguments"),
        };
        wrong(format!("it takes {wanted}, not {given}"))
    }

    #[cold]
    fn has_no_option(&self, name: &str) -> Result<(), CallError> {
        let near = nearest(name, self.options.iter().copied());
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        wrong(format!("it has no option `{name}`{near}"))
    }
}

/// Why a call fails.
#[derive(Debug)]
pub enum Failure {
    /// A variable does not exist.
    Missing(Which),
    Misuse(Misuse),
    /// It would take what is hidden for nothing.
    Hidden(Hidden),
    /// Nothing may be delivered with this data, and what to do.
    Unfit {
        why: String,
        help: String,
    },
}

impl Function {
    /// Checks a call of a helper that makes something, and makes it.
    pub fn make(&'static self, make: HelperFn, call: &Call<'_>) -> Result<HelperOutput, Failure> {
        let output = self.check(call.len(), call.options, call.is_block).and_then(|()| make(call));
        output.map_err(|error| self.failure(call.name, error))
    }

    /// Checks a call, under the name that is `written`, of a helper that gives one of its arguments.
    pub fn check_choice<N: AsRef<str>, V>(
        &'static self,
        written: &str,
        given: usize,
        options: &[(N, V)],
        is_block: bool,
    ) -> Result<(), Failure> {
        self.check(given, options, is_block).map_err(|error| self.failure(written, error))
    }

    #[cold]
    fn failure(&'static self, written: &str, error: CallError) -> Failure {
        let (why, depends_on_data) = match error {
            CallError::Missing(which) => return Failure::Missing(which),
            CallError::Hidden(hidden) => return Failure::Hidden(hidden),
            CallError::Unfit { why, help } => return Failure::Unfit { why, help },
            CallError::Wrong(why) => (why, false),
            CallError::Lacking(why) => (why, true),
        };
        Failure::Misuse(Misuse { function: self, written: written.to_owned(), why, depends_on_data })
    }
}

/// A wrong call of a helper.
#[derive(Debug)]
pub struct Misuse {
    function: &'static Function,
    /// The name or alias in the template.
    written: String,
    why: String,
    /// Whether it could be right with other data.
    pub depends_on_data: bool,
}

impl Misuse {
    /// How to write the helper.
    #[must_use]
    pub fn signature(&self) -> &'static str {
        self.function.signature
    }
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` can't be used here: {}", self.written, self.why)
    }
}

impl std::error::Error for Misuse {}
