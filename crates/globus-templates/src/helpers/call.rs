//! The arguments of a helper, by the types that it needs.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Number;

use super::state::HelperState;
use super::value::{inside, text};
use crate::nearest::nearest;
use crate::value::{Hidden, Object, Value};
use crate::writer::Writer;

/// One call of a helper.
pub struct Call<'c> {
    /// The name or alias in the template.
    pub name: &'c str,
    pub arguments: &'c [Argument<'c>],
    pub options: &'c [(&'c str, Argument<'c>)],
    /// Whether it is the start of a block.
    pub is_block: bool,
    /// All that the template sees.
    pub data: &'c Value,
    pub writer: Writer,
    pub state: &'c HelperState,
}

/// An argument or option of a call.
pub struct Argument<'c> {
    /// `None` if it is a variable that does not exist.
    pub value: Option<Cow<'c, Value>>,
    /// Whether the template has the value itself, such as a text in quotes.
    pub is_literal: bool,
}

/// An argument, or an option by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Argument(usize),
    Option(usize),
}

/// Why a helper fails.
#[derive(Debug)]
pub enum CallError {
    /// A variable does not exist.
    Missing(Which),
    /// An argument is of the wrong type.
    Wrong(String),
    /// The data lacks what an argument needs; other data may have it.
    Lacking(String),
    /// It would take what is hidden for nothing.
    Hidden(Hidden),
    /// The call is right, but nothing may be delivered with this data.
    Unfit { why: String, help: String },
}

pub(super) fn lacking<T>(why: impl Into<String>) -> Result<T, CallError> {
    Err(CallError::Lacking(why.into()))
}

pub(super) fn wrong<T>(why: impl Into<String>) -> Result<T, CallError> {
    Err(CallError::Wrong(why.into()))
}

/// Fails if a value is hidden.
pub(super) fn shown(value: &Value) -> Result<&Value, CallError> {
    match value {
        Value::Hidden(hidden) => Err(CallError::Hidden(hidden.clone())),
        value => Ok(value),
    }
}

pub(super) fn unfit<T>(why: impl Into<String>, help: impl Into<String>) -> Result<T, CallError> {
    Err(CallError::Unfit { why: why.into(), help: help.into() })
}

impl<'c> Call<'c> {
    /// How many arguments there are.
    pub(super) fn len(&self) -> usize {
        self.arguments.len()
    }

