//! Helpers that work on lists.

use super::Function;
use super::call::{Call, Mistake, text, wrong};
use crate::template::format::Written;

pub(super) const ALL: &[Function] = &[Function {
    name: "join",
    signature: "{{join LIST SEPARATOR}}",
    arguments: (1, 2),
    options: &[],
    run: join,
}];

/// The values of a list with the separator, `, ` if none is given, between them.
fn join(call: &Call<'_, '_>) -> Result<Written, Mistake> {
    let list = call.list(0)?;
    let separator = if call.len() > 1 { call.text(1)? } else { ", ".to_owned() };
    let parts: Option<Vec<String>> = list.iter().map(text).collect();
    match parts {
        Some(parts) => Ok(Written::Value(parts.join(&separator).into())),
        None => wrong("the list holds lists or objects"),
    }
}
