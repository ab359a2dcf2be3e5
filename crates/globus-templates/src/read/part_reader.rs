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
        shared.stack.push(value);
        Some(())
    })?;
    let values = match part {
        Part::Inner { latest, .. } => latest.list(shared.stack.get(start..)?),
        _ => shared.stack.drain(start..).collect(),
    };
    shared.stack.truncate(start);
    Some(values)
}

fn object(scanner: &mut Scanner<'_>, part: &mut Part, shared: &mut Shared) -> Option<Value> {
    match part {
        Part::Learned(selection) if selection.learns() => {
            learned(scanner, selection, shared).map(Value::Object)
        }
        Part::Whole | Part::Learned(_) => whole(scanner, shared).map(Value::Object),
        Part::Only(selection) => {
            selected(scanner, selection, shared)?;
            Some(selection.object().into())
        }
        Part::Inner { selection, .. } => {
            selected(scanner, selection, shared)?;
            Some(selection.first())
        }
    }
}

/// Reads all of an object, which is likely to have the keys of those before it.
fn learned(scanner: &mut Scanner<'_>, selection: &mut Selection, shared: &mut Shared) -> Option<Object> {
    let start = scanner.clone();
    selected(scanner, selection, shared)?;
    if selection.is_in_order() {
        return Some(selection.object());
    }
    selection.learn_anew();
    *scanner = start;
    whole(scanner, shared)
}

fn whole(scanner: &mut Scanner<'_>, shared: &mut Shared) -> Option<Object> {
    let start = shared.stack.len();
    let mut keys = Vec::new();
    scanner.object(|scanner| {
        keys.push(shared.keys.get(scanner.key()?));
        let value = value(scanner, &mut Part::Whole, shared)?;
        shared.stack.push(value);
        Some(())
    })?;
    Some(shared.object(keys, start))
}

/// Leaves the values in the selection.
fn selected(scanner: &mut Scanner<'_>, selection: &mut Selection, shared: &mut Shared) -> Option<()> {
    selection.start();
    let mut position = 0;
    let mut goes_on = scanner.open(b'}')?;
    // The run that came again right before, and where it begins.
    let mut before = None;
    while goes_on {
        scanner.peek()?;
        if scanner.is_shallow()
            && let Some(again) = selection.again(position, scanner, &mut before)
        {
            position += again.entries;
            goes_on = again.goes_on;
        } else {
            before = None;
            (position, goes_on) = entry(scanner, selection, position, shared)?;
            position += 1;
        }
    }
    scanner.close();
    Some(())
}

/// Reads an entry, whose key is likely to have this position. Gives the position that it has, and whether another entry
/// follows.
fn entry(
    scanner: &mut Scanner<'_>,
    selection: &mut Selection,
    position: usize,
    shared: &mut Shared,
) -> Option<(usize, bool)> {
    let start = scanner.position();
    let (position, place) = selection.key(position, scanner)?;
    match place {
        Some(place) => {
            let value = value(scanner, selection.part(place)?, shared)?;
            selection.put(place, value);
        }
        None => scanner.skip()?,
    }
    let goes_on = scanner.goes_on(b'}')?;
    if scanner.is_shallow() {
        selection.note(position, place, goes_on, || scanner.since(start))?;
    }
    Some((position, goes_on))
}
