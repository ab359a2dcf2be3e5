//! The arguments of a helper, evaluated.

use smallvec::SmallVec;

use super::evaluator::Evaluator;
use super::fault::Reason;
use super::scope::Scope;
use crate::helpers::{self, Argument};
use crate::program::{Call, Expression};

#[derive(Default)]
pub(super) struct Arguments<'s> {
    // Most calls have one or two, and a loop makes each of them again for each row.
    arguments: SmallVec<[Argument<'s>; 2]>,
    options: Vec<(&'s str, Argument<'s>)>,
}

impl<'s> Arguments<'s> {
    /// Evaluates those of a call. They are large, so they are filled in where they are.
    pub(super) fn evaluate(
        &mut self,
        evaluator: &'s Evaluator<'_>,
        call: &'s Call,
        scope: &Scope<'s>,
    ) -> Result<(), Box<Reason>> {
        let argument = |expression: &'s Expression| -> Result<_, Box<Reason>> {
            let value = evaluator.value(expression, scope)?;
            Ok(Argument { value, is_literal: matches!(expression, Expression::Literal(_)) })
        };
        self.arguments.reserve(call.arguments.len());
        for expression in &call.arguments {
            self.arguments.push(argument(expression)?);
        }
        self.options.reserve(call.options.len());
        for (name, option) in &call.options {
            self.options.push((name.as_str(), argument(option)?));
        }
        Ok(())
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
