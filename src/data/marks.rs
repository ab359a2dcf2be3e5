//! What is hidden, in JSON: null, and named beside it, because null can be a value too.

use globus_templates::value::Key;
use globus_templates::value::{Object, Value};

/// The key of an object whose lists of these names are hidden. Memberships have `hidden` beside them.
const HIDDEN_LISTS: &str = "hidden_lists";

/// The data as it is printed: each object names what is hidden in it.
#[must_use]
pub fn marked(value: &Value) -> Value {
    match value {
        Value::List(list) => list.iter().map(marked).collect(),
        Value::Object(object) => {
            let is_hidden = |value: &Value| matches!(value, Value::Hidden(_));
            let lists =
                object.iter().filter(|(key, value)| is_hidden(value) && &***key != super::MEMBERSHIPS);
            let lists: Value = lists.map(|(key, _)| Value::from(&**key)).collect();
            let whole: Object = object.iter().map(|(key, value)| (key.clone(), marked(value))).collect();
            match lists.as_list() {
                Some([_, ..]) => whole.with(HIDDEN_LISTS, lists).into(),
                _ => whole.into(),
            }
        }
        other => other.clone(),
    }
}

/// The data as a run has it. Which lists are hidden is known from their being null.
pub(super) fn unmarked(value: &Value) -> Value {
    match value {
        Value::List(list) => list.iter().map(unmarked).collect(),
        Value::Object(object) => {
            let is_data = |(key, _): &(&Key, &Value)| &***key != HIDDEN_LISTS;
            let entries = object.iter().filter(is_data).map(|(key, value)| (key.clone(), unmarked(value)));
            Value::Object(entries.collect())
        }
        other => other.clone(),
    }
}
