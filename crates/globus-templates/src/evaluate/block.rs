//! Blocks.

use super::evaluator::{Evaluator, fault};
use super::fault::{Done, Reason};
use super::scope::{Locals, Names, Scope};
use super::value::Found;
use crate::helpers::is_true;
use crate::landing::Sink;
use crate::program::{Block, BlockKind, Body, Expression};
use crate::value::Value;
use crate::writer::HelperOutput;

impl Evaluator<'_> {
    pub(super) fn block<'s>(&'s self, block: &'s Block, scope: &Scope<'s>, out: &mut dyn Sink) -> Done {
        let at_tag = |reason: Box<Reason>| fault(*reason, &block.span, scope);
        match &block.kind {
            BlockKind::If { condition, include_zero, wanted } => {
                let value = self.value(condition, scope).map_err(at_tag)?;
                let zero_counts = match include_zero {
                    Some(option) => is_set(&self.value(option, scope).map_err(at_tag)?),
                    None => false,
                };
                let holds =
                    is_set(&value) || zero_counts && matches!(value.as_deref(), Some(Value::Number(_)));
                self.choose(block, holds == *wanted, scope, out)
            }
            BlockKind::Question(function, call) => {
                let holds = match self.run(function, call, true, scope).map_err(at_tag)? {
                    HelperOutput::Value(value) => is_true(&value),
                    HelperOutput::Text(_) | HelperOutput::Fragment(_) | HelperOutput::Quoted(_) => true,
                };
                self.choose(block, holds, scope, out)
            }
            BlockKind::Each(list) => {
                let value = self.value(list, scope).map_err(at_tag)?;
                match value.as_deref() {
                    Some(value @ (Value::List(_) | Value::Object(_))) => self.each(block, value, scope, out),
                    _ => self.unless_usable(block, list, &value, scope, out),
                }
            }
            BlockKind::With(entered) => {
                let value = self.value(entered, scope).map_err(at_tag)?;
                match value.as_deref() {
                    Some(value) if is_something(value) => self.enter(block, value, scope, out),
                    _ => self.unless_usable(block, entered, &value, scope, out),
                }
            }
            BlockKind::Section(of) => {
                let value = self.value(of, scope).map_err(at_tag)?;
                match value.as_deref() {
                    Some(list @ Value::List(_)) => self.each(block, list, scope, out),
                    Some(Value::Bool(flag)) => self.choose(block, *flag, scope, out),
                    Some(Value::Null) => self.inverse(block, scope, out),
                    Some(Value::Hidden(_)) | None => self.unless_usable(block, of, &value, scope, out),
                    Some(value) => self.enter(block, value, scope, out),
                }
            }
            BlockKind::Raw => self.body(&block.body, scope, out),
        }
    }

    /// A branch, in the context around the block.
    fn choose<'s>(&'s self, block: &'s Block, holds: bool, scope: &Scope<'s>, out: &mut dyn Sink) -> Done {
        if holds { self.named(block, None, None, scope, out) } else { self.inverse(block, scope, out) }
    }

    /// The body of a block, whose names stand for these in it.
    pub(super) fn named<'s>(
        &'s self,
        block: &'s Block,
        first: Option<&'s Value>,
        second: Option<&'s Locals<'s>>,
        scope: &Scope<'s>,
        out: &mut dyn Sink,
    ) -> Done {
        if !block.has_names {
            return self.body(&block.body, scope, out);
        }
        let names = Names { first, second, parent: scope.names };
        self.body(&block.body, &Scope { names: Some(&names), ..*scope }, out)
    }

    fn inverse<'s>(&'s self, block: &'s Block, scope: &Scope<'s>, out: &mut dyn Sink) -> Done {
        block.inverse.as_ref().map_or(Ok(()), |inverse: &Body| self.body(inverse, scope, out))
    }

    fn enter<'s>(
        &'s self,
        block: &'s Block,
        value: &'s Value,
        scope: &'s Scope<'s>,
        out: &mut dyn Sink,
    ) -> Done {
        self.named(block, Some(value), None, &scope.inside(value), out)
    }

    /// The body for each element of a list, or value of an object.
    fn each<'s>(
        &'s self,
        block: &'s Block,
        value: &'s Value,
        scope: &'s Scope<'s>,
        out: &mut dyn Sink,
    ) -> Done {
        let parent = scope.locals;
        let length = match value {
            Value::List(list) => {
                for (index, item) in list.iter().enumerate() {
                    let locals = Locals { index, key: None, is_last: index + 1 == list.len(), parent };
                    self.item(block, item, &locals, scope, out)?;
                }
                list.len()
            }
            Value::Object(object) => {
                for (index, (key, item)) in object.iter().enumerate() {
                    let locals = Locals { index, key: Some(key), is_last: index + 1 == object.len(), parent };
                    self.item(block, item, &locals, scope, out)?;
                }
                object.len()
            }
            _ => 0,
        };
        if length == 0 { self.inverse(block, scope, out) } else { Ok(()) }
    }

    /// What a block does with a value that it can't loop over or enter: without `{{else}}`, nothing says that it may be so.
    fn unless_usable<'s>(
        &'s self,
        block: &'s Block,
        expression: &'s Expression,
        value: &Found<'s>,
        scope: &Scope<'s>,
        out: &mut dyn Sink,
    ) -> Done {
        if let Some(Value::Hidden(hidden)) = value.as_deref() {
            return Err(fault(Reason::Hidden(hidden.clone()), &block.span, scope));
        }
        if block.inverse.is_some() {
            return self.inverse(block, scope, out);
        }
        let reason = match value.as_deref() {
            None => self.missing(expression, scope),
            Some(value) => {
                let path = match expression {
                    Expression::Path(path) | Expression::Name(path, _) => Some(path.span.clone()),
                    _ => None,
                };
                Reason::Unusable { path, what: what(value), is_null: value.is_null() }
            }
        };
        Err(fault(reason, &block.span, scope))
    }
}

/// What a message calls a value that a block can't use.
fn what(value: &Value) -> &'static str {
    match value {
        Value::List(_) => "an empty list",
        Value::Text(text) if text.is_empty() => "an empty text",
        value => value.type_name(),
    }
}

fn is_set(value: &Found<'_>) -> bool {
    value.as_deref().is_some_and(is_true)
}

/// Whether `with` enters a value: 0 is one.
fn is_something(value: &Value) -> bool {
    matches!(value, Value::Number(_)) || is_true(value)
}
