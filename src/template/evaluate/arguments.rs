//! The arguments of a helper, evaluated.

use super::evaluator::Evaluator;
use super::fault::Reason;
use super::scope::Scope;
use crate::template::helpers::{self, Argument};
use crate::template::program::{Call, Expression};

pub(super) struct Arguments<'s> {
    arguments: Vec<Argument<'s>>,
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
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for expression in &call.arguments {
            arguments.push(argument(expression)?);
        }
        let mut options = Vec::with_capacity(call.options.len());
        for (name, option) in &call.options {
            options.push((name.as_str(), argument(option)?));
        }
        Ok(Self { arguments, options })
    }

    pub(super) fn call(
        &'s self,
        call: &'s Call,
        is_block: bool,
        evaluator: &'s Evaluator<'_>,
    ) -> helpers::Call<'s> {
        let Self { arguments, options } = self;
        let Evaluator { root: data, writer, state, .. } = *evaluator;
        helpers::Call { name: &call.name, arguments, options, is_block, data, writer, state }
    }
}
