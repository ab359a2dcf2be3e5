//! The arguments of a helper, as the helper wants them.

use handlebars::Helper;
use serde_json::Value;

use super::{Function, MANY};
use crate::diagnostic::nearest;
use crate::template::format::Writer;

/// One call of a helper.
pub(super) struct Call<'c, 'rc> {
    pub(super) helper: &'c Helper<'rc>,
    pub(super) writer: Writer,
}

/// Why a helper can't do its work.
#[derive(Debug)]
pub(super) enum Mistake {
    /// An argument names something that is not there; by its name, where it has one.
    Missing(Option<String>),
    /// An argument is not of the right kind.
    Wrong(String),
}

pub(super) fn wrong<T>(why: impl Into<String>) -> Result<T, Mistake> {
    Err(Mistake::Wrong(why.into()))
}

impl<'c> Call<'c, '_> {
    /// Whether there are as many arguments as the helper takes, and no options that it does not know.
    pub(super) fn check(&self, function: &Function) -> Result<(), Mistake> {
        let (least, most) = function.arguments;
        let given = self.helper.params().len();
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
        for name in self.helper.hash().keys() {
            if !function.options.contains(name) {
                let near = nearest(name, function.options.iter().copied());
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                return wrong(format!("it knows no option `{name}`{near}"));
            }
        }
        Ok(())
    }

    /// How many arguments there are.
    pub(super) fn len(&self) -> usize {
        self.helper.params().len()
    }

    /// An argument that must be there.
    pub(super) fn value(&self, index: usize) -> Result<&'c Value, Mistake> {
        match self.helper.param(index) {
            None => wrong(format!("its {} argument is missing", nth(index))),
            Some(argument) if argument.is_value_missing() => {
                Err(Mistake::Missing(argument.relative_path().cloned()))
            }
            Some(argument) => Ok(argument.value()),
        }
    }

    /// An argument that is a list.
    pub(super) fn list(&self, index: usize) -> Result<&'c [Value], Mistake> {
        match self.value(index)? {
            Value::Array(list) => Ok(list),
            other => wrong(format!("its {} argument is {}, not a list", nth(index), kind(other))),
        }
    }

    /// An argument that is text, or can be shown as text.
    pub(super) fn text(&self, index: usize) -> Result<String, Mistake> {
        let value = self.value(index)?;
        match text(value) {
            Some(text) => Ok(text),
            None => wrong(format!("its {} argument is {}, not a text", nth(index), kind(value))),
        }
    }

    /// An option that is true or false; false if it is not given.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Mistake> {
        match self.helper.hash_get(name).map(handlebars::PathAndJson::value) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => wrong(format!("`{name}` is {}, not true or false", kind(other))),
        }
    }
}

/// The text of a value that is not made of others; null is no text at all.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// What a value is, for a person.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::String(_) => "a text",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

pub(super) fn nth(index: usize) -> String {
    match index {
        0 => "first".to_owned(),
        1 => "second".to_owned(),
        2 => "third".to_owned(),
        _ => format!("{}th", index + 1),
    }
}
