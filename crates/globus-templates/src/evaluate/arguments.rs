//! The arguments of a helper, evaluated.

use smallvec::SmallVec;

use super::evaluator::Evaluator;
use super::fault::Reason;
use super::scope::Scope;
use super::value::Found;
use crate::helpers::{self, Argument};
use crate::program::{Call, Expression};

pub(super) struct Arguments<'s> {
    // Most calls have one or two, and a loop makes each of them again for each row.
    arguments: SmallVec<[Argument<'s>; 2]>,
    options: Vec<(&'s str, Argument<'s>)>,
}

impl<'s> Arguments<'s> {
    pub(super) fn of(
        evaluator: &'s Evaluator<'_>,
        call: &'s Call,
        scope: &Scope<'s>,
    ) -> Result<Self, Box<Reason>> {
        let argument = |expression: &'s Expression| -> Result<_, Box<Reason>> {
            let value = evaluator.value(expression, scope)?;
            Ok(Argument { value, is_literal: matches!(expression, Expression::Literal(_)) })
        };
        // `collect` into a result does not know how many there are.
        let mut arguments = SmallVec::with_capacity(call.arguments.len());
        for expression in &call.arguments {
            arguments.push(argument(expression)?);
        }
        let mut options = Vec::with_capacity(call.options.len());
        for (name, option) in &call.options {
            options.push((name.as_str(), argument(option)?));
        }
        Ok(Self { arguments, options })
    }

    /// The value of an argument, if it exists.
    pub(super) fn take(mut self, at: usize) -> Found<'s> {
        self.arguments.get_mut(at)?.value.take()
    }

    pub(super) fn call<'c>(
        &'c self,
        call: &'c Call,
        is_block: bool,
        evaluator: &'c Evaluator<'_>,
    ) -> helpers::Call<'c> {
        let Self { arguments, options } = self;
        let Evaluator { root: data, writer, state, .. } = *evaluator;
        helpers::Call { name: &call.name, arguments, options, is_block, data, writer, state }
    }
}
