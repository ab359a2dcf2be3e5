//! The value of an expression.

use std::borrow::Cow;

use super::arguments::Arguments;
use super::evaluator::Evaluator;
use super::fault::Reason;
use super::hint::Hint;
use super::scope::Scope;
use crate::helpers::{Failure, Function, HelperFn, Run, Which, member, text};
use crate::program::{Call, Expression, Helper, Path, Start};
use crate::value::Value;
use crate::writer::HelperOutput;

/// A value, if there is one.
pub(super) type Found<'s> = Option<Cow<'s, Value>>;

impl Evaluator<'_> {
    pub(super) fn value<'s>(
        &'s self,
        expression: &'s Expression,
        scope: &Scope<'s>,
    ) -> Result<Found<'s>, Box<Reason>> {
        match expression {
            Expression::Literal(value) => Ok(Some(Cow::Borrowed(value))),
            Expression::Path(path) => Ok(self.find(path, scope)),
            Expression::Call(call) => self.result(call, scope),
            Expression::Name(path, call) => match self.find(path, scope) {
                Some(value) => Ok(Some(value)),
                None => self.result(call, scope),
            },
        }
    }

    /// The value of an expression, which has to exist.
    pub(super) fn required<'s>(
        &'s self,
        expression: &'s Expression,
        scope: &Scope<'s>,
    ) -> Result<Cow<'s, Value>, Box<Reason>> {
        self.value(expression, scope)?.ok_or_else(|| self.missing(expression, scope).into())
    }

    /// The result of a call as an argument.
    fn result<'s>(&'s self, call: &'s Call, scope: &Scope<'s>) -> Result<Found<'s>, Box<Reason>> {
        match call.helper {
            Helper::Own(function) => Ok(Some(match self.run(function, call, false, scope)? {
                HelperOutput::Value(value) => value,
                HelperOutput::Text(text) | HelperOutput::Fragment(text) | HelperOutput::Quoted(text) => {
                    Cow::Owned(text.into())
                }
            })),
            Helper::Lookup => self.lookup(call, scope),
        }
    }

    pub(super) fn run<'s>(
        &'s self,
        function: &'static Function,
        call: &'s Call,
        is_block: bool,
        scope: &Scope<'s>,
    ) -> Result<HelperOutput<Cow<'s, Value>>, Box<Reason>> {
        match function.run {
            Run::Make(make) => self.make(function, make, call, is_block, scope),
            Run::Choose(is_chosen) => {
                let checked =
                    function.check_choice(&call.name, call.arguments.len(), &call.options, is_block);
                if let Err(failure) = checked {
                    // A mistake in an argument is found first, as with any helper.
                    Arguments::default().evaluate(self, call, scope)?;
                    return Err(self.reason(call, scope, failure).into());
                }
                self.chosen(&call.arguments, is_chosen, scope).map(HelperOutput::Value)
            }
        }
    }

    fn make<'s>(
        &'s self,
        function: &'static Function,
        make: HelperFn,
        call: &'s Call,
        is_block: bool,
        scope: &Scope<'s>,
    ) -> Result<HelperOutput<Cow<'s, Value>>, Box<Reason>> {
        let mut arguments = Arguments::default();
        arguments.evaluate(self, call, scope)?;
        match function.make(make, &arguments.call(call, is_block, self)) {
            Ok(output) => Ok(output.map(Cow::Owned)),
            Err(failure) => Err(self.reason(call, scope, failure).into()),
        }
    }

    /// The first of some values that exists and of which this holds; otherwise the last one, which has to exist.
    fn chosen<'s>(
        &'s self,
        expressions: &'s [Expression],
        is_chosen: fn(&Value) -> bool,
        scope: &Scope<'s>,
    ) -> Result<Cow<'s, Value>, Box<Reason>> {
        let Some((last, others)) = expressions.split_last() else { return Err(Reason::unnamed().into()) };
        for (at, expression) in others.iter().enumerate() {
            if let Some(value) = self.value(expression, scope)?
                && is_chosen(&value)
            {
                // A mistake in one of the others shows with any data. Only calls have mistakes.
                for other in expressions.iter().skip(at + 1).filter(|other| other.has_call()) {
                    self.value(other, scope)?;
                }
                return Ok(value);
            }
        }
        self.required(last, scope)
    }

    /// Why a helper failed.
    fn reason(&self, call: &Call, scope: &Scope<'_>, failure: Failure) -> Reason {
        let missing = match failure {
            Failure::Misuse(misuse) => return Reason::Misuse(misuse),
            Failure::Hidden(hidden) => return Reason::Hidden(hidden),
            Failure::Unfit { why, help } => return Reason::Unfit { why, help },
            Failure::Missing(Which::Argument(at)) => call.arguments.get(at),
            Failure::Missing(Which::Option(at)) => call.options.get(at).map(|(_, option)| option),
        };
        missing.map_or_else(Reason::unnamed, |expression| self.missing(expression, scope))
    }

    /// The result of a call, which has to exist.
    pub(super) fn computed<'s>(
        &'s self,
        call: &'s Call,
        scope: &Scope<'s>,
    ) -> Result<Cow<'s, Value>, Box<Reason>> {
        self.result(call, scope)?.ok_or_else(|| Reason::unnamed().into())
    }

    /// `lookup`. What is not there is missing, as a variable can be.
    fn lookup<'s>(&'s self, call: &'s Call, scope: &Scope<'s>) -> Result<Found<'s>, Box<Reason>> {
        let [whole, key] = call.arguments.as_slice() else { return Ok(None) };
        let (Some(whole), Some(key)) = (self.value(whole, scope)?, self.value(key, scope)?) else {
            return Ok(None);
        };
        Ok(match whole {
            Cow::Borrowed(whole) => element(whole, &key),
            Cow::Owned(whole) => element(&whole, &key).map(|found| Cow::Owned(found.into_owned())),
        })
    }

    #[inline]
    pub(super) fn find<'s>(&'s self, path: &Path, scope: &Scope<'s>) -> Found<'s> {
        // Most paths start with a key of the row.
        if let (Start::Context(0), [key, inner @ ..], Value::Object(row)) =
            (path.start, &*path.keys, scope.context)
        {
            let value = row.get_near(key, &path.place)?;
            return if inner.is_empty() { Some(Cow::Borrowed(value)) } else { follow(value, inner) };
        }
        self.find_elsewhere(path, scope)
    }

    #[inline(never)]
    fn find_elsewhere<'s>(&'s self, path: &Path, scope: &Scope<'s>) -> Found<'s> {
        let (start, keys) = self.start(path, scope)?;
        match start {
            Cow::Borrowed(value) => follow(value, keys),
            Cow::Owned(value) if keys.is_empty() => Some(Cow::Owned(value)),
            Cow::Owned(value) => follow(&value, keys).map(|found| Cow::Owned(found.into_owned())),
        }
    }

    /// Where a path starts, and the keys that lead on from there.
    pub(super) fn start<'s, 'p>(
        &'s self,
        path: &'p Path,
        scope: &Scope<'s>,
    ) -> Option<(Cow<'s, Value>, &'p [String])> {
        let keys = path.keys.as_slice();
        Some(match path.start {
            Start::Context(0) => (Cow::Borrowed(scope.context), keys),
            Start::Context(up) => (Cow::Borrowed(scope.up(up)?.context), keys),
            Start::Root => (Cow::Borrowed(self.root), keys),
            Start::Local(up, local) => (scope.local(up, local)?, &keys[1.min(keys.len())..]),
            Start::Name(up, at) => (scope.name(up, at)?, &keys[1.min(keys.len())..]),
        })
    }

    /// Why an expression has no value.
    pub(super) fn missing(&self, expression: &Expression, scope: &Scope<'_>) -> Reason {
        match expression {
            Expression::Path(path) | Expression::Name(path, _) => {
                Reason::Missing { path: Some(path.span.clone()), hint: Hint::of(path, scope, self.root) }
            }
            _ => Reason::unnamed(),
        }
    }
}

fn follow<'v>(value: &'v Value, keys: &[String]) -> Found<'v> {
    let mut value = value;
    for (at, key) in keys.iter().enumerate() {
        match member(value, key) {
            Some(inside) => value = inside,
            None if at + 1 == keys.len() => return length(value, key),
            None => return None,
        }
    }
    Some(Cow::Borrowed(value))
}

/// The element of a list, the value of a key, or a length.
fn element<'v>(whole: &'v Value, key: &Value) -> Found<'v> {
    // As in JavaScript, a number is the key that it is written as.
    let key = text(key)?;
    member(whole, &key).map(Cow::Borrowed).or_else(|| length(whole, &key))
}

/// `list.length`, as lists and texts have it in JavaScript.
fn length<'v>(value: &Value, key: &str) -> Found<'v> {
    match value {
        Value::List(list) if key == "length" => Some(Cow::Owned(list.len().into())),
        Value::Text(text) if key == "length" => Some(Cow::Owned(text.chars().count().into())),
        _ => None,
    }
}