    pub(super) fn maybe(&self, index: usize) -> Option<&'c Value> {
        self.arguments.get(index)?.value.as_deref()
    }

    /// An argument that is a text in quotes in the template.
    pub(super) fn literal(&self, index: usize) -> Option<&'c str> {
        self.arguments.get(index).filter(|argument| argument.is_literal)?.value.as_deref()?.as_str()
    }

    /// An argument, which may be hidden.
    pub(super) fn value(&self, index: usize) -> Result<&'c Value, CallError> {
        match self.maybe(index) {
            Some(value) => Ok(value),
            None if index < self.len() => Err(CallError::Missing(Which::Argument(index))),
            None => wrong(format!("its {} argument is missing", nth(index))),
        }
    }

    /// Every argument. All are required.
    pub(super) fn values(&self) -> Result<Vec<&'c Value>, CallError> {
        (0..self.len()).map(|index| self.value(index)).collect()
    }

    /// An argument that is not hidden.
    pub(super) fn shown(&self, index: usize) -> Result<&'c Value, CallError> {
        shown(self.value(index)?)
    }

    pub(super) fn list(&self, index: usize) -> Result<&'c [Value], CallError> {
        match self.shown(index)? {
            Value::List(list) => Ok(list),
            Value::Null => lacking(format!("its {} argument is null, not a list", nth(index))),
            other => wrong(format!("its {} argument is {}, not a list", nth(index), other.type_name())),
        }
    }

    pub(super) fn object(&self, index: usize) -> Result<&'c Object, CallError> {
        match self.shown(index)? {
            Value::Object(object) => Ok(object),
            Value::Null => lacking(format!("its {} argument is null, not an object", nth(index))),
            other => wrong(format!("its {} argument is {}, not an object", nth(index), other.type_name())),
        }
    }

    /// An argument that is text, or can be shown as text.
    pub(super) fn text(&self, index: usize) -> Result<Cow<'c, str>, CallError> {
        let value = self.shown(index)?;
        match text(value) {
            Some(text) => Ok(text),
            None => wrong(format!("its {} argument is {}, not a text", nth(index), value.type_name())),
        }
    }

    /// An argument that is a number.
    pub(super) fn number(&self, index: usize) -> Result<&'c Number, CallError> {
        match self.shown(index)? {
            Value::Number(number) => Ok(number),
            Value::Null => lacking(format!("its {} argument is null, not a number", nth(index))),
            other => wrong(format!("its {} argument is {}, not a number", nth(index), other.type_name())),
        }
    }

    /// The second and third argument: from which place to which of this many. A negative one counts from the end.
    /// Without a third argument, all that follows.
    pub(super) fn range(&self, length: usize) -> Result<Range<usize>, CallError> {
        let place = |index: usize| match self.shown(index)?.as_whole() {
            Some(place) => {
                let distance = usize::try_from(place.unsigned_abs()).unwrap_or(usize::MAX);
                Ok(if place < 0 { length.saturating_sub(distance) } else { distance.min(length) })
            }
            None => wrong(format!("its {} argument is not a whole number", nth(index))),
        };
        let start = place(1)?;
        let end = if self.len() > 2 { place(2)? } else { length };
        Ok(start..end.max(start))
    }

    /// An argument that counts something.
    pub(super) fn size(&self, index: usize) -> Result<usize, CallError> {
        /// A larger number is a mistake, and would use up the memory.
        const MOST: usize = 100_000;
        let value = self.shown(index)?;
        let number = value.as_whole().and_then(|number| usize::try_from(number).ok());
        match number.filter(|number| *number <= MOST) {
            Some(number) => Ok(number),
            None => wrong(format!("its {} argument is not a whole number from 0 to {MOST}", nth(index))),
        }
    }

    /// An argument that is a key of the elements of a list. At least one of them must have it.
    pub(super) fn key(&self, index: usize, list: &[Value]) -> Result<&'c str, CallError> {
        let Some(key) = self.shown(index)?.as_str() else {
            return wrong(format!("its {} argument is not the name of a key in quotes", nth(index)));
        };
        known(key, list)?;
        Ok(key)
    }

    /// An option that is true or false.
    pub(super) fn flag(&self, name: &str, otherwise: bool) -> Result<bool, CallError> {
        match self.option(name)? {
            None => Ok(otherwise),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => wrong(format!("`{name}` is {}, not true or false", other.type_name())),
        }
    }

    /// An option that is text.
    pub(super) fn word(&self, name: &str) -> Result<Option<&'c str>, CallError> {
        match self.option(name)? {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(other) => wrong(format!("`{name}` is {}, not a text", other.type_name())),
        }
    }

    fn option(&self, name: &str) -> Result<Option<&'c Value>, CallError> {
        let Some(at) = self.options.iter().position(|(other, _)| *other == name) else { return Ok(None) };
        let value = self.options[at].1.value.as_deref().ok_or(CallError::Missing(Which::Option(at)))?;
        shown(value).map(Some)
    }
}

/// Fails if no element of a list has this key: that is a mistake in the template, unless other data has it.
pub(super) fn known(key: &str, list: &[Value]) -> Result<(), CallError> {
    if list.is_empty() || list.iter().any(|element| inside(element, key).is_some()) {
        return Ok(());
    }
    let keys = list.first().and_then(Value::as_object).into_iter().flat_map(Object::known_keys);
    let near = nearest(key, keys.map(|key| &**key));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    lacking(format!("no element of the list has `{key}`{near}"))
}

pub(super) fn nth(index: usize) -> String {
    match index {
        0 => "first".to_owned(),
        1 => "second".to_owned(),
        2 => "third".to_owned(),
        _ => format!("{}th", index + 1),
    }
}
