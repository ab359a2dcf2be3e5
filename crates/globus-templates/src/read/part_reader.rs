//! A value of which a part is read.

use super::scanner::Scanner;
use super::selection::{Part, Selection};
use super::shared::Shared;
use crate::value::{Object, Value};

/// Reads the value that a text begins with, and gives its length. `None` if it is not all there, or needs a closer look;
/// see [`Scanner`].
pub(super) fn first_value(text: &str, part: &mut Part, shared: &mut Shared) -> Option<(Value, usize)> {
    // An earlier row may have ended early.
    shared.stack.clear();
    let mut scanner = Scanner::new(text);
    let value = value(&mut scanner, part, shared)?;
    Some((value, scanner.position()))
}

fn value(scanner: &mut Scanner<'_>, part: &mut Part, shared: &mut Shared) -> Option<Value> {
    Some(match scanner.peek()? {
        b'{' => return object(scanner, part, shared),
        b'[' => return list(scanner, part, shared),
        b'"' => {
            let quoted = scanner.quoted()?;
            if matches!(part, Part::Inner { .. }) {
                return Some(Value::Null);
            }
            Value::Text(shared.texts.get(scanner.text(quoted, &mut shared.buffer)?))
        }
        b't' => scanner.word("true").map(|()| true.into())?,
        b'f' => scanner.word("false").map(|()| false.into())?,
        b'n' => scanner.word("null").map(|()| Value::Null)?,
        _ => scanner.number()?.into(),
    })
}

fn list(scanner: &mut Scanner<'_>, part: &mut Part, shared: &mut Shared) -> Option<Value> {
    let start = shared.stack.len();
    scanner.list(|scanner| {
        let value = value(scanner, part, shared)?;
        shared.stack.push(Some(value));
        Some(())
    })?;
    let values = match part {
        Part::Inner { latest, .. } => latest.list(shared.stack.get(start..)?),
        _ => shared.stack.drain(start..).map(Option::unwrap_or_default).collect(),
    };
    shared.stack.truncate(start);
    Some(values)
}

fn object(scanner: &mut Scanner<'_>, part: &mut Part, shared: &mut Shared) -> Option<Value> {
    match part {
        Part::Whole => whole(scanner, shared).map(Value::Object),
        Part::Only(selection) => {
            let start = selected(scanner, selection, shared)?;
            Some(selection.object(shared.stack.drain(start..)).into())
        }
        Part::Inner { selection, .. } => {
            let start = selected(scanner, selection, shared)?;
            shared.stack.drain(start..).next().map(Option::unwrap_or_default)
        }
    }
}

fn whole(scanner: &mut Scanner<'_>, shared: &mut Shared) -> Option<Object> {
    let start = shared.stack.len();
    let mut keys = Vec::new();
    scanner.object(|scanner| {
        keys.push(shared.keys.get(scanner.key()?));
        let value = value(scanner, &mut Part::Whole, shared)?;
        shared.stack.push(Some(value));
        Some(())
    })?;
    let values = shared.stack.drain(start..).map(Option::unwrap_or_default).collect();
    Some(shared.object(keys, values))
}

/// Leaves the values of a selection on the stack, and tells from where on.
fn selected(scanner: &mut Scanner<'_>, selection: &mut Selection, shared: &mut Shared) -> Option<usize> {
    let start = shared.stack.len();
    shared.stack.resize(start + selection.len(), None);
    let mut position = 0;
    scanner.object(|scanner| {
        scanner.peek()?;
        let place = match selection.order.get(position) {
            Some((key, place)) if scanner.is_next(key) => place,
            _ => {
                let place;
                (position, place) = selection.find(scanner.key()?);
                place
            }
        };
        position += 1;
        let Some(at) = place else { return scanner.skip() };
        let value = value(scanner, selection.part(at)?, shared)?;
        *shared.stack.get_mut(start + at)? = Some(value);
        Some(())
    })?;
    Some(start)
}
