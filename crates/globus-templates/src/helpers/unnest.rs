//! Lists inside the elements of a list, as one list.

use super::call::{Call, CallError, shown, wrong};
use super::function::{Function, function};
use crate::value::Value;
use crate::writer::HelperOutput;

pub(super) const ALL: &[Function] = &[function("unnest", "{{#each (unnest LIST KEY)}}", (2, 2), unnest)
    .elsewhere("flatten flat_map flatMap selectmany explode_list")];

/// What an element has that came from inside another one.
const PARENT: &str = "parent";

/// The elements of the lists that the elements of a list have as `KEY`, each with the one that it came from as `parent`.
fn unnest(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    let key = call.key(1, list)?;
    let mut all = Vec::new();
    for outer in list {
        match outer.get(key).map(shown).transpose()? {
            None | Some(Value::Null) => {}
            Some(Value::List(inner)) => {
                for element in inner.iter() {
                    let Value::Object(object) = element else {
                        return wrong(format!("`{key}` has {}, not objects", element.type_name()));
                    };
                    all.push(Value::Object(object.with(PARENT, outer.clone())));
                }
            }
            Some(other) => return wrong(format!("`{key}` is {}, not a list", other.type_name())),
        }
    }
    Ok(Value::from(all).into())
}
