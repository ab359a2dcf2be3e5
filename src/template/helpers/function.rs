//! What a helper is: its name, how it is called, and what it does.

use std::fmt;

use super::call::{Call, Mistake, wrong};
use crate::diagnostic::nearest;
use crate::template::format::Written;

/// A helper of this program.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    /// How it is written, as the README and messages show it.
    pub(super) signature: &'static str,
    /// The least and the most arguments it takes.
    pub(super) arguments: (usize, usize),
    /// The names it takes as `name=value`.
    pub(super) options: &'static [&'static str],
    /// Whether it can be a block, of which it renders one half or the other.
    pub(super) block: bool,
    pub(super) run: Run,
}

/// What a helper does.
pub(super) type Run = fn(&Call<'_, '_>) -> Result<Written, Mistake>;

/// A helper that takes no options and is no block.
pub(super) const fn function(
    name: &'static str,
    signature: &'static str,
    arguments: (usize, usize),
    run: Run,
) -> Function {
    Function { name, signature, arguments, options: &[], block: false, run }
}

/// As many arguments as one likes.
pub(super) const MANY: usize = usize::MAX;

impl Function {
    /// Whether there are as many arguments as the helper takes, and no options that it does not know.
    pub(super) fn check(&self, call: &Call<'_, '_>) -> Result<(), Mistake> {
        let (least, most) = self.arguments;
        let given = call.len();
        if given < least || given > most {
            let wanted = match (least, most) {
                (1, 1) => "one argument".to_owned(),
                (least, most) if least == most => format!("{least} arguments"),
                (1, MANY) => "at least one argument".to_owned(),
                (least, MANY) => format!("at least {least} arguments"),
                (least, most) => format!("{least} to {most} arguments"),
            };
            return wrong(format!("it takes {wanted}, and here are {given}"));
        }
        if call.helper.is_block() && !self.block {
            return wrong("it is no block; write it without `#`, or as an argument of a block");
        }
        for name in call.helper.hash().keys() {
            if !self.options.contains(name) {
                let near = nearest(name, self.options.iter().copied());
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                return wrong(format!("it knows no option `{name}`{near}"));
            }
        }
        Ok(())
    }
}

/// A helper that was called otherwise than it can be.
#[derive(Debug)]
pub(in crate::template) struct Misuse {
    function: &'static Function,
    why: String,
}

impl Misuse {
    pub(super) fn new(function: &'static Function, why: String) -> Self {
        Self { function, why }
    }

    /// How the helper is written.
    pub(in crate::template) fn signature(&self) -> &'static str {
        self.function.signature
    }
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` can't be used here: {}", self.function.name, self.why)
    }
}

impl std::error::Error for Misuse {}
